/** Records a target refused: listed, folded by equal cause, retried, discarded. */
import type { FailureFilter, FailureGroup, FailureView } from '../../contract/sync.ts'
import type { EntityName, SyncErrorCode } from '../../contract/words.ts'
import type { Db } from '../db/schema.ts'
import { readDisplayNames } from './records.ts'
import { toIso } from './stamps.ts'
import { rows, run } from './statement.ts'

interface FailureRow {
  readonly rowNo: number
  readonly target: string
  readonly entity: EntityName
  readonly recordId: string | null
  readonly code: SyncErrorCode
  readonly message: string
  readonly attempts: number
  readonly lastTriedOn: number | null
}

/** ?1 target name, ?2 code, ?3 ids as JSON; each null for any. Serves the partial index of records that are not linked. */
const chosen = `s.state = 'failed' AND s.state <> 'linked'
  AND s.targetId IN (SELECT id FROM target WHERE ?1 IS NULL OR name = ?1)
  AND (?2 IS NULL OR s.errorCode = ?2)
  AND (?3 IS NULL OR s.rowNo IN (SELECT CAST(value AS INTEGER) FROM json_each(?3)))`

const parameters = (filter: FailureFilter) =>
  [
    filter.target ?? null,
    filter.code ?? null,
    filter.ids ? JSON.stringify(filter.ids) : null,
  ] as const

/** Most failures a screen folds; beyond that the count is a lower bound nobody reads line by line. */
const groupedAtMost = 100_000

/** @param after row number the page begins behind */
async function readFailures(
  db: Db,
  filter: FailureFilter,
  limit: number,
  after = 0,
): Promise<FailureRow[]> {
  const { group } = filter
  const found = await rows<FailureRow>(
    db,
    `SELECT s.rowNo, t.name AS target, s.entity, s.recordId, s.errorCode AS code,
       coalesce(s.errorMessage, '') AS message, s.attempts, s.lastTriedOn
     FROM sync_record AS s JOIN target AS t ON t.id = s.targetId WHERE ${chosen} AND s.rowNo > ?4
     ORDER BY s.rowNo LIMIT ?5`,
    ...parameters(filter),
    after,
    group === undefined ? limit : groupedAtMost,
  )
  if (group === undefined) return [...found]
  return found.filter((row) => groupKey(row) === group).slice(0, limit)
}

async function toViews(db: Db, failures: readonly FailureRow[]): Promise<FailureView[]> {
  const names = new Map<string, string>()
  for (const [entity, items] of Map.groupBy(failures, (row) => row.entity)) {
    const ids = items.flatMap((row) => (row.recordId === null ? [] : [row.recordId]))
    for (const [id, display] of await readDisplayNames(db, entity, ids)) names.set(id, display)
  }
  return failures.map((row) => ({
    id: String(row.rowNo),
    target: row.target,
    entity: row.entity,
    recordId: row.recordId,
    display: (row.recordId && names.get(row.recordId)) ?? row.recordId ?? '',
    code: row.code,
    message: row.message,
    attempts: row.attempts,
    lastTriedOn: toIso(row.lastTriedOn),
  }))
}

/** Failures in order of their sync record, after the one with id `after`. */
export async function listFailures(
  db: Db,
  filter: FailureFilter,
  limit: number,
  after: number,
): Promise<FailureView[]> {
  return toViews(db, await readFailures(db, filter, limit, after))
}

const examplesPerGroup = 5

/**
 * What makes failures equal: same target, entity, code and message with names and numbers blanked, so that 500 entries
 * refused for one reason are one row.
 */
export function groupKey(
  failure: Pick<FailureRow, 'target' | 'entity' | 'code' | 'message'>,
): string {
  return [failure.target, failure.entity, failure.code, blankDetails(failure.message)].join('|')
}

/** A message without what differs from record to record: quoted words, and words with digits in them. */
export function blankDetails(message: string): string {
  return message
    .replace(/"[^"]*"|“[^”]*”|'[^']*'/gu, '…')
    .replace(/[\p{L}\p{N}@._-]*\d[\p{L}\p{N}@._-]*/gu, '…')
}

/** Failures folded by equal cause, largest group first. */
export async function groupFailures(db: Db, target: string | undefined): Promise<FailureGroup[]> {
  const failures = await readFailures(db, { target }, groupedAtMost)
  const groups = [...Map.groupBy(failures, groupKey)].sort((a, b) => b[1].length - a[1].length)
  const examples = await toViews(
    db,
    groups.flatMap(([, items]) => items.slice(0, examplesPerGroup)),
  )
  let next = 0
  return groups.map(([key, items]) => {
    const own = examples.slice(next, (next += Math.min(examplesPerGroup, items.length)))
    const first = items[0]!
    return {
      key,
      target: first.target,
      entity: first.entity,
      code: first.code,
      message: items.length === 1 ? first.message : blankDetails(first.message),
      count: items.length,
      examples: own,
    }
  })
}

async function narrowed(db: Db, filter: FailureFilter): Promise<FailureFilter> {
  if (filter.group === undefined) return filter
  const members = await readFailures(db, filter, groupedAtMost)
  return { ids: members.map((row) => String(row.rowNo)) }
}

/** Makes failures due again. A record the target no longer knows is created anew. Answers how many. */
export async function retryFailures(db: Db, filter: FailureFilter): Promise<number> {
  return run(
    db,
    `UPDATE sync_record AS s SET state = 'linked', attempts = 0, nextAttemptOn = NULL,
       remoteId = CASE WHEN s.errorCode = 'gone' THEN NULL ELSE s.remoteId END,
       agreedHash = CASE WHEN s.errorCode = 'gone' THEN NULL ELSE s.agreedHash END,
       entitySyncedOn = min(s.entitySyncedOn, s.entityModifiedOn - 1),
       errorCode = NULL, errorMessage = NULL
     WHERE ${chosen}`,
    ...parameters(await narrowed(db, filter)),
  )
}

/** Gives failures up until their record changes again. Answers how many. */
export async function discardFailures(db: Db, filter: FailureFilter): Promise<number> {
  return run(
    db,
    `UPDATE sync_record AS s SET state = 'ignored', entitySyncedOn = s.entityModifiedOn WHERE ${chosen}`,
    ...parameters(await narrowed(db, filter)),
  )
}
