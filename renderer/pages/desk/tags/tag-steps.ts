/** What a scan means while tags are handed out or checked. Pure. */
import type { EntrantCard } from '../../../../main/contract/desk.ts'

export type TagMode = 'handOut' | 'check'

/** What is known of a scanned code. */
export interface Scanned {
  readonly code: string
  /** Who wears it as a bib or has it as a tag; null for nobody. */
  readonly entrant: EntrantCard | null
}

/**
 * - `hold`: whose bib it is waits for the tag. `left`: who waited before and got none.
 * - `give`: the entrant who waits gets this tag.
 * - `bibAgain`: the bib of who waits, read twice; it is no tag.
 * - `whose`: a tag, without anybody waiting. `right`, `wrong`: it belongs to who waits, or not.
 * - `nobody`: nobody has this code, and nobody waits.
 */
export type TagStep =
  | { readonly kind: 'hold'; readonly entrant: EntrantCard; readonly left: EntrantCard | null }
  | { readonly kind: 'give'; readonly entrant: EntrantCard }
  | { readonly kind: 'bibAgain'; readonly entrant: EntrantCard }
  | { readonly kind: 'whose'; readonly entrant: EntrantCard }
  | { readonly kind: 'right'; readonly entrant: EntrantCard }
  | { readonly kind: 'wrong'; readonly entrant: EntrantCard; readonly holder: EntrantCard | null }
  | { readonly kind: 'nobody' }

/** @param waiting whose bib was read last, and who has had no tag since */
export function tagStep(mode: TagMode, waiting: EntrantCard | null, scanned: Scanned): TagStep {
  const { entrant } = scanned
  const isBib = entrant !== null && entrant.bib === scanned.code && !hasTag(entrant, scanned.code)
  if (isBib && entrant.id === waiting?.id) return { kind: 'bibAgain', entrant }
  if (isBib) return { kind: 'hold', entrant, left: mode === 'handOut' ? waiting : null }
  if (waiting === null) return entrant ? { kind: 'whose', entrant } : { kind: 'nobody' }
  if (mode === 'handOut') return { kind: 'give', entrant: waiting }
  return entrant?.id === waiting.id
    ? { kind: 'right', entrant }
    : { kind: 'wrong', entrant: waiting, holder: entrant }
}

function hasTag({ tag, spareTag }: EntrantCard, code: string): boolean {
  return tag === code || spareTag === code
}
