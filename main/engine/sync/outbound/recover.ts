/** Deliveries without an outcome, after a crash or a lost answer: settled before anything else is sent. */
import { endsBatch, isTransient } from '../../../contract/error-meanings.ts'
import type { EntityName } from '../../../contract/words.ts'
import {
  linkCarried,
  makeRoom,
  readKnownRemoteIds,
  readOpenDeliveries,
  removeDeliveries,
  type CarriedLink,
  type Delivery,
} from '../../store/traffic/deliveries.ts'
import { markUnconfirmed } from '../../store/traffic/unconfirmed-content.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import {
  linkRecovered,
  noteNotTaken,
  readAttempts,
  releaseChildren,
  type NotTaken,
} from '../../store/links/sync-records.ts'
import type { MadePart, RemoteBody, RemoteRecord } from '../../targets/kit/adapter.ts'
import { madeParts } from '../../targets/kit/bindings.ts'
import { hasContent } from '../../targets/kit/same-content.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { backoff } from '../backoff.ts'
import { isPolled } from '../inbound/poll-target.ts'
import { probe, RunStopped, type RunContext } from '../run-context.ts'
import { decideRecoveries, type Lost } from './decide/decide-recovery.ts'
import { wakePartsOf } from './arriving-parts.ts'
import { batchSizeOf, deliver, toOutgoing } from './deliver.ts'
import { settle } from './settle.ts'
import { carriedLinks } from './decide/sort-outcomes.ts'

/** All of an interrupted run at once: father and son must be decided together, and no run leaves more than a few pages. */
const mostOpen = 5_000
/** Look-ups in flight; the connection keeps its own, stricter limit. */
const lookUps = 8

/**
 * Resolves the open deliveries of the target. Throws `RunStopped` when the target cannot be asked now. Answers how many
 * creations were looked up and found.
 * @param justLost in this very run: what did not arrive is sent again after a while, not at once
 */
export async function recover(context: RunContext, justLost = true): Promise<number> {
  const { db, target, adapter, run } = context
  const open = await readOpenDeliveries(db, target.id, mostOpen)
  if (open.length === 0) return 0
  run.enter('recovering', open[0]!.entity, open.length)
  // What the target has is looked at anew before anything is created there, so what is in doubt is found by that.
  const isLookedAt = ({ entity }: Delivery) => !justLost && willBeLookedAt(context, entity)
  const repeatable = open.filter((one) => one.action !== 'create' || isLookedAt(one))
  // What was received since has arrived: asking once more could only tell of a state that is past.
  const arrived = open.filter((one) => one.action === 'create' && one.linked && !isLookedAt(one))
  // Updates and deletions end the same when repeated; they are still due. Until then nobody knows what is there.
  await probe(context, 'push:doubt')
  await db.transaction().execute(async (trx) => {
    // Where an answer was lost, that was noted when it was.
    await markUnconfirmed(
      trx,
      open.filter(({ state }) => state === 'sending'),
    )
    await removeDeliveries(
      trx,
      [...repeatable, ...arrived].map(({ key }) => key),
    )
  })
  await probe(context, 'push:doubted')
  const creations = open.filter((one) => one.action === 'create' && !one.linked && !isLookedAt(one))
  let found = 0
  for (const [entity, lost] of Map.groupBy(creations, (delivery) => delivery.entity)) {
    if (adapter.manifest.idempotency === 'key') await sendAgain(context, entity, lost)
    else found += await lookUp(context, entity, lost, justLost)
  }
  return found
}

/** Whether records of an entity are listed, or asked for one by one, before any is created in this run. */
function willBeLookedAt(
  { adapter, connection, uncertain, bindings }: RunContext,
  entity: EntityName,
): boolean {
  const binding = bindings.find((one) => one.entity === entity)
  if (!binding || !uncertain.has(entity)) return false
  const asks = connection.find && adapter.manifest.idempotency === 'lookup'
  return Boolean(asks) || (isPolled(binding) && connection.changes !== undefined)
}

/**
 * The server remembers the key, so sending the very same change once more is the look-up: it makes nothing new and tells
 * the remote id. Not what the record is by now: an edit since then would travel under another key, as a second record.
 */
async function sendAgain(
  context: RunContext,
  entity: EntityName,
  lost: readonly Delivery[],
): Promise<void> {
  const batchSize = batchSizeOf(context)
  await probe(context, 'push:recover')
  for (let at = 0; at < lost.length; at += batchSize) {
    const batch = lost.slice(at, at + batchSize)
    const { stop } = await settle(context, entity, await deliver(context, entity, batch), true)
    if (stop) throw new RunStopped(stop.message, { cause: stop })
  }
}

