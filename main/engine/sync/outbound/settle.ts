/** Writes what became of a batch, in one transaction: confirmed content, failures, retries, released children. */
import type { EntityName } from '../../../contract/words.ts'
import type { RunError } from '../../../contract/sync.ts'
import {
  linkCarried,
  markUnknown,
  readKnownRemoteIds,
  removeDeliveries,
  settleDeliveries,
  type CarriedLink,
  type Confirmed,
  type Delivery,
} from '../../store/deliveries.ts'
import { contentHash, normaliseFields, type Fields } from '../../model/record.ts'
import { forgetVersions } from '../../store/inbox.ts'
import { doubtAgreed } from '../../store/doubts.ts'
import { toMicros } from '../../store/stamps.ts'
import {
  forgetGone,
  noteNotTaken,
  readAttempts,
  releaseChildren,
  releaseLate,
  type NotTaken,
} from '../../store/sync-records.ts'
import { wantRevived } from '../../store/webhooks.ts'
import type { MadePart } from '../../targets/kit/adapter.ts'
import { isMade } from '../../targets/kit/bindings.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { backoff } from '../backoff.ts'
import { probe, type RunContext } from '../run-context.ts'
import type { Delivered } from './deliver.ts'
import { judge } from './judge.ts'
import { canonicalContent } from './transform.ts'

export interface Settled {
  /** Why the run cannot go on, null when it can. */
  readonly stop: SyncError | null
  /** Deliveries whose fate must be looked up. */
  readonly unknown: number
  readonly confirmed: number
}

interface Done extends Confirmed {
  readonly delivery: Delivery
  readonly carried: readonly CarriedLink[]
}

interface NotDone {
  readonly delivery: Delivery
  readonly error: SyncError
}

/**
 * Settles one batch of one entity.
 * @param again what was sent may have arrived at an earlier attempt: not arriving now proves nothing
 */
export async function settle(
  context: RunContext,
  entity: EntityName,
  delivered: readonly Delivered[],
  again = false,
): Promise<Settled> {
  const { core, target, run } = context
  const now = toMicros(core.ports.clock.now())
  const confirmed: Done[] = []
  const notDone: NotDone[] = []
  for (const { delivery, outcome } of delivered) {
    if (outcome.status === 'failed') {
      notDone.push({ delivery, error: outcome.error })
    } else {
      confirmed.push({
        delivery,
        key: delivery.key,
        remoteId: outcome.remoteId,
        remoteVersion: outcome.remoteVersion ?? null,
        remoteModifiedOn: outcome.remoteModifiedOn ?? 0,
        kept: keptOf(context, entity, delivery, outcome.kept),
        beyondHash: delivery.beyondHash ?? null,
        partStamp: delivery.partStamp ?? 0,
        carried: carriedLinks(delivery, outcome.made ?? {}),
      })
    }
  }
  notDone.push(...(await takeOutForeign(context, entity, confirmed)))
  const judged = notDone.map((item) => ({ ...item, ...judge(item.delivery, item.error) }))
  const lost = judged.filter(
    ({ verdict }) => verdict === 'look-up' || (again && verdict !== 'fail'),
  )
  // What exists only together with another record is not missed when that one is gone there.
  const comesAlong = context.adapter.manifest.bindings.some(
    (binding) => binding.entity === entity && isMade(binding),
  )
  const isGone = (item: NotDone) => comesAlong && item.error.code === 'gone'
  const gone = judged.filter(isGone)
  // Where a key tells a second copy, sending it again is the look-up, and that has time until the target is well again.
  const byKey = context.adapter.manifest.idempotency === 'key'
  const refused = judged.filter(
    (item) =>
      (item.verdict === 'fail' ||
        item.verdict === 'retry' ||
        (byKey && item.verdict === 'look-up')) &&
      !isGone(item),
  )
  const notTaken = await toNotTaken(context, refused, now)
  const failures = refused.filter((item) => item.verdict === 'fail')

  run.noteUnconfirmed(
    judged
      .filter((item) => item.verdict !== 'fail' && item.verdict !== 'leave' && !isGone(item))
      .map(({ delivery: { key, syncRecordNo: rowNo }, error }) => ({ key, rowNo, error })),
  )

  await probe(context, 'push:settle')
  countConfirmed(context, confirmed)
  run.countOutbound({ failed: failures.length, skipped: gone.length })
  await core.db.transaction().execute(async (trx) => {
    await settleDeliveries(trx, confirmed)
    await noteNotTaken(trx, notTaken, now)
    await markUnknown(
      trx,
      lost.map((item) => item.delivery.key),
    )
    await doubtAgreed(
      trx,
      judged.flatMap(({ delivery, verdict }) => (verdict === 'fail' ? [] : [delivery])),
    )
    await removeDeliveries(
      trx,
      delivered
        .map((item) => item.delivery.key)
        .filter((key) => !lost.some((item) => item.delivery.key === key)),
    )
    if (target.direction !== 'outbound') {
      const updated = confirmed.filter((item) => item.delivery.action === 'update')
      const remoteIds = updated.map((item) => item.remoteId)
      if (target.remoteDeletion === 'ignore' && context.connection.fetch) {
        await wantRevived(trx, target.id, { entity, remoteIds }, now)
      }
      await forgetVersions(trx, target.id, entity, remoteIds)
    }
    const carried = confirmed.flatMap((item) => item.carried)
    await linkCarried(trx, target.id, carried)
    await forgetGone(
      trx,
      gone.map((item) => item.delivery.syncRecordNo),
    )
    await releaseChildren(
      trx,
      target.id,
      carried.map((item) => item.recordId),
    )
    await releaseChildren(
      trx,
      target.id,
      confirmed
        .filter((item) => item.delivery.action === 'create')
        .map((item) => item.delivery.recordId),
    )
    await releaseLate(
      trx,
      target.id,
      confirmed.flatMap(({ delivery }) => (delivery.waitsFor ? [delivery.syncRecordNo] : [])),
    )
    await run.save(trx, null)
  })
  await probe(context, 'push:settled')
  await run.logErrors(core.db, failures.map(toRunError))
  run.advance(confirmed.length + failures.length)
  return {
    stop: judged.find((item) => item.stop)?.error ?? null,
    unknown: byKey ? 0 : lost.length,
    confirmed: confirmed.length,
  }
}

