/** Sums over the counts of a run. Pure. */
import { isSilent } from '../../../main/contract/error-meanings.ts'
import type { RunView } from '../../../main/contract/sync.ts'

/** Records the target took: created, updated or deleted there. */
export function sentBy(run: Pick<RunView, 'outbound'>): number {
  const { created, updated, deleted } = run.outbound
  return created + updated + deleted
}

/** Records taken over from the target. */
export function receivedBy(run: Pick<RunView, 'inbound'>): number {
  const { created, updated, deleted } = run.inbound
  return created + updated + deleted
}

/** Records that were refused, either way. */
export function refusedBy(run: Pick<RunView, 'inbound' | 'outbound'>): number {
  return run.outbound.failed + run.inbound.failed
}

/** True for a run worth a line of its own: it moved something, went wrong, or has not ended. */
export function didSomething(run: RunView): boolean {
  return (
    run.result !== 'success' ||
    run.guard !== null ||
    run.errors.length > 0 ||
    sentBy(run) + receivedBy(run) + refusedBy(run) + run.outbound.held + run.outbound.waiting > 0
  )
}

/** True for a run that ended because the target did not answer: that is the network's state, and nobody's error. */
export function metNobody(run: Pick<RunView, 'result' | 'errors'>): boolean {
  return (
    run.result === 'error' &&
    run.errors.some(
      ({ code, entity, recordId, remoteId }) =>
        isSilent(code) && (entity ?? recordId ?? remoteId) === null,
    )
  )
}

/** Seconds from start to end, null while it goes on. */
export function secondsOf(run: Pick<RunView, 'startedOn' | 'endedOn'>): number | null {
  if (run.endedOn === null) return null
  return Math.max(0, (Date.parse(run.endedOn) - Date.parse(run.startedOn)) / 1000)
}
