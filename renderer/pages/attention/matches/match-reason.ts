/** Why a record was not linked by itself, read from the engine's sentence, so that it can be said in any language. Pure. */

/** Message key under `matches.reason`, and the values to put in. */
export interface MatchReason {
  readonly key: 'several' | 'similar' | 'linked' | 'alike' | 'nothing' | 'new' | 'gone'
  readonly values: Readonly<Record<string, string>>
  /** What the section says of all its records anyway. */
  readonly usual: boolean
}

const sentences: readonly (readonly [RegExp, MatchReason['key'], string[]])[] = [
  [/^(\d+) records here fit equally well$/, 'several', ['n']],
  [/^similar, but (.+) differs$/, 'similar', ['what']],
  [/^same .+, but linked to (.+) already$/, 'linked', ['id']],
  [/^the same in everything, with nothing that tells namesakes apart$/, 'alike', []],
  [/^nothing here fits; /, 'nothing', []],
  [/^It is new here, and .+ does not get new records by itself\.$/, 'new', []],
  [/^It was at (.+) and is not there any more\.$/, 'gone', ['target']],
]
const usual: ReadonlySet<MatchReason['key']> = new Set(['nothing', 'new'])

/** Null for a sentence this window does not know; it is shown as it is. */
export function matchReason(sentence: string): MatchReason | null {
  for (const [pattern, key, names] of sentences) {
    const found = pattern.exec(sentence)
    if (!found) continue
    const values = Object.fromEntries(names.map((name, at) => [name, found[at + 1] ?? '']))
    return { key, values, usual: usual.has(key) }
  }
  return null
}
