/** What is kept of a remote record that is none of ours yet. */
import type { MatchReason } from '../../../../contract/reasons.ts'
import type { Fields } from '../../../model/record.ts'

/** What is kept of a remote record until it is linked: a person decides by it. */
export interface LinkData {
  /** Why it was not linked by itself. */
  readonly reason: MatchReason
  /** What the target says of it, in our fields. */
  readonly fields: Fields
  /** Records of ours it may be. */
  readonly recordIds?: readonly string[]
  /** Its references as remote ids, by our field. */
  readonly refs?: Readonly<Record<string, string | null>>
  /** Our record it stands for, which is linked to another of theirs (`EntityBinding.perRace`). */
  readonly sameAs?: string
}
