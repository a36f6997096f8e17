/** Why a rehearsal would send a record or not, read from the engine's sentence. Pure. */

export interface PlanReason {
  /** Message under `sync.rehearsal.reason`. */
  readonly key: string
  /** The field that refers to what it waits for; empty where it waits for nothing. */
  readonly field: string
}

const sentences: readonly (readonly [RegExp, string])[] = [
  [/^not at the target yet$/, 'new'],
  [/^changed here$/, 'changed'],
  [/^deleted here$/, 'deleted'],
  [/^the target has this content already$/, 'same'],
  [/^outside the filter$/, 'filtered'],
  [/^no longer matches the filter; /, 'leftFilter'],
  [/^deleted before it was ever sent$/, 'neverSent'],
  [/^deleted here; this target cannot delete$/, 'cannotDelete'],
  [/^the target may have it already; that waits for a decision$/, 'undecided'],
  [/^comes with its (.+)$/, 'carried'],
  [/^the (.+) it came with is not its own any more$/, 'carrierGone'],
  [/^its (.+) was changed; the target keeps the one it was made with$/, 'handedOver'],
  [/^its (.+) is outside the filter$/, 'parentFiltered'],
  [/^its (.+) is not at this target$/, 'parentUnknown'],
  [/^its (.+) was refused by the target$/, 'parentRefused'],
  [/^its (.+) waits for a decision$/, 'parentUndecided'],
  [/^its (.+) is not at the target yet$/, 'parentNotThere'],
]

/** Null for a sentence this window does not know; it is shown as it is. */
export function planReason(sentence: string): PlanReason | null {
  for (const [pattern, key] of sentences) {
    const found = pattern.exec(sentence)
    if (found) return { key, field: found[1] ?? '' }
  }
  return null
}
