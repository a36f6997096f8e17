/**
 * Records a target refused, and records of a target that could not be taken over here: listed, folded by equal cause,
 * retried, discarded. The first are sync records, the second staged records with a prefix to their ids.
 */
import {
  receivedPrefix,
  type FailureFilter,
  type FailureGroup,
  type FailureView,
} from '../../../contract/sync.ts'
import type { EntityName, SyncErrorCode } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { notTakenMessage } from '../traffic/inbox.ts'
import { readDisplayNames } from '../sql/records.ts'
import { toIso, toMicros } from '../sql/stamps.ts'
import { move } from '../links/move-records.ts'
import { rows, run } from '../sql/statement.ts'

interface FailureRow {
  readonly id: string
  readonly target: string
  readonly entity: EntityName
  readonly recordId: string | null
  /** Set for what was received. */
  readonly remoteId: string | null
  readonly code: SyncErrorCode
  readonly message: string
  readonly attempts: number
  readonly lastTriedOn: number | null
}

/** ?1 target name, ?2 code, ?3 ids as JSON, ?4 and ?5 first and last stamp of the last try; each null for any. Serves the partial index of records that are not linked. */
const chosen = `s.state = 'failed' AND s.state <> 'linked'
  AND s.targetId IN (SELECT id FROM target WHERE ?1 IS NULL OR name = ?1)
  AND (?2 IS NULL OR s.errorCode = ?2)
  AND (?3 IS NULL OR s.rowNo IN (SELECT CAST(value AS INTEGER) FROM json_each(?3)))
  AND (?4 IS NULL OR s.lastTriedOn >= ?4) AND (?5 IS NULL OR s.lastTriedOn <= ?5)`

/** The same for staged records. */
const chosenIn = `i.state = 'failed'
  AND i.targetId IN (SELECT id FROM target WHERE ?1 IS NULL OR name = ?1)
  AND (?2 IS NULL OR i.errorCode = ?2)
  AND (?3 IS NULL OR '${receivedPrefix}' || i.id IN (SELECT value FROM json_each(?3)))
  AND (?4 IS NULL OR i.lastTriedOn >= ?4) AND (?5 IS NULL OR i.lastTriedOn <= ?5)`

const parameters = (filter: FailureFilter) =>
  [
    filter.target ?? null,
    filter.code ?? null,
    filter.ids ? JSON.stringify(filter.ids) : null,
    microsOf(filter.since),
    // A time that is shown has lost its thousandths.
    microsOf(filter.until, 999),
  ] as const

const microsOf = (iso: string | undefined, more = 0) =>
  iso === undefined ? null : toMicros(Date.parse(iso)) + more

const pageRows = 1_000

const pageSql = `SELECT CAST(s.rowNo AS TEXT) AS id, t.name AS target, s.entity, s.recordId, NULL AS remoteId,
    s.errorCode AS code, coalesce(s.errorMessage, '') AS message, s.attempts, s.lastTriedOn, 0 AS source, s.rowNo AS no
  FROM sync_record AS s JOIN target AS t ON t.id = s.targetId
  WHERE ${chosen} AND ?6 = 0 AND s.rowNo > ?7
  UNION ALL
  SELECT '${receivedPrefix}' || i.id, t.name, i.entity, s.recordId, i.remoteId, i.errorCode, coalesce(i.errorMessage, ''), i.attempts,
    i.lastTriedOn, 1, i.id
  FROM inbox AS i JOIN target AS t ON t.id = i.targetId
  LEFT JOIN sync_record AS s ON s.targetId = i.targetId AND s.entity = i.entity AND s.remoteId = i.remoteId
  WHERE ${chosenIn} AND (?6 = 0 OR i.id > ?7)
  ORDER BY source, no LIMIT ?8`

/**
 * Failures page by page, what was to be sent first; of a group only its own, wherever they are.
 * @param from id of the failure the first page begins behind, null for the beginning
 */
async function* readFailures(
  db: Db,
  filter: FailureFilter,
  rowsPerPage = pageRows,
  from: string | null = null,
): AsyncGenerator<readonly FailureRow[]> {
  const { group } = filter
  for (let after = from; ;) {
    const received = after?.startsWith(receivedPrefix) ?? false
    const found = await rows<FailureRow>(
      db,
      pageSql,
      ...parameters(filter),
      received ? 1 : 0,
      Number(received ? after!.slice(receivedPrefix.length) : after) || 0,
      rowsPerPage,
    )
    const last = found.at(-1)
    if (!last) return
    after = last.id
    const page = found.map((row) =>
      row.remoteId === null ? row : { ...row, message: notTakenMessage(row.message) },
    )
    yield group === undefined ? page : page.filter((row) => groupKey(row) === group)
    if (found.length < rowsPerPage) return
  }
}