async function lookUp(
  context: RunContext,
  entity: EntityName,
  deliveries: readonly Delivery[],
  justLost: boolean,
): Promise<number> {
  const { db, ports, target } = context
  const lost = await findAll(context, entity, deliveries)
  const known = await readKnownRemoteIds(
    db,
    target.id,
    entity,
    lost.flatMap(({ found }) => (found === 'undecidable' ? [] : found.map((hit) => hit.remoteId))),
  )
  const linked: { readonly delivery: Delivery; readonly remoteId: string }[] = []
  const carried: CarriedLink[] = []
  const asked: { readonly delivery: Delivery; readonly reason: string }[] = []
  const missed: Delivery[] = []
  for (const [at, recovery] of decideRecoveries(lost, known).entries()) {
    const delivery = deliveries[at]!
    if (recovery.kind === 'link') {
      linked.push({ delivery, remoteId: recovery.remoteId })
      carried.push(...carriedLinks(delivery, lost[at]!.carried.get(recovery.remoteId) ?? {}))
    } else if (recovery.kind === 'ask') asked.push({ delivery, reason: recovery.reason })
    else if (justLost) missed.push(delivery)
  }
  const later = await tryLater(context, missed)
  await probe(context, 'push:recover')
  context.run.countOutbound({ failed: asked.length })
  await db.transaction().execute(async (trx) => {
    const foundIds = linked.map(({ remoteId }) => remoteId)
    await makeRoom(trx, target.id, entity, foundIds)
    await linkRecovered(
      trx,
      linked.map(({ delivery, remoteId }) => ({ rowNo: delivery.syncRecordNo, remoteId })),
    )
    await linkCarried(trx, target.id, carried)
    await wakePartsOf(trx, context, entity, foundIds)
    await noteNotTaken(
      trx,
      [
        ...later,
        ...asked.map(({ delivery, reason }) => ({
          rowNo: delivery.syncRecordNo,
          // Whatever it was changed to since: creating it could make a second one.
          stamp: Number.MAX_SAFE_INTEGER,
          state: 'failed' as const,
          code: 'ambiguous' as const,
          message: reason,
          nextAttemptOn: null,
        })),
      ],
      toMicros(ports.clock.now()),
    )
    await removeDeliveries(
      trx,
      deliveries.map((delivery) => delivery.key),
    )
    await releaseChildren(trx, target.id, [
      ...linked.map(({ delivery }) => delivery.recordId),
      ...carried.map((item) => item.recordId),
    ])
    await context.run.save(trx, null)
  })
  await probe(context, 'push:recovered')
  await context.run.logErrors(
    db,
    asked.map(({ delivery, reason }) => ({
      entity,
      recordId: delivery.recordId,
      remoteId: null,
      code: 'ambiguous',
      message: reason,
    })),
  )
  return linked.length
}

/** Nothing else would send them: nobody changes them, and the run they belonged to goes on to its end. */
async function tryLater(
  { db, ports, run }: RunContext,
  missed: readonly Delivery[],
): Promise<readonly NotTaken[]> {
  if (missed.length === 0) return []
  const rowNos = missed.map((delivery) => delivery.syncRecordNo)
  const attempts = await readAttempts(db, rowNos)
  const now = toMicros(ports.clock.now())
  return missed.map(({ key, syncRecordNo, stamp }) => {
    const cause = run.lostBy(key)
    const attempt = (attempts.get(syncRecordNo) ?? 0) + 1
    const wait = backoff(attempt, cause?.retryAfterMs ?? null, ports.ids.random())
    return {
      rowNo: syncRecordNo,
      stamp,
      state: 'retry',
      ...inWords(cause),
      nextAttemptOn: now + toMicros(wait),
    }
  })
}

/** What is known by now: the record is not there, whatever was feared when the answer was lost. */
function inWords(cause: SyncError | undefined): Pick<NotTaken, 'code' | 'message'> {
  const failed = cause && isTransient(cause.code) && !endsBatch(cause.code)
  if (failed) return { code: cause.code, message: cause.message }
  return { code: 'server', message: 'The answer was lost, and the record did not arrive.' }
}

/** A lost creation with what was found, and by remote id what came into being with it. */
interface LookedUp extends Lost {
  readonly carried: ReadonlyMap<string, Readonly<Record<string, MadePart>>>
}

/** The parts that came into being with a found record, by name: what it refers to there. */
function madeIn(
  { adapter }: RunContext,
  { entity, body }: RemoteRecord,
): Readonly<Record<string, MadePart>> {
  const binding = adapter.manifest.bindings.find((candidate) => candidate.entity === entity)
  const made = binding ? madeParts(binding) : []
  if (made.length === 0 || !binding?.fromRemote) return {}
  const { refs } = binding.fromRemote(body)
  return Object.fromEntries(
    made.flatMap(([name, { field }]) => {
      const remoteId = refs[field] ?? null
      return remoteId === null ? [] : [[name, { remoteId, remoteVersion: null }]]
    }),
  )
}

/** Asks the target for each creation, several at a time. */
async function findAll(
  context: RunContext,
  entity: EntityName,
  deliveries: readonly Delivery[],
): Promise<readonly LookedUp[]> {
  const { adapter, connection, run, signal } = context
  const results = new Array<LookedUp>(deliveries.length)
  let next = 0
  const lookUpOne = async (delivery: Delivery): Promise<LookedUp> => {
    const nothing: LookedUp = { body: delivery.body, found: 'undecidable', carried: new Map() }
    if (adapter.manifest.idempotency === 'none' || !connection.find) return nothing
    const hits = await connection.find(entity, toOutgoing(delivery), signal)
    if (hits === 'undecidable') return nothing
    const sent = JSON.parse(delivery.body) as RemoteBody
    return {
      body: delivery.body,
      found: hits.map(({ remoteId, body }) => ({ remoteId, sameContent: hasContent(body, sent) })),
      carried: new Map(hits.map((hit) => [hit.remoteId, madeIn(context, hit)])),
    }
  }
  const worker = async () => {
    while (next < deliveries.length) {
      const at = next++
      const delivery = deliveries[at]!
      results[at] = await lookUpOne(delivery)
      run.advance(1)
    }
  }
  try {
    await Promise.all(Array.from({ length: lookUps }, worker))
  } catch (error) {
    if (error instanceof SyncError) throw new RunStopped(error.message, { cause: error })
    throw error
  }
  return results
}
