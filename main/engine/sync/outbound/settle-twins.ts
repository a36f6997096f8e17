/** Records that were sent as new to a hub which has the same ones, made while both sides were apart: see `merge-twins.ts`. */
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { forgetTwinLinks, setAside } from '../../store/links/sync-records.ts'
import { findTwins } from '../../store/search/find-twins.ts'
import { readRecords } from '../../store/sql/records.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import { removeDeliveries } from '../../store/traffic/deliveries.ts'
import { followTwins, removeTwins, type Twin } from '../merge-twins.ts'
import type { RunContext } from '../run-context.ts'
import type { Delivered } from './deliver.ts'

/** A delivery the hub has the same record for. */
export interface SentTwin extends Pick<Delivered, 'delivery'> {
  readonly sameAs: string
}

/** Sorts them out of a batch. */
export function partTwins(delivered: readonly Delivered[]): {
  readonly twins: readonly SentTwin[]
  readonly others: readonly Delivered[]
} {
  const sameAs = ({ outcome }: Delivered) =>
    outcome.status === 'failed' ? outcome.sameAs : undefined
  return {
    twins: delivered.flatMap((one) => {
      const id = sameAs(one)
      return id === undefined ? [] : [{ delivery: one.delivery, sameAs: id }]
    }),
    others: delivered.filter((one) => sameAs(one) === undefined),
  }
}

/**
 * Merges those whose other one is here under the same name. The others wait until it is received, or until the hub knows that
 * it was renamed or deleted here, which may be in this very run, and else are sent again with the next. Answers whether any
 * was merged.
 */
export async function settleTwins(
  trx: Trx,
  { target, ports }: Pick<RunContext, 'target' | 'ports'>,
  sent: readonly SentTwin[],
): Promise<boolean> {
  if (sent.length === 0) return false
  await removeDeliveries(
    trx,
    sent.map(({ delivery }) => delivery.key),
  )
  await setAside(
    trx,
    target.id,
    sent.map(({ delivery: { syncRecordNo: rowNo, stamp } }) => ({
      ...{ rowNo, stamp, event: 'held', syncedOn: null, partStamp: 0, heldBy: null },
    })),
  )
  // As the hub knew it before it was restored.
  await forgetTwinLinks(
    trx,
    sent.map(({ delivery }) => delivery.syncRecordNo),
  )
  const { entity } = sent[0]!.delivery
  const records = await readRecords(
    trx,
    entity,
    sent.map(({ delivery }) => delivery.recordId),
  )
  const sentAs = new Map(sent.map(({ delivery, sameAs }) => [delivery.recordId, sameAs]))
  const live = [...records.values()].filter(({ deletedOn }) => deletedOn === null)
  const same = await findTwins(trx, entity, live, ({ id }, madeId) => sentAs.get(madeId) === id)
  const twins = live.flatMap((gone): readonly Twin[] => {
    const kept = same.get(gone.id)
    return kept ? [{ entity, gone, keptId: kept.id }] : []
  })
  const { name: who } = target
  const now = toMicros(ports.clock.now())
  const context = { who, origin: 'target', source: who, now } as const
  await removeTwins(trx, twins, context)
  await followTwins(trx, twins, context)
  return twins.length > 0
}

/** Tells the window and the scheduler once it is durable. */
export function tellOfTwins({ live, onChange }: RunContext, entity: EntityName): void {
  live.emit({ type: 'data', entities: [entity] })
  onChange([entity])
}
