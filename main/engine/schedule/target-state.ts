/** The state word of a target. Pure; meanings are in ARCHITECTURE.md, "Words". */
import { goesAgain, isTransient } from '../../contract/error-meanings.ts'
import type { TargetCounts } from '../../contract/targets.ts'
import {
  assertNever,
  type RunPhase,
  type SyncErrorCode,
  type TargetState,
} from '../../contract/words.ts'

export interface StateFacts {
  /** By a person, for all targets, or because the sign-in was refused; the reason is told beside the state. */
  readonly paused: boolean
  /** Phase of the run that goes on, null while none does. */
  readonly running: RunPhase | null
  /** Null: not heard from since Marshal started. */
  readonly reachable: boolean | null
  /** All that is pending waits for its moment to be tried again: nothing is on its way. */
  readonly retrying: boolean
  /** The last run stopped before deleting much and waits for a person. */
  readonly guarded: boolean
  /**
   * A run has come to its end once, and nothing since then put in doubt what Marshal believes of the target: a restored
   * backup does not know what was sent after it was made.
   */
  readonly confirmed: boolean
  /** Why the last run as a whole failed, null when it did not; kept over a restart. */
  readonly lastError: SyncErrorCode | null
  readonly counts: TargetCounts
  /**
   * Both sides are to be the same: then a record one of them has alone waits for a person. Elsewhere such records are a
   * list to look through when there is time.
   */
  readonly mirrors: boolean
}

/**
 * The one word that is true, the most pressing first:
 * - `paused`, then what is going on now (`sending`, `receiving`), then `waiting` for a target that does not answer
 * - `attention` when a person has to do something: failed records, conflicts, the guard, a record one side has alone
 *   although both are to be the same (it was removed there, or may be one of several), records held although nothing is
 *   on its way that could release them, or a run that failed though the target answers
 * - `waiting` also when the target answers, but could not take what was sent and gets it again later
 * - `unknown` before a first run ended well, before the first one after a restore, and with changes to send before the target was heard from since the start
 * - `sending` also when changes are waiting for a target that answers: they go with the debounce, the next minute or at
 *   their retry, without anybody doing anything, and the number beside the word is what is left
 * - `up-to-date` only if nothing is left: every local change was confirmed by the target
 */
export function targetState(facts: StateFacts): TargetState {
  const { counts } = facts
  if (facts.paused) return 'paused'
  const moving = facts.running === null ? null : whileRunning(facts.running, counts)
  if (moving !== null) return moving
  if (isSilent(facts)) return 'waiting'
  const stuck = counts.held > 0 && counts.pending === 0
  const alone = facts.mirrors && counts.unmatched > 0
  if (counts.failed + counts.conflicts > 0 || facts.guarded || stuck || alone) return 'attention'
  if (facts.retrying && (facts.lastError === null || goesAgain(facts.lastError))) return 'waiting'
  if (facts.lastError !== null) return facts.reachable === null ? 'unknown' : 'attention'
  if (counts.pending > 0) return facts.reachable === null ? 'unknown' : 'sending'
  return facts.confirmed ? 'up-to-date' : 'unknown'
}

/**
 * The word of a run that moves records. Null for one that connects, finishes or has nothing to send: a run every minute
 * that finds nothing to do must not make the word flicker, and asking a silent target is still waiting for it.
 */
function whileRunning(phase: RunPhase, counts: TargetCounts): TargetState | null {
  switch (phase) {
    case 'staging':
    case 'matching':
    case 'receiving':
      return 'receiving'
    case 'recovering':
    case 'sending':
      return counts.pending > 0 ? 'sending' : null
    case 'connecting':
    case 'finishing':
      return null
    default:
      return assertNever(phase)
  }
}

/** Silent now, or when it was last asked: a command that has just started has not asked anybody yet. */
function isSilent({ reachable, lastError }: StateFacts): boolean {
  if (reachable !== null || lastError === null) return reachable === false
  return isTransient(lastError)
}
