/** Sends a frozen batch and says what became of each delivery. The only place that catches an adapter's errors. */
import { endsBatch, isTransient } from '../../../contract/error-meanings.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Delivery } from '../../store/traffic/deliveries.ts'
import type { OutgoingChange, RemoteBody, SendOutcome } from '../../targets/kit/adapter.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import type { RunContext } from '../run-context.ts'
import { isolatePoison } from './decide/bisect.ts'

export interface Delivered {
  readonly delivery: Delivery
  readonly outcome: SendOutcome
}

/** The change as the adapter takes it. */
export function toOutgoing(delivery: Delivery): OutgoingChange {
  return {
    action: delivery.action,
    key: delivery.key,
    recordId: delivery.recordId,
    remoteId: delivery.remoteId,
    remoteVersion: delivery.remoteVersion,
    body: JSON.parse(delivery.body) as RemoteBody,
    patch: delivery.patch ?? null,
    ...(delivery.roots ? { roots: delivery.roots } : {}),
    remoteModifiedOn: delivery.remoteModifiedOn,
    modifiedBy: delivery.modifiedBy,
  }
}

/** How many changes one call of `send` takes: what a person chose, as long as the adapter offers that. */
export function batchSizeOf({ adapter, target }: Pick<RunContext, 'adapter' | 'target'>): number {
  const wanted = target.settings['batchSize']
  const { batchSize } = adapter.manifest.limits
  return typeof wanted === 'number' && wanted >= 1 ? Math.floor(wanted) : batchSize
}

/**
 * One outcome per delivery, in order. A batch that is refused as a whole is bisected until the poison stands alone.
 * Anything but a `SyncError` is a defect and passes through: the run fails loudly and its deliveries are looked up later.
 */
export async function deliver(
  context: RunContext,
  entity: EntityName,
  batch: readonly Delivery[],
): Promise<readonly Delivered[]> {
  const outcomes = new Map<string, SendOutcome>()
  const attempt = async (deliveries: readonly Delivery[]): Promise<SyncError | null> => {
    try {
      const answers = await context.connection.send(
        entity,
        deliveries.map(toOutgoing),
        context.signal,
      )
      if (answers.length !== deliveries.length) {
        throw new Error(
          `The adapter ${context.adapter.manifest.name} answered ${answers.length} outcomes for ${deliveries.length} changes`,
        )
      }
      deliveries.forEach((delivery, at) => outcomes.set(delivery.key, answers[at]!))
      return null
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      for (const { key } of deliveries) outcomes.set(key, { status: 'failed', error })
      return error
    }
  }
  const isRefusal = (error: SyncError | null) => error?.code === 'rejected'
  const half = async (deliveries: readonly Delivery[]): Promise<SyncError | null> => {
    const error = await attempt(deliveries)
    // Neither taken nor refused: it says nothing about where the poison is.
    if (error && !isRefusal(error)) throw error
    return error
  }
  const error = await attempt(batch)
  if (error && isRefusal(error) && context.adapter.manifest.batches && batch.length > 1) {
    try {
      for (const { item, refusal } of await isolatePoison(batch, error, half)) {
        outcomes.set(item.key, { status: 'failed', error: refusal })
      }
    } catch (interruption) {
      if (!(interruption instanceof SyncError)) throw interruption
      const untold: SendOutcome = { status: 'failed', error: unproven(interruption) }
      for (const { key } of batch) {
        const outcome = outcomes.get(key)!
        if (outcome.status === 'failed' && isRefusal(outcome.error)) outcomes.set(key, untold)
      }
    }
  }
  return batch.map((delivery) => ({ delivery, outcome: outcomes.get(delivery.key)! }))
}

/** For records refused only as part of a batch whose poison was not found: they did not arrive, and go again. */
function unproven({ code, message, retryAfterMs }: SyncError): SyncError {
  const stays = isTransient(code) || endsBatch(code)
  return new SyncError(stays ? code : 'server', message, {
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  })
}
