/** Writes what became of a batch, in one transaction: confirmed content, failures, retries, released children. */
import type { RunError } from '../../../contract/sync.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import {
  linkCarried,
  linkReached,
  makeRoom,
  markUnknown,
  readAgreed,
  readKnownRemoteIds,
  removeDeliveries,
  settleDeliveries,
  type Delivery,
  type ReachedLink,
} from '../../store/traffic/deliveries.ts'
import { markUnconfirmed } from '../../store/traffic/unconfirmed-content.ts'
import { forgetVersions } from '../../store/traffic/inbox.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import {
  forgetGone,
  noteNotTaken,
  readAttempts,
  releaseChildren,
  releaseLate,
  type NotTaken,
} from '../../store/links/sync-records.ts'
import { wantRevived } from '../../store/traffic/webhooks.ts'
import { noteForPerson, type Notice } from '../../store/hub/notices.ts'
import { noticeOfLost } from '../../hub/decide/lost-notice.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import type { SyncError } from '../../targets/kit/sync-error.ts'
import { backoff } from '../backoff.ts'
import { probe, type RunContext } from '../run-context.ts'
import type { Delivered } from './deliver.ts'
import { letPartsGo, wakePartsOf } from './arriving-parts.ts'
import { partTwins, settleTwins, tellOfTwins } from './settle-twins.ts'
import {
  agreedWithout,
  newRemoteIds,
  sortOutcomes,
  type NotDone,
  type SortedOutcomes,
} from './decide/sort-outcomes.ts'

export interface Settled {
  /** Why the run cannot go on, null when it can. */
  readonly stop: SyncError | null
  /** Deliveries whose fate must be looked up. */
  readonly unknown: number
  readonly confirmed: number
}

/**
 * Settles one batch of one entity.
 * @param again what was sent may have arrived at an earlier attempt: not arriving now proves nothing
 */
export async function settle(
  context: RunContext,
  entity: EntityName,
  all: readonly Delivered[],
  again = false,
): Promise<Settled> {
  const { adapter, db, ports, target, run } = context
  const now = toMicros(ports.clock.now())
  const { twins, others: delivered } = partTwins(all)
  const ids = newRemoteIds(delivered)
  const known =
    ids.length === 0 ? new Set<string>() : await readKnownRemoteIds(db, target.id, entity, ids)
  const binding = adapter.manifest.bindings.find((candidate) => candidate.entity === entity)!
  const byKey = adapter.manifest.idempotency === 'key'
  const sorted = sortOutcomes(delivered, { binding, byKey, again, known })
  const { confirmed, failed, gone, lost, unconfirmed } = sorted
  const notTaken = await toNotTaken(context, sorted, now)
  const links = await toLinks(context, binding, sorted)
  run.noteUnconfirmed(
    unconfirmed.map(({ delivery: { key, syncRecordNo: rowNo }, error }) => ({ key, rowNo, error })),
  )
  await probe(context, 'push:settle')
  countConfirmed(context, confirmed)
  run.countOutbound({ failed: failed.length, skipped: gone.length })
  const merged = await db.transaction().execute(async (trx) => {
    await noteNotTaken(trx, notTaken, now)
    await makeRoom(trx, target.id, entity, ids)
    await linkReached(trx, links)
    await writeOutcomes(trx, context, entity, sorted)
    await noteForPerson(trx, delivered.flatMap(noticesOf), now)
    const any = await settleTwins(trx, context, twins)
    await run.save(trx, null)
    return any
  })
  // Who was only held is sent again with the next run: telling of it would begin that at once, and without end.
  if (merged) tellOfTwins(context, entity)
  await probe(context, 'push:settled')
  await run.logErrors(db, failed.map(toRunError))
  run.advance(confirmed.length + failed.length)
  return { stop: sorted.stop, unknown: byKey ? 0 : lost.length, confirmed: confirmed.length }
}

/** What the target has otherwise than it was sent, and a person should know. */
function noticesOf({ delivery, outcome }: Delivered): readonly Notice[] {
  const lost = outcome.status === 'done' ? (outcome.lost ?? []) : []
  const { entity, recordId, modifiedBy: lostBy } = delivery
  return lost.flatMap((one) => noticeOfLost({ entity, recordId, lostBy }, one) ?? [])
}