/** What the target has instead of what was sent, where it told so. */
function keptOf(
  { adapter }: RunContext,
  entity: EntityName,
  { agreed }: Delivery,
  kept: Fields | undefined,
): Confirmed['kept'] {
  if (!kept || agreed === null || Object.keys(kept).length === 0) return null
  const binding = adapter.manifest.bindings.find((candidate) => candidate.entity === entity)!
  const { fields } = normaliseFields(entity, kept)
  const content = canonicalContent(binding, { ...(JSON.parse(agreed) as Fields), ...fields })
  return { agreed: content, hash: contentHash(content) }
}

/** The records that came into being with a confirmed one. */
export function carriedLinks(
  { carried }: Delivery,
  told: Readonly<Record<string, MadePart>>,
): readonly CarriedLink[] {
  return carried.flatMap((content) => {
    const made = told[content.field]
    return made ? [{ ...content, ...made }] : []
  })
}

/** A record answered with an id another record of ours has: never link two records to one. Removes it from `confirmed`. */
async function takeOutForeign(
  context: RunContext,
  entity: EntityName,
  confirmed: Done[],
): Promise<readonly NotDone[]> {
  const created = confirmed.filter(
    ({ delivery, remoteId }) => delivery.action !== 'delete' && delivery.remoteId !== remoteId,
  )
  if (created.length === 0) return []
  const known = await readKnownRemoteIds(
    context.core.db,
    context.target.id,
    entity,
    created.map((item) => item.remoteId),
  )
  const taken: NotDone[] = []
  const seen = new Set<string>()
  for (const item of created) {
    if (!known.has(item.remoteId) && !seen.has(item.remoteId)) {
      seen.add(item.remoteId)
      continue
    }
    confirmed.splice(confirmed.indexOf(item), 1)
    taken.push({
      delivery: item.delivery,
      error: new SyncError(
        'rejected',
        `The target answered with its record ${item.remoteId}, which is another record of ours already. Check for a duplicate there.`,
      ),
    })
  }
  return taken
}

async function toNotTaken(
  context: RunContext,
  refused: readonly (NotDone & { readonly verdict: string })[],
  now: number,
): Promise<readonly NotTaken[]> {
  if (refused.length === 0) return []
  const { db, ports } = context.core
  const attempts = await readAttempts(
    db,
    refused.map((item) => item.delivery.syncRecordNo),
  )
  return refused.map(({ delivery, error, verdict }) => {
    const attempt = (attempts.get(delivery.syncRecordNo) ?? 0) + 1
    return {
      rowNo: delivery.syncRecordNo,
      stamp: delivery.stamp,
      state: verdict === 'fail' ? 'failed' : 'retry',
      code: error.code,
      message: error.message,
      nextAttemptOn:
        verdict === 'fail'
          ? null
          : now + toMicros(backoff(attempt, error.retryAfterMs, ports.ids.random())),
    }
  })
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
