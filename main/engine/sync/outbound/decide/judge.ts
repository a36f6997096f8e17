/** What an unsuccessful delivery means for its record and for the run. Pure. */
import { endsBatch, errorMeanings } from '../../../../contract/error-meanings.ts'
import type { Delivery } from '../../../store/traffic/deliveries.ts'
import type { SyncError } from '../../../targets/kit/sync-error.ts'

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
  const { record, maybeDone } = errorMeanings[code]
  const stop = endsBatch(code)
  if ((maybeSent || maybeDone) && delivery.action === 'create') return { verdict: 'look-up', stop }
  if (record === 'due') return { verdict: 'leave', stop }
  // Updates and deletions can be repeated: doing them twice ends the same.
  return { verdict: maybeSent ? 'retry' : record, stop }
}
