/** Polling: page after page of remote records, each staged together with the cursor behind it. */
import type { RunKind } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { dropListed, readCursor, stageRecords, writeCursor } from '../../store/traffic/inbox.ts'
import {
  acceptOlderVersions,
  findSeen,
  forgetAbsent,
  forgetSeen,
  isWhole,
  noteSeen,
  noteTorn,
  replaceSeen,
  putAbsentToRest,
  stageAbsent,
  type SeenRecord,
} from '../../store/traffic/listings.ts'
import { followMovedIds } from '../../store/links/moved-ids.ts'
import { readStep } from '../../store/runs/runs.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import type { EntityBinding, RemotePage, RemoteRecord } from '../../targets/kit/adapter.ts'
import { isMade } from '../../targets/kit/bindings.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { WalkLimit } from '../../targets/kit/walk-limit.ts'
import { probe, RunStopped, type RunContext } from '../run-context.ts'

/** Whether an entity is asked for by itself, page by page. */
export function isPolled(binding: EntityBinding): boolean {
  return binding.changes === 'since' || binding.changes === 'listing'
}

/**
 * Whether records of an entity are only looked at, to know which of ours the target has: it receives them and gives
 * none.
 */
export function isOnlyRecognised({ uncertain }: RunContext, binding: EntityBinding): boolean {
  // Where the id follows from the content, what is there under it is ours: making it again changes it.
  if (binding.shared) return false
  return binding.direction === 'outbound' && uncertain.has(binding.entity)
}

/** Whether an entity that is only sent is asked for all the same: parts of it arrive on its pages. */
export function bringsParts({ bindings }: Pick<RunContext, 'bindings'>, { entity }: EntityBinding) {
  return bindings.some(
    ({ partOf, direction, changes }) =>
      partOf?.entity === entity && changes === 'with' && direction !== 'outbound',
  )
}

/** The records of a page that are received, or recognised; whoever only brings others along is neither. */
function withoutCarriers(context: RunContext, page: RemotePage): RemotePage {
  const { bindings } = context.adapter.manifest
  const isWanted = (entity: RemoteRecord['entity']) => {
    const binding = bindings.find((one) => one.entity === entity)
    return binding?.direction !== 'outbound' || isOnlyRecognised(context, binding)
  }
  const records = page.records.filter(({ entity }) => isWanted(entity))
  return records.length === page.records.length ? page : { ...page, records }
}

/** Stages what changed remotely. Throws `RunStopped` when the target cannot be asked. */
export async function pollEntity(
  context: RunContext,
  binding: EntityBinding,
  kind: RunKind,
): Promise<void> {
  const { db, ports, target, connection, run, options } = context
  if (!connection.changes) return
  const recognised = isOnlyRecognised(context, binding)
  const anew = options.force || kind === 'initial' || kind === 'reconcile'
  const listed = anew || binding.changes === 'listing'
  const place = listed ? await takeUpListing(context, binding) : null
  // Finished before the run was interrupted, maybe long ago: what changed since must be known before anything is sent.
  const whole = listed && !place?.finished
  if (!whole && binding.changes === 'listing') return
  // What could not be taken over or linked may go now that something was changed here; force looks at everything anew.
  const again = options.force || recognised ? 'everything' : anew ? 'open' : 'nothing'
  let cursor = place && whole ? place.cursor : await readCursor(db, target.id, binding.entity)
  run.enter('staging', binding.entity, null)
  const { listing: bounds } = context.adapter.manifest.limits
  const limit = new WalkLimit(`The listing of ${binding.remoteName}`, ports.clock, bounds)
  const began = toMicros(ports.clock.now())
  for (let more = true; more && !context.signal.aborted;) {
    const page = await nextPage(context, binding, cursor)
    if (page.more && page.cursor === cursor) throw endless(binding)
    const endlessHow = page.more ? limit.goesOn(page.records.length + page.unreadable.length) : null
    if (endlessHow) {
      // A listing comes whole again: what came of this one is not worth a disk.
      if (whole) await dropListed(db, target.id, binding.entity, began)
      throw new RunStopped(endlessHow.message, { cause: endlessHow })
    }
    more = page.more
    if (whole && page.torn) context.torn.add(binding.entity)
    // Nothing came, and the place is the same: there is nothing to keep, so no disk to wait for.
    if (whole || page.records.length > 0 || page.cursor !== cursor) {
      await probe(context, 'pull:stage')
      await db.transaction().execute(async (trx) => {
        const now = toMicros(ports.clock.now())
        const records = whole ? await newestSoFar(context, binding, page, trx) : page.records
        // A hub's older state is older, whatever became of its history.
        if (anew && !context.adapter.manifest.hub)
          await acceptOlderVersions(trx, target.id, records)
        await followMovedIds(trx, target.id, records)
        const found = await stageRecords(trx, target.id, records, {
          now,
          again,
          listed: whole,
        })
        run.countInbound({ found })
        if (whole && !more) await drawConclusions(trx, context, { binding, page, now })
        // A listing has no place to go on from another day.
        if (page.cursor !== null && binding.changes === 'since' && !recognised) {
          await writeCursor(trx, target.id, binding.entity, page.cursor)
        }
        await run.save(trx, page.cursor, !more)
      })
      await probe(context, 'pull:staged')
    }
    await noteUnreadable(context, binding, page)
    run.advance(page.records.length)
    cursor = page.cursor
  }
}

