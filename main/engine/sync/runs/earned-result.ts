/** What a run may say of itself: a success is earned by everything it was to send having been confirmed. Pure. */
import { isTransient } from '../../../contract/error-meanings.ts'
import type { GuardFacts } from '../../../contract/reasons.ts'
import type { InboundCounts, OutboundCounts, RunError } from '../../../contract/sync.ts'
import type { RunResult, SyncErrorCode } from '../../../contract/words.ts'

/** Why a run could not go on. */
export interface Stopped {
  readonly code: SyncErrorCode
  readonly message: string
  readonly retryAfterMs: number | null
}

export interface RunFacts {
  readonly cancelled: boolean
  /** Null when it came to its end. */
  readonly stopped: Stopped | null
  readonly outbound: OutboundCounts
  readonly inbound: InboundCounts
  readonly guard: GuardFacts | null
  readonly errorCount: number
  /** Something was sent in this run that has not been confirmed, and goes again. */
  readonly unconfirmed: boolean
}

/**
 * - `cancelled` by a person or the end of Marshal
 * - `error` it could not go on, or nothing of what it sent was confirmed and some of it goes again
 * - `warning` something is left: waiting, refused, held, in conflict, or for a person to allow
 */
export function earnedResult(facts: RunFacts): RunResult {
  const { outbound, inbound } = facts
  if (facts.cancelled) return 'cancelled'
  if (facts.stopped) return 'error'
  const confirmed = outbound.created + outbound.updated + outbound.deleted
  if (outbound.waiting > 0 && facts.unconfirmed && confirmed === 0) return 'error'
  const left = outbound.waiting + outbound.failed + outbound.held
  const open = left + inbound.failed + inbound.conflicts + facts.errorCount
  return open > 0 || facts.guard ? 'warning' : 'success'
}

/**
 * The error that stands for a run of which nothing arrived, from those of its records: one that is about the target
 * rather than about a record, where there is any.
 * @param retryAfterMs the longest wait that was asked for
 */
export function errorOfRecords(
  errors: readonly RunError[],
  retryAfterMs: number | null,
): Stopped | null {
  const found = errors.find(({ code }) => isTransient(code)) ?? errors[0]
  return found ? { code: found.code, message: found.message, retryAfterMs } : null
}
