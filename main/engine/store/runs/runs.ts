/** The run log: what each run did, where it is, and what went wrong. Times in microseconds. */
import type { GuardFacts } from '../../../contract/reasons.ts'
import type { InboundCounts, OutboundCounts, RunError, RunView } from '../../../contract/sync.ts'
import { guardInWords } from '../../../contract/words-en.ts'
import type {
  EntityName,
  RunKind,
  RunPhase,
  RunResult,
  RunTrigger,
  SyncErrorCode,
} from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { toIso } from '../sql/stamps.ts'
import { page } from '../sql/page.ts'
import { rows, run } from '../sql/statement.ts'

/** A run as it is started. `options` is what it was asked to do, so that it can be resumed. */
export interface NewRun {
  readonly id: string
  readonly targetId: number
  readonly kind: RunKind
  readonly trigger: RunTrigger
  readonly options: unknown
  readonly startedOn: number
}

const nothing = '{"created":0,"updated":0,"deleted":0,"skipped":0,"held":0,"failed":0,"waiting":0}'
/** As runs before were written, which did not count what waits. */
const nothingBefore = '{"created":0,"updated":0,"deleted":0,"skipped":0,"held":0,"failed":0}'
const nothingIn =
  '{"found":0,"created":0,"updated":0,"deleted":0,"skipped":0,"conflicts":0,"unmatched":0,"failed":0}'

export async function insertRun(db: Db, entry: NewRun): Promise<void> {
  await db
    .insertInto('sync_run')
    .values({
      ...entry,
      options: JSON.stringify(entry.options),
      result: null,
      outbound: nothing,
      inbound: nothingIn,
      guard: null,
      endedOn: null,
    })
    .execute()
}

export interface RunCounts {
  readonly outbound: OutboundCounts
  readonly inbound: InboundCounts
  /** What stopped it before it changed too much, null where nothing did. */
  readonly guard: GuardFacts | null
}

export async function writeCounts(
  trx: Trx,
  runId: string,
  { outbound, inbound, guard }: RunCounts,
): Promise<void> {
  await run(
    trx,
    `UPDATE sync_run SET outbound = ?, inbound = ?, guard = ? WHERE id = ?`,
    JSON.stringify(outbound),
    JSON.stringify(inbound),
    guard === null ? null : JSON.stringify(guard),
    runId,
  )
}

export interface StepPosition {
  readonly phase: string
  readonly entity: string
  readonly cursor: string | null
  readonly done: number
  readonly total: number | null
  readonly finished: boolean
}

export async function writeStep(trx: Trx, runId: string, step: StepPosition): Promise<void> {
  await run(
    trx,
    `INSERT INTO sync_step (runId, phase, entity, cursor, done, total, finished) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (runId, phase, entity) DO UPDATE SET cursor = excluded.cursor, done = excluded.done,
       total = excluded.total, finished = excluded.finished`,
    runId,
    step.phase,
    step.entity,
    step.cursor,
    step.done,
    step.total,
    step.finished ? 1 : 0,
  )
}

/** Where a run was in a phase, null when it had not come to it. */
export async function readStep(
  db: Db,
  runId: string,
  phase: RunPhase,
  entity: EntityName,
): Promise<{ readonly cursor: string | null; readonly finished: boolean } | null> {
  const found = await db
    .selectFrom('sync_step')
    .select(['cursor', 'finished'])
    .where('runId', '=', runId)
    .where('phase', '=', phase)
    .where('entity', '=', entity)
    .executeTakeFirst()
  return found ? { cursor: found.cursor, finished: found.finished === 1 } : null
}

/** Ends a run and drops its steps, which only a resumed run needs. */
export async function finishRun(
  trx: Trx,
  runId: string,
  result: RunResult,
  endedOn: number,
): Promise<void> {
  await trx.updateTable('sync_run').set({ result, endedOn }).where('id', '=', runId).execute()
  await trx.deleteFrom('sync_step').where('runId', '=', runId).execute()
}

const errorPage = page({
  ...{ entity: 'text?', recordId: 'text?', remoteId: 'text?', code: 'text', message: 'text' },
})

export async function addRunErrors(
  db: Db,
  runId: string,
  errors: readonly RunError[],
): Promise<void> {
  if (errors.length === 0) return
  await run(
    db,
    `INSERT INTO run_error (runId, entity, recordId, remoteId, code, message)
     SELECT ?2, entity, recordId, remoteId, code, message FROM ${errorPage.from()}`,
    errorPage.json(errors),
    runId,
  )
}

function readOutbound(text: string): OutboundCounts {
  return { waiting: 0, ...(JSON.parse(text) as Omit<OutboundCounts, 'waiting'>) }
}

