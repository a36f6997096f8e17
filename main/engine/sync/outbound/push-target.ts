/**
 * The outward story, top to bottom, after `recover`: for each entity, parents first, page by page:
 * detect → plan → transform → freeze → deliver → settle. Deletions go last, children first.
 */
import type { EntityName } from '../../../contract/words.ts'
import {
  freezeDeliveries,
  removeDeliveries,
  type Delivery,
} from '../../store/traffic/deliveries.ts'
import { swapLinks } from '../../store/links/shared-records.ts'
import { readOverwrites } from '../../store/links/mass-changes.ts'
import {
  countDue,
  noteNotTaken,
  releaseLate,
  setAside,
  type NotTaken,
  type SetAside,
} from '../../store/links/sync-records.ts'
import { contentHash } from '../../model/record.ts'
import { readAhead } from '../../read-ahead.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import { releaseDecided } from '../../store/links/possible-twins.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import { exchangeDefinitions } from '../exchange-definitions.ts'
import { probe, RunStopped, type RunContext } from '../run-context.ts'
import { changeTime } from './decide/change-time.ts'
import { nothingLooked, planSafely, takeWord, type Looked } from './before-creating.ts'
import { batchSizeOf, deliver, toOutgoing } from './deliver.ts'
import { mayDelete, mayOverwrite } from './guards.ts'
import { letPartsGo } from './arriving-parts.ts'
import { plannedPages, type Walk } from './page-steps.ts'
import { processStaged } from '../inbound/pull-target.ts'
import type { Step } from './decide/plan.ts'
import { untangle } from './decide/plan-sharing.ts'
import { recover } from './recover.ts'
import { checkUnknown } from './decide/safety.ts'
import { settle, type Settled } from './settle.ts'
import {
  canonicalContent,
  deliveryKey,
  isUnchanged,
  transform,
  type Transformed,
} from './decide/transform.ts'

/** A page of due records is at least this long, so that skipping many is quick even where batches are small. */
const smallestPage = 500
/** An entity whose own records refer to each other takes a few passes: parents, then the children they released. */
const passes = 4
/** Of values that move on in a row, each pass halves what is left: enough for any number of records. */
const swappingPasses = 40

/** Sends everything that is due. Throws `RunStopped` when the target cannot be talked to. */
export async function pushTarget(context: RunContext): Promise<void> {
  const outbound = context.bindings.filter((binding) => binding.direction !== 'inbound')
  await releaseDecided(context.db, context.target.id)
  const overwrite = await mayOverwrite(context.reader, context, outbound)
  await takeWord(context, outbound)
  const looked = nothingLooked()
  for (const binding of outbound) {
    // Children of what was recognised only now may have come already, and waited for it.
    if (looked.linked && binding.direction !== 'outbound') {
      await processStaged(context, binding, 'links', false)
    }
    for (let pass = 0, swapping = 0; pass < passes && swapping < swappingPasses; pass++) {
      Object.assign(looked, { swapped: 0, waiting: 0 })
      const { confirmed, recovered } = await pushEntity(context, binding, {
        what: 'content',
        overwrite,
        looked,
      })
      if (looked.swapped > 0) {
        pass -= 1
        swapping += 1
      }
      if (recovered + looked.swapped + looked.waiting > 0) continue
      if (confirmed === 0 || binding.soft.concat(binding.hard).length === 0) break
    }
    if (binding.entity === 'event') await exchangeDefinitions(context)
  }
  context.run.guard ??= checkUnknown(looked.withheld.size)
  if (await mayDelete(context.db, context, outbound)) {
    for (const binding of outbound.toReversed())
      await pushEntity(context, binding, { what: 'deletions', overwrite: true, looked })
  }
}

interface Pushed {
  /** By the target. */
  readonly confirmed: number
  /** Found to have arrived although the answer was lost; they are sent once more, to be sure of what is there. */
  readonly recovered: number
}

interface Sending {
  readonly what: 'content' | 'deletions'
  /** Whether changes nobody made here by hand go. */
  readonly overwrite: boolean
  readonly looked: Looked
}