/** Everything of a sorted batch but the failures and the next attempts. */
async function writeOutcomes(
  trx: Trx,
  context: RunContext,
  entity: EntityName,
  { confirmed, reached, gone, lost, doubtful, over }: SortedOutcomes,
): Promise<void> {
  const { connection, ports, target } = context
  await settleDeliveries(trx, confirmed)
  await markUnknown(
    trx,
    lost.map(({ delivery }) => delivery.key),
  )
  await markUnconfirmed(trx, doubtful)
  await removeDeliveries(trx, over)
  if (target.direction !== 'outbound') {
    const updated = confirmed.filter(({ delivery }) => delivery.action === 'update')
    const remoteIds = updated.map(({ remoteId }) => remoteId)
    if (target.remoteDeletion === 'ignore' && connection.fetch) {
      const now = toMicros(ports.clock.now())
      await wantRevived(trx, target.id, { entity, remoteIds }, now)
    }
    await forgetVersions(trx, target.id, entity, remoteIds)
  }
  const carried = confirmed.flatMap((item) => item.carried)
  await linkCarried(trx, target.id, carried)
  const moved = confirmed.filter(
    ({ delivery, remoteId }) =>
      delivery.remoteId !== null &&
      (delivery.action === 'delete' || delivery.remoteId !== remoteId),
  )
  const movedIds = moved.map(({ delivery }) => delivery.recordId)
  await letPartsGo(trx, context, entity, movedIds)
  const newIds = [...confirmed, ...reached].flatMap(({ delivery, remoteId }) =>
    delivery.action !== 'delete' && delivery.remoteId !== remoteId ? [remoteId] : [],
  )
  await wakePartsOf(trx, context, entity, newIds)
  await forgetGone(
    trx,
    gone.map(({ delivery }) => delivery.syncRecordNo),
  )
  const created = [...confirmed, ...reached].flatMap(({ delivery: { action, recordId } }) =>
    action === 'create' ? [recordId] : [],
  )
  await releaseChildren(trx, target.id, [...carried.map(({ recordId }) => recordId), ...created])
  await releaseLate(
    trx,
    target.id,
    confirmed.flatMap(({ delivery }) => (delivery.waitsFor ? [delivery.syncRecordNo] : [])),
  )
}

/** The links of what is there without some fields. */
async function toLinks(
  { db }: RunContext,
  binding: EntityBinding,
  { reached }: SortedOutcomes,
): Promise<readonly ReachedLink[]> {
  const rowNos = reached.map(({ delivery }) => delivery.syncRecordNo)
  const before = await readAgreed(db, rowNos)
  return reached.map((one) => {
    const { delivery, remoteId, remoteVersion = null, remoteModifiedOn } = one
    const { syncRecordNo: rowNo, mappingVersion } = delivery
    return {
      ...{ rowNo, remoteId, remoteVersion, mappingVersion },
      remoteModifiedOn: remoteModifiedOn ?? 0,
      ...agreedWithout(binding, one, before.get(rowNo) ?? null),
    }
  })
}

/** What the records that were not taken wait for: a person, or a time that grows with each attempt. */
async function toNotTaken(
  { db, ports }: RunContext,
  { failed, retried }: SortedOutcomes,
  now: number,
): Promise<readonly NotTaken[]> {
  if (failed.length + retried.length === 0) return []
  const attempts = await readAttempts(
    db,
    [...failed, ...retried].map(({ delivery }) => delivery.syncRecordNo),
  )
  const told = ({ delivery, error }: NotDone) => ({
    rowNo: delivery.syncRecordNo,
    stamp: delivery.stamp,
    code: error.code,
    message: error.message,
  })
  const nextAttemptOn = ({ delivery, error }: NotDone) => {
    const attempt = (attempts.get(delivery.syncRecordNo) ?? 0) + 1
    return now + toMicros(backoff(attempt, error.retryAfterMs, ports.ids.random()))
  }
  return [
    ...failed.map((item) => ({ ...told(item), state: 'failed' as const, nextAttemptOn: null })),
    ...retried.map((item) => ({
      ...told(item),
      state: 'retry' as const,
      nextAttemptOn: nextAttemptOn(item),
    })),
  ]
}

function countConfirmed(
  context: RunContext,
  confirmed: readonly { readonly delivery: Delivery }[],
): void {
  const count = (action: Delivery['action']) =>
    confirmed.filter((item) => item.delivery.action === action).length
  context.run.countOutbound({
    created: count('create'),
    updated: count('update'),
    deleted: count('delete'),
  })
}

function toRunError({ delivery, error }: NotDone): RunError {
  return {
    entity: delivery.entity,
    recordId: delivery.recordId,
    remoteId: delivery.remoteId,
    code: error.code,
    message: error.message,
  }
}