interface RunRow {
  readonly id: string
  readonly targetId: number
  readonly target: string
  readonly kind: RunKind
  readonly trigger: RunTrigger
  readonly options: string
  readonly result: RunResult | null
  readonly outbound: string
  readonly inbound: string
  readonly guard: string | null
  readonly startedOn: number
  readonly endedOn: number | null
}

/** Runs, newest first, each with its first hundred errors. */
export async function listRuns(
  db: Db,
  filter: { readonly target?: string; readonly ids?: readonly string[]; readonly limit: number },
): Promise<readonly RunView[]> {
  const found = await rows<RunRow>(
    db,
    `SELECT r.id, r.targetId, t.name AS target, r.kind, r.trigger, r.options, r.result, r.outbound, r.inbound, r.guard,
       r.startedOn, r.endedOn
     FROM sync_run AS r JOIN target AS t ON t.id = r.targetId
     WHERE (?1 IS NULL OR t.name = ?1) AND (?2 IS NULL OR r.id IN (SELECT value FROM json_each(?2)))
     ORDER BY r.startedOn DESC, r.id DESC LIMIT ?3`,
    filter.target ?? null,
    filter.ids ? JSON.stringify(filter.ids) : null,
    filter.limit,
  )
  const errors = await rows<{ runId: string } & Omit<RunError, 'code'> & { code: SyncErrorCode }>(
    db,
    `SELECT runId, entity, recordId, remoteId, code, message FROM (
       SELECT *, row_number() OVER (PARTITION BY runId ORDER BY id) AS nth FROM run_error
       WHERE runId IN (SELECT value FROM json_each(?))) WHERE nth <= 100`,
    JSON.stringify(found.map((row) => row.id)),
  )
  const byRun = Map.groupBy(errors, (error) => error.runId)
  return found.map((row) => ({
    id: row.id,
    target: row.target,
    kind: row.kind,
    trigger: row.trigger,
    rehearsal: false,
    result: row.result,
    startedOn: toIso(row.startedOn)!,
    endedOn: toIso(row.endedOn),
    outbound: readOutbound(row.outbound),
    inbound: JSON.parse(row.inbound) as InboundCounts,
    guard:
      row.guard === null ? null : guardInWords(JSON.parse(row.guard) as GuardFacts, row.target),
    errors: (byRun.get(row.id) ?? []).map(({ runId: _, ...error }) => error),
  }))
}

/** A run that was going on when the process ended. */
export interface UnfinishedRun {
  readonly id: string
  readonly targetId: number
  readonly kind: RunKind
  readonly trigger: RunTrigger
  readonly options: unknown
  readonly outbound: OutboundCounts
  readonly inbound: InboundCounts
}

/** The newest unfinished run of a target. */
export async function findUnfinishedRun(
  db: Db,
  targetId: number,
): Promise<UnfinishedRun | undefined> {
  const found = await db
    .selectFrom('sync_run')
    .selectAll()
    .where('targetId', '=', targetId)
    .where('result', 'is', null)
    .orderBy('startedOn', 'desc')
    .executeTakeFirst()
  if (!found) return undefined
  return {
    id: found.id,
    targetId: found.targetId,
    kind: found.kind as RunKind,
    trigger: found.trigger as RunTrigger,
    options: JSON.parse(found.options) as unknown,
    outbound: readOutbound(found.outbound),
    inbound: JSON.parse(found.inbound) as InboundCounts,
  }
}

/** How many runs of a target are remembered. */
export interface RunsKept {
  /** The newest, whatever they did. */
  readonly newest: number
  /** The newest of those that did something or did not succeed. */
  readonly eventful: number
}

/**
 * Forgets old runs of a target. A run every minute that finds nothing to do would otherwise push what happened out of
 * the log within hours.
 */
export async function pruneRuns(db: Db, targetId: number, kept: RunsKept): Promise<void> {
  await run(
    db,
    `DELETE FROM sync_run WHERE targetId = ?1 AND result IS NOT NULL
       AND id NOT IN (SELECT id FROM sync_run WHERE targetId = ?1 ORDER BY startedOn DESC LIMIT ?2)
       AND id NOT IN (SELECT id FROM sync_run WHERE targetId = ?1
         AND NOT (result IS 'success' AND outbound IN (?4, ?6) AND inbound = ?5) ORDER BY startedOn DESC LIMIT ?3)`,
    targetId,
    kept.newest,
    kept.eventful,
    nothing,
    nothingIn,
    nothingBefore,
  )
}

/** Ids of targets whose newest finished run stopped before deleting much and waits for a person. */
export async function readGuarded(db: Db): Promise<ReadonlySet<number>> {
  const found = await rows<{ id: number }>(
    db,
    `SELECT t.id AS id FROM target AS t WHERE (
       SELECT r.guard FROM sync_run AS r WHERE r.targetId = t.id AND r.result IS NOT NULL
       ORDER BY r.startedOn DESC LIMIT 1) IS NOT NULL`,
  )
  return new Set(found.map((row) => row.id))
}