async function toViews(db: Db, failures: readonly FailureRow[]): Promise<FailureView[]> {
  const names = new Map<string, string>()
  for (const [entity, items] of Map.groupBy(failures, (row) => row.entity)) {
    const ids = items.flatMap((row) => (row.recordId === null ? [] : [row.recordId]))
    for (const [id, display] of await readDisplayNames(db, entity, ids)) names.set(id, display)
  }
  return failures.map((row) => ({
    id: row.id,
    target: row.target,
    entity: row.entity,
    recordId: row.recordId,
    display: (row.recordId && names.get(row.recordId)) ?? row.recordId ?? row.remoteId ?? '',
    code: row.code,
    message: row.message,
    attempts: row.attempts,
    lastTriedOn: toIso(row.lastTriedOn),
  }))
}

/** Failures, what was to be sent first, after the one with id `after`. */
export async function listFailures(
  db: Db,
  filter: FailureFilter,
  limit: number,
  after: string | null,
): Promise<FailureView[]> {
  const found: FailureRow[] = []
  const rowsPerPage = filter.group === undefined ? limit : pageRows
  for await (const page of readFailures(db, filter, rowsPerPage, after)) {
    found.push(...page)
    if (found.length >= limit) break
  }
  return toViews(db, found.slice(0, limit))
}

/** Names of the targets that have failures a filter chooses. */
export async function failingTargets(db: Db, filter: FailureFilter): Promise<readonly string[]> {
  const found = await rows<{ name: string }>(
    db,
    `SELECT t.name FROM target AS t
     WHERE EXISTS (SELECT 1 FROM sync_record AS s WHERE s.targetId = t.id AND ${chosen})
       OR EXISTS (SELECT 1 FROM inbox AS i WHERE i.targetId = t.id AND ${chosenIn})`,
    ...parameters(await narrowed(db, filter)),
  )
  return found.map(({ name }) => name)
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
  const folded = new Map<string, { count: number; readonly examples: FailureRow[] }>()
  for await (const page of readFailures(db, { target })) {
    for (const row of page) {
      const key = groupKey(row)
      const group = folded.get(key) ?? { count: 0, examples: [] }
      folded.set(key, group)
      group.count += 1
      if (group.examples.length < examplesPerGroup) group.examples.push(row)
    }
  }
  const groups = [...folded].sort(([, a], [, b]) => b.count - a.count)
  const views = await toViews(
    db,
    groups.flatMap(([, { examples }]) => examples),
  )
  let next = 0
  return groups.map(([key, { count, examples }]) => {
    const { target: of, entity, code, message } = examples[0]!
    return {
      key,
      target: of,
      entity,
      code,
      message: count === 1 ? message : blankDetails(message),
      count,
      examples: views.slice(next, (next += examples.length)),
    }
  })
}

async function narrowed(db: Db, filter: FailureFilter): Promise<FailureFilter> {
  if (filter.group === undefined) return filter
  const ids: string[] = []
  for await (const page of readFailures(db, filter)) {
    ids.push(...page.map(({ id }) => id))
  }
  return { ids }
}

const meantRows = `rowNo IN (SELECT s.rowNo FROM sync_record AS s WHERE ${chosen})`

/** Of a record the target no longer knows, nothing it had is kept. */
const unlessGone = (column: string) => `CASE WHEN errorCode = 'gone' THEN NULL ELSE ${column} END`

/**
 * Makes failures due again. A record the target no longer knows is created anew, one of the target is worked in by the
 * next run. Answers how many.
 */
export async function retryFailures(db: Db, filter: FailureFilter): Promise<number> {
  const meant = parameters(await narrowed(db, filter))
  const received = await run(db, `UPDATE inbox AS i SET state = 'new' WHERE ${chosenIn}`, ...meant)
  const sent = await move(
    db,
    'retried',
    {
      set: {
        remoteId: unlessGone('remoteId'),
        agreed: unlessGone('agreed'),
        agreedHash: unlessGone('agreedHash'),
        entitySyncedOn: 'min(entitySyncedOn, entityModifiedOn - 1)',
      },
      where: meantRows,
    },
    ...meant,
  )
  return received + sent
}

/** Gives failures up until their record changes again, here or there. Answers how many. */
export async function discardFailures(db: Db, filter: FailureFilter): Promise<number> {
  const meant = parameters(await narrowed(db, filter))
  const received = await run(
    db,
    `UPDATE inbox AS i SET state = 'ignored', body = '{}' WHERE ${chosenIn}`,
    ...meant,
  )
  const sent = await move(
    db,
    'discarded',
    { set: { entitySyncedOn: 'entityModifiedOn' }, where: meantRows },
    ...meant,
  )
  return received + sent
}