/** One pass over the due records of one entity. */
async function pushEntity(
  context: RunContext,
  binding: EntityBinding,
  sending: Sending,
): Promise<Pushed> {
  const { db, target, adapter, run, options } = context
  const total = options.records
    ? options.records.length
    : await countDue(db, target.id, binding.entity)
  if (total === 0) return { confirmed: 0, recovered: 0 }
  run.enter('sending', binding.entity, total)

  const { concurrency } = adapter.manifest.limits
  const batchSize = batchSizeOf(context)
  const inFlight = new Set<Promise<void>>()
  const mostInFlight = adapter.manifest.batches ? concurrency : 2
  let confirmed = 0
  let unknown = 0
  let stopped: Error | null = null
  const note = (settled: Settled) => {
    confirmed += settled.confirmed
    unknown += settled.unknown
    if (settled.stop) stopped ??= new RunStopped(settled.stop.message, { cause: settled.stop })
  }

  const unsent = new Set<string>()
  const pages = frozenPages(context, binding, sending, unsent)
  try {
    for await (const deliveries of readAhead(pages)) {
      for (let at = 0; at < deliveries.length; at += batchSize) {
        if (stopped || context.signal.aborted) break
        const batch = deliveries.slice(at, at + batchSize)
        for (const { key } of batch) unsent.delete(key)
        const sending: Promise<void> = deliver(context, binding.entity, batch)
          .then((delivered) => settle(context, binding.entity, delivered))
          .then(note, (error: unknown) => {
            stopped ??= error instanceof Error ? error : new Error(String(error))
          })
          .finally(() => inFlight.delete(sending))
        inFlight.add(sending)
        if (inFlight.size >= mostInFlight) await Promise.race(inFlight)
      }
      if (stopped || context.signal.aborted) break
    }
  } finally {
    // Also when a page could not be planned: what travels must be settled before the connection is closed.
    await Promise.all(inFlight)
  }
  if (unsent.size > 0) {
    // Nothing to look up: they are simply still due.
    await probe(context, 'push:unsent')
    await db.transaction().execute((trx) => removeDeliveries(trx, [...unsent]))
    await probe(context, 'push:returned')
  }
  if (stopped) throw stopped
  return { confirmed, recovered: unknown > 0 ? await recover(context) : 0 }
}

/**
 * The due records of one entity, page by page in row order: planned, and frozen before they are handed on.
 * @param unsent gets the key of each, also of a page that nobody takes any more
 */
async function* frozenPages(
  context: RunContext,
  binding: EntityBinding,
  { what, overwrite, looked }: Sending,
  unsent: Set<string>,
): AsyncGenerator<readonly Delivery[]> {
  const { db, options, signal } = context
  const outgoing = (step: Content) => toOutgoing(contentDelivery(context, binding, step))
  const walk: Walk = {
    ...{ binding, signal, selected: options.records },
    limit: Math.max(batchSizeOf(context), smallestPage),
    plan: (read) => planSafely(context, { binding, looked, read, outgoing }),
  }
  for await (const { due, steps: planned } of plannedPages(db, context, walk)) {
    const waiting = overwrite
      ? new Set<number>()
      : await readOverwrites(
          db,
          due.map(({ rowNo }) => rowNo),
        )
    const steps = planned.filter(({ kind }) => (kind === 'delete') === (what === 'deletions'))
    const deliveries = await freeze(context, binding, { steps, waiting, looked })
    for (const { key } of deliveries) unsent.add(key)
    yield deliveries
  }
}

type Content = Extract<Step, { kind: 'create' | 'update' }>

interface Planned extends Pick<Sending, 'looked'> {
  readonly steps: readonly Step[]
  /** Rows whose updates wait for a person, unless they change nothing at the target. */
  readonly waiting: ReadonlySet<number>
}

/**
 * Makes a page durable before its first byte is sent: payloads and keys frozen, skipped, held and ignored records set
 * aside, in one transaction. Answers the deliveries to send.
 */
async function freeze(
  context: RunContext,
  binding: EntityBinding,
  { steps, waiting, looked }: Planned,
): Promise<readonly Delivery[]> {
  const { db, ports, target, run } = context
  const deliveries: Delivery[] = []
  const aside: SetAside[] = []
  const refused: Refused[] = []
  const swaps: Extract<Step, { kind: 'swap' }>[] = []
  const setBy = ({ due }: Step, away: Omit<SetAside, 'rowNo' | 'stamp'>) =>
    void aside.push({ rowNo: due.rowNo, stamp: due.stamp, ...away })
  const goes = untangle(
    steps.map((step) => ({ ...step, swapsWith: step.kind === 'swap' ? step.with.rowNo : null })),
  )
  for (const [at, step] of steps.entries()) {
    const { due } = step
    const { stamp, partStamp } = due
    if (!goes[at] || step.kind === 'wait') {
      looked.waiting += 1
      continue
    }
    switch (step.kind) {
      case 'create':
      case 'update': {
        const content = transform(step, binding, target)
        if (!context.options.force && isUnchanged(step, content, target.mappingVersion)) {
          setBy(step, { event: 'skipped', syncedOn: stamp, partStamp, heldBy: step.waitsFor })
        } else if (step.kind === 'create' || !waiting.has(due.rowNo)) {
          deliveries.push({
            ...toDelivery(context, binding.entity, step, content),
            carried: madeWith(context, binding, step),
          })
        }
        break
      }
      case 'delete':
        deliveries.push(toDelivery(context, binding.entity, step, null))
        break
      case 'refuse':
        refused.push(step)
        break
      case 'swap':
        swaps.push(step)
        break
      case 'skip':
        setBy(step, { event: 'skipped', syncedOn: stamp, partStamp, heldBy: null })
        break
      case 'hold':
        setBy(step, { event: 'held', syncedOn: null, partStamp: 0, heldBy: step.waitsFor })
        break
      case 'ignore':
        setBy(step, { event: 'leftOut', syncedOn: stamp, partStamp: 0, heldBy: step.waitsFor })
        break
    }
  }
  const held = aside.filter((item) => item.event === 'held').length
  run.countOutbound({ held, skipped: aside.length - held, failed: refused.length })
  await probe(context, 'push:freeze')
  await db.transaction().execute(async (trx) => {
    await freezeDeliveries(trx, target.id, run.id, deliveries)
    await setAside(trx, target.id, aside)
    await swapLinks(
      trx,
      swaps.map((step) => [step.due.rowNo, step.with.rowNo]),
    )
    const swapped = swaps.flatMap((step) => [step.due.recordId, step.with.recordId])
    await letPartsGo(trx, context, binding.entity, swapped)
    await noteNotTaken(trx, refused.map(toNotTaken), toMicros(ports.clock.now()))
    await releaseLate(
      trx,
      target.id,
      aside.flatMap(({ rowNo, heldBy }) => (heldBy ? [rowNo] : [])),
    )
    if (aside.length + refused.length + swaps.length > 0) await run.save(trx, null)
  })
  looked.swapped += swaps.length
  await probe(context, 'push:frozen')
  await run.logErrors(
    db,
    refused.map(({ due, message }) => ({
      entity: binding.entity,
      recordId: due.recordId,
      remoteId: due.remoteId,
      code: refusal,
      message,
    })),
  )
  run.advance(aside.length + refused.length)
  return deliveries
}