/** Where a listing stands that this run began before it was interrupted; a new one begins with nothing seen. */
async function takeUpListing(
  context: RunContext,
  binding: EntityBinding,
): Promise<{ readonly cursor: string | null; readonly finished: boolean }> {
  const { db, target, run } = context
  const place = run.resumed ? await readStep(db, run.id, 'staging', binding.entity) : null
  if (place) return place
  await forgetSeen(db, target.id, listedWith(context, binding))
  return { cursor: null, finished: false }
}

/**
 * The entity and those whose records exist there only together with its own. What else arrives on its pages, like the chip
 * of an entrant, may well be there without being on any.
 */
function listedWith({ bindings }: RunContext, binding: EntityBinding) {
  const along = bindings.filter((other) => isMade(other) && other.partOf?.entity === binding.entity)
  return [binding.entity, ...along.map(({ entity }) => entity)]
}

/**
 * Notes what a page of a listing shows, also what could not be read. Answers its records without those an earlier page
 * had in a newer state; what it had in an older one does not count any more.
 */
async function newestSoFar(
  context: RunContext,
  binding: EntityBinding,
  page: RemotePage,
  trx: Trx,
): Promise<readonly RemoteRecord[]> {
  const { id } = context.target
  const listed = listedWith(context, binding)
  const { outdated, replacing } = await findSeen(trx, id, page.records)
  await replaceSeen(
    trx,
    id,
    page.records.filter((_, at) => replacing.has(at)),
  )
  const records = page.records.filter((_, at) => !outdated.has(at))
  const unread = [...page.unreadable.map(({ remoteId }) => remoteId), ...(page.passedOver ?? [])]
  const there = unread.flatMap((remoteId): readonly SeenRecord[] =>
    remoteId === null
      ? []
      : [{ entity: binding.entity, remoteId, modifiedOn: null, deleted: false }],
  )
  const seen = [...records.filter(({ entity }) => listed.includes(entity)), ...there]
  await noteSeen(trx, id, seen)
  if (page.unreadable.length > 0) {
    // Whose record it was is known where it has an id; who came along with it is not.
    const isNamed = page.unreadable.every(({ remoteId }) => remoteId !== null)
    await noteTorn(trx, id, isNamed ? listed.slice(1) : listed)
  }
  return records
}

/** The page a listing ends with, and when it came, microseconds. */
interface LastPage {
  readonly binding: EntityBinding
  readonly page: RemotePage
  readonly now: number
}

/** What is linked and was not on any page is gone there, provided that the pages were everything and could be read. */
async function drawConclusions(
  trx: Trx,
  context: RunContext,
  { binding, page, now }: LastPage,
): Promise<void> {
  const { target, run } = context
  const listed = listedWith(context, binding)
  const isReceived = binding.direction !== 'outbound' || isOnlyRecognised(context, binding)
  for (const entity of page.complete && isReceived ? listed : []) {
    if (!(await isWhole(trx, target.id, entity))) continue
    if (isOnlyRecognised(context, binding)) await forgetAbsent(trx, target.id, entity)
    else if (entity === binding.entity)
      await stageAbsent(trx, target.id, entity, { runId: run.id, now })
    else await putAbsentToRest(trx, target.id, entity)
  }
  await forgetSeen(trx, target.id, listed)
}

async function nextPage(
  context: RunContext,
  binding: EntityBinding,
  cursor: string | null,
): Promise<RemotePage> {
  try {
    const page = await context.connection.changes!(binding.entity, cursor, context.signal)
    return withoutCarriers(context, page)
  } catch (error) {
    if (error instanceof SyncError) throw new RunStopped(error.message, { cause: error })
    throw error
  }
}

function endless({ remoteName }: EntityBinding): RunStopped {
  return new RunStopped(`The target answers the same page of ${remoteName} for ever.`, {
    cause: new SyncError('bad-response', `The listing of ${remoteName} does not end.`),
  })
}

async function noteUnreadable(
  context: RunContext,
  binding: EntityBinding,
  page: RemotePage,
): Promise<void> {
  if (page.unreadable.length === 0) return
  context.run.countInbound({ failed: page.unreadable.length })
  await context.run.logErrors(
    context.db,
    page.unreadable.map(({ remoteId, error }) => ({
      entity: binding.entity,
      recordId: null,
      remoteId,
      code: error.code,
      message: error.message,
    })),
  )
}
