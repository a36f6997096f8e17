/** Records that were to go to a target and that it has not confirmed: what is left of "everything has arrived". */
import type { RunError } from '../../../contract/sync.ts'
import type { EntityName, SyncErrorCode } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { rows, value } from '../sql/statement.ts'
import { due } from './sync-records.ts'

/** What a run was to send: entities, and only some records where it was asked for those. */
export interface PushScope {
  readonly targetId: number
  readonly entities: readonly EntityName[]
  /** Null for all. */
  readonly records: readonly string[] | null
}

/** `state <> 'linked'` lets the index of what needs attention serve it. */
const inRetry = `s.state = 'retry' AND s.state <> 'linked'`

const inScope = `s.entity IN (SELECT value FROM json_each(?2))
  AND (?3 IS NULL OR s.recordId IN (SELECT value FROM json_each(?3)))`

const scopeOf = ({ targetId, entities, records }: PushScope) =>
  [targetId, JSON.stringify(entities), records === null ? null : JSON.stringify(records)] as const

/** The newest stamp given out: what is changed from here on has a higher one. */
export async function newestStamp(db: Db): Promise<number> {
  return (await value<number>(db, `SELECT last AS value FROM clock WHERE id = 1`)) ?? 0
}

/** What a run began with, and what it tried in vain. */
export interface Tried {
  /** Newest stamp when it began. */
  readonly stamp: number
  /** Sync records of which a delivery was not confirmed. */
  readonly rowNos: ReadonlySet<number>
}

/**
 * How many records were due at a stamp, or tried since, and have been neither confirmed nor set aside. Walks the index of
 * due rows only; of those edited later the ones that were not tried are the next run's.
 */
export async function countWaiting(
  db: Db,
  scope: PushScope,
  { stamp, rowNos }: Tried,
): Promise<number> {
  return (
    (await value<number>(
      db,
      `SELECT (SELECT count(*) FROM json_each(?2) AS e CROSS JOIN sync_record AS s
         WHERE s.targetId = ?1 AND s.entity = e.value AND ${due}
           AND (s.entityModifiedOn <= ?4 OR s.rowNo IN (SELECT value FROM json_each(?5)))
           AND (?3 IS NULL OR s.recordId IN (SELECT value FROM json_each(?3))))
       + (SELECT count(*) FROM sync_record AS s WHERE s.targetId = ?1 AND ${inRetry} AND ${inScope}) AS value`,
      ...scopeOf(scope),
      stamp,
      JSON.stringify([...rowNos]),
    )) ?? 0
  )
}

/** How many records wait for another one. The index of what needs attention serves it. */
export async function countHeld(db: Db, targetId: number): Promise<number> {
  const held = `SELECT count(*) AS value FROM sync_record WHERE targetId = ? AND state = 'held' AND state <> 'linked'`
  return (await value<number>(db, held, targetId)) ?? 0
}

/** Why records wait for a moment, the latest tries first. */
export async function readWaitingErrors(
  db: Db,
  scope: PushScope,
  limit: number,
): Promise<readonly RunError[]> {
  return rows<RunError & { readonly code: SyncErrorCode }>(
    db,
    `SELECT s.entity AS entity, s.recordId AS recordId, s.remoteId AS remoteId, s.errorCode AS code,
       coalesce(s.errorMessage, '') AS message
     FROM sync_record AS s WHERE s.targetId = ?1 AND ${inRetry} AND ${inScope} AND s.errorCode IS NOT NULL
     ORDER BY s.lastTriedOn DESC, s.rowNo LIMIT ?4`,
    ...scopeOf(scope),
    limit,
  )
}

/** So many are counted; more is no other state. */
const countedAtMost = 1_000

/** How many records of each target wait for their moment; a thousand means at least that. */
export async function readRetrying(db: Db): Promise<ReadonlyMap<number, number>> {
  const found = await rows<{ id: number; retrying: number }>(
    db,
    `SELECT t.id AS id, (SELECT count(*) FROM (SELECT 1 FROM sync_record AS s
       WHERE s.targetId = t.id AND ${inRetry} LIMIT ${countedAtMost})) AS retrying FROM target AS t`,
  )
  return new Map(found.map(({ id, retrying }) => [id, retrying]))
}

/** Whether all that waits, waits for its moment: then nothing is on its way. */
export function allRetrying(pending: number, retrying: number): boolean {
  return retrying > 0 && (retrying >= pending || retrying === countedAtMost)
}
