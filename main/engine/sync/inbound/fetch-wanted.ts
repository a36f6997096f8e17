/**
 * Fetches the records that webhooks only named, or that a change of ours brought back: page by page, a few at once. A page
 * is staged and struck off in one transaction; what was named again while it was fetched, or could not be fetched, stays
 * for the next run.
 */
import { errorMeanings } from '../../../contract/error-meanings.ts'
import type { RunError } from '../../../contract/sync.ts'
import type { SyncErrorCode } from '../../../contract/words.ts'
import { followMovedIds } from '../../store/links/moved-ids.ts'
import { stageRecords } from '../../store/traffic/inbox.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import {
  dropStaged,
  pruneWebhooks,
  readWanted,
  strikeWanted,
  type WantedRecord,
} from '../../store/traffic/webhooks.ts'
import type { RemoteRecord } from '../../targets/kit/adapter.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { probe, RunStopped, type RunContext } from '../run-context.ts'
import { rememberDeliveriesMs } from './receive-webhook.ts'

const pageSize = 100

/** It would meet the next record just the same. */
const endsTheRun = (code: SyncErrorCode) => errorMeanings[code].endsBatch !== 'never'

type Fetched =
  | { readonly wanted: WantedRecord; readonly record: RemoteRecord | 'silent' }
  | { readonly wanted: WantedRecord; readonly error: SyncError }

/** Stages what is wanted. Throws `RunStopped` when the target cannot be asked, after staging what it did answer. */
export async function fetchWanted(context: RunContext): Promise<void> {
  const { db, reader, ports, target, connection, run } = context
  if (!connection.fetch) return
  const entities = context.bindings
    .filter(({ direction, changes }) => direction !== 'outbound' && changes !== 'none')
    .map(({ entity }) => entity)
  let after: WantedRecord | null = null
  while (!context.signal.aborted) {
    const page: readonly WantedRecord[] = await readWanted(reader, target.id, entities, {
      after,
      limit: pageSize,
    })
    if (page.length === 0) break
    if (after === null) run.enter('staging', null, null)
    after = page.at(-1)!
    const fetched = await fetchPage(context, page)
    await stagePage(context, fetched)
    run.advance(fetched.length)
    await draw(context, fetched)
  }
  // Only what was asked for once more may be given up: after a long rest everything is that old.
  if (context.signal.aborted || context.options.entities !== null) return
  const before = toMicros(ports.clock.now() - rememberDeliveriesMs)
  const given = await pruneWebhooks(db, target.id, before)
  if (given > 0) {
    ports.log.warn(
      'Records of a target that were to be looked at could not be fetched for a week',
      {
        target: target.name,
        records: given,
      },
    )
  }
}

/** Asks for the records of a page, a few at once; none any more after an error that would meet all of them. */
async function fetchPage(
  context: RunContext,
  page: readonly WantedRecord[],
): Promise<readonly Fetched[]> {
  const fetched: Fetched[] = []
  let next = 0
  let ended = false
  const work = async (): Promise<void> => {
    while (next < page.length && !ended && !context.signal.aborted) {
      const one = await fetchOne(context, page[next++]!)
      fetched.push(one)
      if ('error' in one && endsTheRun(one.error.code)) ended = true
    }
  }
  const { concurrency } = context.adapter.manifest.limits
  await Promise.all(Array.from({ length: Math.min(concurrency, page.length) }, work))
  return fetched
}

async function fetchOne(context: RunContext, wanted: WantedRecord): Promise<Fetched> {
  const { entity, remoteId } = wanted
  try {
    const record = await context.connection.fetch!(entity, remoteId, context.signal)
    return { wanted, record: record ?? gone(wanted) }
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    return error.code === 'gone' ? { wanted, record: gone(wanted) } : { wanted, error }
  }
}

/** What is named and does not exist was deleted. Each time it is asked for is a version of its own. */
function gone({ entity, remoteId, askedOn }: WantedRecord): RemoteRecord {
  return {
    entity,
    remoteId,
    version: `gone ${askedOn}`,
    modifiedOn: null,
    deleted: true,
    body: {},
  }
}

async function stagePage(context: RunContext, fetched: readonly Fetched[]): Promise<void> {
  const { db, ports, target, run } = context
  const answered = fetched.flatMap((one) => ('record' in one ? [one] : []))
  if (answered.length === 0) return
  await probe(context, 'webhook:fetch')
  await db.transaction().execute(async (trx) => {
    const standing = await strikeWanted(
      trx,
      target.id,
      answered.map(({ wanted }) => wanted),
    )
    const records = answered.flatMap(({ record }, at) =>
      standing.has(at) && record !== 'silent' ? [record] : [],
    )
    await dropStaged(trx, target.id, records)
    await followMovedIds(trx, target.id, records)
    const now = toMicros(ports.clock.now())
    run.countInbound({ found: await stageRecords(trx, target.id, records, { now }) })
    await run.save(trx, null)
  })
  await probe(context, 'webhook:fetched')
}

/** Logs what could not be fetched, and stops the run where the target as a whole is at fault. */
async function draw(context: RunContext, fetched: readonly Fetched[]): Promise<void> {
  const failed = fetched.flatMap((one) => ('error' in one ? [one] : []))
  const end = failed.find(({ error }) => endsTheRun(error.code))
  if (end) throw new RunStopped(end.error.message, { cause: end.error })
  if (failed.length === 0) return
  context.run.countInbound({ failed: failed.length })
  await context.run.logErrors(
    context.db,
    failed.map(({ wanted: { entity, remoteId }, error }): RunError => ({
      entity,
      recordId: null,
      remoteId,
      code: error.code,
      message: `A record of the target that was to be looked at could not be fetched: ${error.message}`,
    })),
  )
}
