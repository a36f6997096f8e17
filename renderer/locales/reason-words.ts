/** The messages every language must have for the codes of the contract: a code without words does not compile. */
import type {
  ColumnReasonCode,
  GuessCode,
  LetterReasonCode,
} from '../../main/contract/guess-reasons.ts'
import type {
  Contradiction,
  GuardCode,
  MatchReasonCode,
  NameLikeness,
  PauseCode,
  PlanReasonCode,
  SharedFact,
} from '../../main/contract/reasons.ts'
import type { ReadinessCode } from '../../main/contract/readiness.ts'
import type { CellReasonCode, RowFix, RowReasonCode } from '../../main/contract/row-reasons.ts'

/** What is said and asked about a change a guard stopped. */
interface GuardWords {
  readonly title: string
  readonly text: string
  readonly confirmTitle: string
  readonly confirm: string
  readonly confirmText: string
}

/** A column that is used or not has a reason of its own in place of a sentence of the guess. */
type GuessWithWhy = Exclude<GuessCode, 'column-used' | 'column-unused'>

export interface ReasonWords {
  readonly [area: string]: unknown
  readonly reasons: {
    readonly column: Readonly<Record<ColumnReasonCode, string>>
    /** What was taken, and as what. */
    readonly guess: Readonly<Record<GuessCode, string>>
    readonly guessWhy: Readonly<Record<GuessWithWhy, string>>
    readonly letter: Readonly<Record<LetterReasonCode, string>>
    readonly row: Readonly<Record<RowReasonCode, string>>
    readonly fix: Readonly<Record<RowFix, string>>
    /** What follows the name of the field in a sentence, without a full stop. */
    readonly unfit: Readonly<Record<CellReasonCode, string>>
  }
  readonly readiness: { readonly said: Readonly<Record<ReadinessCode, string>> }
  readonly sync: {
    readonly rehearsal: { readonly reason: Readonly<Record<PlanReasonCode, string>> }
    readonly guard: Readonly<Record<GuardCode, GuardWords>>
    readonly paused: Readonly<Record<PauseCode, string>>
  }
  readonly matches: { readonly reason: Readonly<Record<MatchReasonCode, string>> }
  readonly words: {
    readonly likeness: {
      readonly name: Readonly<Record<NameLikeness, string>>
      readonly shared: Readonly<Record<SharedFact, string>>
      readonly differs: Readonly<Record<Contradiction, string>>
    }
  }
}