type Refused = Extract<Step, { kind: 'refuse' }>

/** What cannot go as it is counts as refused by the target: a person sees it among the failures. */
const refusal = 'rejected'

function toNotTaken({ due, message }: Refused): NotTaken {
  const { rowNo, stamp } = due
  return { rowNo, stamp, state: 'failed', code: refusal, message, nextAttemptOn: null }
}

/** What the body says of the parts that come into being with this one: it becomes agreed when this one is confirmed. */
function madeWith(
  { adapter }: RunContext,
  binding: EntityBinding,
  step: Content,
): Delivery['carried'] {
  return step.made.map((name) => {
    const { record } = step.parts.one[name]!
    const { entity } = binding.parts[name]!
    const own = adapter.manifest.bindings.find((candidate) => candidate.entity === entity)
    const agreed = own ? canonicalContent(own, record.fields) : null
    return {
      field: name,
      entity,
      recordId: record.id,
      agreed,
      hash: agreed === null ? null : contentHash(agreed),
      stamp: record.modifiedOn,
    }
  })
}

function contentDelivery(context: RunContext, binding: EntityBinding, step: Content): Delivery {
  const content = transform(step, binding, context.target)
  return toDelivery(context, binding.entity, step, content)
}

function toDelivery(
  context: RunContext,
  entity: EntityName,
  step: Extract<Step, { kind: 'create' | 'update' | 'delete' }>,
  content: Transformed | null,
): Delivery {
  const { ports, target, run, options, clockOffset, listings } = context
  const { due } = step
  const listed = step.kind === 'create' ? listings.get(entity) : undefined
  const again = [
    content?.hash.slice(0, 12) ?? '',
    content?.beyondHash ? `s${content.beyondHash.slice(0, 12)}` : '',
    target.mappingVersion > 1 ? `m${target.mappingVersion}` : '',
    listed === undefined ? '' : `l${listed.toString(36)}`,
    step.kind !== 'create' && due.remoteNewestOn > 0 ? `r${due.remoteNewestOn.toString(36)}` : '',
    options.force ? run.id : '',
  ].join('')
  return {
    key: deliveryKey({
      targetId: target.id,
      entity,
      recordId: due.recordId,
      stamp: due.stamp,
      action: step.kind,
      again,
    }),
    syncRecordNo: due.rowNo,
    entity,
    recordId: due.recordId,
    action: step.kind,
    remoteId: due.remoteId,
    remoteVersion: due.remoteVersion,
    body: JSON.stringify(content?.body ?? {}),
    patch: options.force ? null : (content?.patch ?? null),
    beyondHash: content?.beyondHash ?? null,
    partStamp: due.partStamp,
    ...(step.kind !== 'delete' && step.roots !== null ? { roots: step.roots } : {}),
    agreed: content?.agreed ?? null,
    hash: content?.hash ?? null,
    stamp: due.stamp,
    remoteModifiedOn: changeTime({
      ...due,
      // What a listing did not show may have been there, and was removed before it.
      ...(listed !== undefined && { remoteNewestOn: Math.max(due.remoteNewestOn, listed) }),
      now: ports.clock.now(),
      clockOffsetMs: clockOffset.ms(),
    }),
    modifiedBy: due.record.modifiedBy,
    mappingVersion: target.mappingVersion,
    waitsFor: step.kind === 'delete' ? null : step.waitsFor,
    carried: [],
    state: 'sending',
  }
}
