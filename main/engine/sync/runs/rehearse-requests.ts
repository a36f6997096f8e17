/** The requests a run would begin with, made by the adapter itself. What would change something there never leaves. */
import type { RehearsedRequest } from '../../../contract/sync.ts'
import type { Core } from '../../core.ts'
import type { Target } from '../../store/runs/targets.ts'
import type { EntityBinding, OutgoingChange } from '../../targets/kit/adapter.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { createBreaker } from '../breaker.ts'
import { connect } from '../connect-target.ts'
import { changeTime } from '../outbound/decide/change-time.ts'
import { deliveryKey, isUnchanged, transform } from '../outbound/decide/transform.ts'
import type { Step } from '../outbound/decide/plan.ts'

/** The first page of one kind of record. */
export interface FirstPage {
  readonly binding: EntityBinding
  readonly steps: readonly Step[]
}

/**
 * Requests in the order of a run, at most `limit`. What only an answer could tell, as the id a new record gets, is not known: requests
 * that follow from it are left out. A target that cannot be asked what it has answers what was made until then.
 */
export async function rehearseRequests(
  core: Core,
  target: Target,
  pages: readonly FirstPage[],
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<RehearsedRequest[]> {
  const requests: RehearsedRequest[] = []
  const enough = new AbortController()
  const stop = AbortSignal.any([signal, enough.signal])
  let entity: EntityBinding['entity'] | null = null
  const { connection, close } = await connect(core, target, {
    breaker: createBreaker(core.ports.clock),
    rehearsed(request) {
      if (entity === null || requests.length >= limit) return
      requests.push({ entity, ...request, headers: { ...request.headers } })
      if (requests.length >= limit) enough.abort()
    },
  })
  try {
    for (const { binding, steps } of pages) {
      const changes = steps.flatMap((step) => changeOf(core, target, binding, step) ?? [])
      if (changes.length === 0 || stop.aborted) continue
      entity = binding.entity
      await connection.send(entity, changes, stop).catch((error: unknown) => {
        if (!(error instanceof SyncError) && !stop.aborted) throw error
      })
    }
  } finally {
    await close()
  }
  return requests
}

/** The change as a run would freeze it; null where it would send nothing. */
function changeOf(
  { ports }: Core,
  target: Target,
  binding: EntityBinding,
  step: Step,
): OutgoingChange | null {
  if (step.kind !== 'create' && step.kind !== 'update' && step.kind !== 'delete') return null
  const { due, kind: action } = step
  const content = step.kind === 'delete' ? null : transform(step, binding, target)
  if (content && isUnchanged(step, content, target.mappingVersion)) return null
  const { recordId, stamp } = due
  return {
    action,
    key: deliveryKey({
      ...{ targetId: target.id, entity: binding.entity, recordId, stamp, action },
      again: content?.hash.slice(0, 12) ?? '',
    }),
    recordId,
    remoteId: due.remoteId,
    remoteVersion: due.remoteVersion,
    body: content?.body ?? {},
    patch: content?.patch ?? null,
    ...(step.kind !== 'delete' && step.roots !== null ? { roots: step.roots } : {}),
    remoteModifiedOn: changeTime({
      ...due,
      now: ports.clock.now(),
      clockOffsetMs: target.clockOffsetMs,
    }),
    modifiedBy: due.record.modifiedBy,
  }
}
