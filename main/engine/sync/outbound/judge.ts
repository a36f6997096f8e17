/** What an unsuccessful delivery means for its record and for the run. Pure. */
import type { Delivery } from '../../store/deliveries.ts'
import { isTransient, type SyncError } from '../../targets/kit/sync-error.ts'

/**
 * - `fail` the record waits for a person · `retry` it goes again by itself later
 * - `look-up` the answer was lost: it may have arrived · `leave` it stays due, nothing was wrong with it
 */
export type Verdict = 'fail' | 'retry' | 'look-up' | 'leave'

export interface Judgement {
  readonly verdict: Verdict
  /** The target as a whole cannot be talked to now: the run ends. */
  readonly stop: boolean
}

/** Sorts an error by whether it is about the record, the moment, or the target. */
export function judge(delivery: Pick<Delivery, 'action'>, error: SyncError): Judgement {
  const { code, maybeSent } = error
  const stop = ['auth', 'config', 'offline', 'rate-limited'].includes(code)
  if ((maybeSent || code === 'ambiguous') && delivery.action === 'create') {
    return { verdict: 'look-up', stop }
  }
  if (stop) return { verdict: 'leave', stop }
  // Updates and deletions can be repeated: doing them twice ends the same.
  if (isTransient(code) || maybeSent || code === 'ambiguous' || code === 'changed-remotely') {
    return { verdict: 'retry', stop: false }
  }
  return { verdict: 'fail', stop: false }
}
