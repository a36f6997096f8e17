/** Records that were sent as new to a hub which has the same ones, made while both sides were apart: see `merge-twins.ts`. */
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { forgetTwinLinks, setAside } from '../../store/links/sync-records.ts'
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
 * Merges those whose other one is here. The others wait until it is received, which may be in this very run, and else are sent
 * again with the next.
 */
export async function settleTwins(
  trx: Trx,
  { target, ports }: Pick<RunContext, 'target' | 'ports'>,
  sent: readonly SentTwin[],
): Promise<void> {
  if (sent.length === 0) return
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
  const ids = sent.flatMap(({ delivery, sameAs }) => [delivery.recordId, sameAs])
  const records = await readRecords(trx, entity, [...new Set(ids)])
  const isLive = (id: string) => records.get(id)?.deletedOn === null
  const twins = sent.flatMap(({ delivery: { recordId }, sameAs }): readonly Twin[] =>
    recordId !== sameAs && isLive(recordId) && isLive(sameAs)
      ? [{ entity, gone: records.get(recordId)!, keptId: sameAs }]
      : [],
  )
  const { name: who } = target
  const now = toMicros(ports.clock.now())
  const context = { who, origin: 'target', source: who, now } as const
  await removeTwins(trx, twins, context)
  await followTwins(trx, twins, context)
}

/** Tells the window and the scheduler once it is durable. */
export function tellOfTwins({ live, onChange }: RunContext, entity: EntityName): void {
  live.emit({ type: 'data', entities: [entity] })
  onChange([entity])
}
