/**
 * Complete listings of a target: which remote ids were seen, and what is gone there because it was not. Durable page by
 * page, so that a listing interrupted by a crash goes on where it stopped.
 */
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { absent } from './inbox.ts'
import { move } from '../links/move-records.ts'
import { page } from '../sql/page.ts'
import { jsonPage, rows, run, value } from '../sql/statement.ts'

/** What a page of a listing shows to be there, or to be deleted. Times in microseconds. */
export interface SeenRecord {
  readonly entity: EntityName
  readonly remoteId: string
  readonly modifiedOn: number | null
  readonly deleted: boolean
}

const seenPage = page({ entity: 'text', remoteId: 'text', modifiedOn: 'int?', deleted: 'int' })

const givenAsSeen = (records: readonly SeenRecord[]) =>
  seenPage.json(records.map((one) => ({ ...one, deleted: one.deleted ? 1 : 0 })))

/** Notes the records of a page as seen, each with the newest time it was seen with. */
export async function noteSeen(
  trx: Trx,
  targetId: number,
  records: readonly SeenRecord[],
): Promise<void> {
  if (records.length === 0) return
  await run(
    trx,
    `INSERT INTO listing_seen (targetId, entity, remoteId, modifiedOn, deleted)
     SELECT ?2, entity, remoteId, modifiedOn, deleted FROM ${seenPage.from()} WHERE true
     ON CONFLICT DO UPDATE SET modifiedOn = excluded.modifiedOn, deleted = excluded.deleted`,
    givenAsSeen(records),
    targetId,
  )
}

/** Something of these entities was listed that could not be read: nobody can say which of them are absent. */
export async function noteTorn(
  trx: Trx,
  targetId: number,
  entities: readonly EntityName[],
): Promise<void> {
  await run(
    trx,
    `INSERT OR IGNORE INTO listing_seen (targetId, entity, remoteId) SELECT ?1, value, '' FROM json_each(?2)`,
    targetId,
    JSON.stringify(entities),
  )
}

/** Whether everything that was listed of an entity could be told apart. */
export async function isWhole(trx: Trx, targetId: number, entity: EntityName): Promise<boolean> {
  const torn = await value<number>(
    trx,
    `SELECT 1 AS value FROM listing_seen WHERE targetId = ? AND entity = ? AND remoteId = ''`,
    targetId,
    entity,
  )
  return torn === undefined
}

/**
 * Which of these records, by position, an earlier page of the same listing had already: in a newer state, so that this
 * one is out of date, or in one this state replaces.
 */
export async function findSeen(
  trx: Trx,
  targetId: number,
  records: readonly SeenRecord[],
): Promise<{ readonly outdated: ReadonlySet<number>; readonly replacing: ReadonlySet<number> }> {
  const seen = await jsonPage<readonly [number, number]>(
    trx,
    `SELECT json_group_array(json_array(item.position, ifnull(l.modifiedOn > item.modifiedOn, 0))) AS page
     FROM ${seenPage.from()} CROSS JOIN listing_seen AS l
     WHERE l.targetId = ?2 AND l.entity = item.entity AND l.remoteId = item.remoteId`,
    givenAsSeen(records),
    targetId,
  )
  const those = (outdated: number) =>
    new Set(seen.flatMap(([at, is]) => (is === outdated ? [at] : [])))
  return { outdated: those(1), replacing: those(0) }
}

/**
 * Takes back what an earlier page of the same listing brought of records that this page has in a newer state: what waits
 * to be worked in, and that they were let be older than what is known of them.
 */
export async function replaceSeen(
  trx: Trx,
  targetId: number,
  records: readonly ListedRecord[],
): Promise<void> {
  if (records.length === 0) return
  const given = listedPage.json(records)
  await run(
    trx,
    `UPDATE inbox SET state = 'done', body = '{}' WHERE id IN (
       SELECT i.id FROM ${listedPage.from()} CROSS JOIN inbox AS i
       WHERE i.targetId = ?2 AND i.entity = item.entity AND i.remoteId = item.remoteId
         AND i.version <> item.version AND i.state = 'new')`,
    given,
    targetId,
  )
  await run(
    trx,
    `${timed('s.remoteVersion = item.version AND s.remoteSyncedOn < item.modifiedOn')}
     UPDATE sync_record SET remoteSyncedOn = timed.modifiedOn FROM timed WHERE sync_record.rowNo = timed.rowNo`,
    given,
    targetId,
  )
}

/** A remote record as a listing has it; times in microseconds. */
interface ListedRecord {
  readonly entity: EntityName
  readonly remoteId: string
  readonly version: string
  readonly modifiedOn: number | null
}

const listedPage = page({ entity: 'text', remoteId: 'text', version: 'text', modifiedOn: 'int?' })

/** The sync records `timed` of a page of listed records, with the time they are listed with. */
const timed = (condition: string) => `WITH timed AS MATERIALIZED (
  SELECT s.rowNo AS rowNo, item.modifiedOn AS modifiedOn FROM ${listedPage.from()} CROSS JOIN sync_record AS s
  WHERE s.targetId = ?2 AND s.entity = item.entity AND s.remoteId = item.remoteId AND ${condition})`

/**
 * What a full listing says is true now, also where it is older than what was taken over, as after a backup was restored
 * there: such a record does not count as told late.
 */
export async function acceptOlderVersions(
  trx: Trx,
  targetId: number,
  records: readonly ListedRecord[],
): Promise<void> {
  const told = records.filter(({ modifiedOn }) => modifiedOn !== null)
  if (told.length === 0) return
  await run(
    trx,
    `${timed('s.remoteVersion IS NOT item.version AND s.remoteSyncedOn > item.modifiedOn')}
     UPDATE sync_record SET remoteSyncedOn = timed.modifiedOn FROM timed WHERE sync_record.rowNo = timed.rowNo`,
    listedPage.json(told),
    targetId,
  )
}

/** Forgets what was seen: a listing begins, or ended. */
export async function forgetSeen(
  db: Db,
  targetId: number,
  entities: readonly EntityName[],
): Promise<void> {
  await run(
    db,
    `DELETE FROM listing_seen WHERE targetId = ?1 AND entity IN (SELECT value FROM json_each(?2))`,
    targetId,
    JSON.stringify(entities),
  )
}

const unseen = `NOT EXISTS (SELECT 1 FROM listing_seen AS l
  WHERE l.targetId = s.targetId AND l.entity = s.entity AND l.remoteId = s.remoteId AND l.deleted = 0)`

/** Forgets remote records that belonged to none of ours and are gone there. */
export async function forgetAbsent(trx: Trx, targetId: number, entity: EntityName): Promise<void> {
  await run(
    trx,
    `DELETE FROM sync_record AS s WHERE s.targetId = ?1 AND s.entity = ?2 AND s.remoteId IS NOT NULL
       AND s.recordId IS NULL AND ${unseen}`,
    targetId,
    entity,
  )
}

/**
 * Stages a deletion for every linked record a complete listing did not have, and forgets unlinked remote records that
 * are gone. Answers how many deletions were staged.
 */
export async function stageAbsent(
  trx: Trx,
  targetId: number,
  entity: EntityName,
  { runId, now }: { readonly runId: string; readonly now: number },
): Promise<number> {
  // What an earlier listing missed may be there again; what is still missing is staged anew, also where it was refused.
  await run(
    trx,
    `DELETE FROM inbox WHERE targetId = ?1 AND entity = ?2 AND state IN ('new', 'failed') AND deleted = 1 AND version LIKE '${absent}%'`,
    targetId,
    entity,
  )
  await forgetAbsent(trx, targetId, entity)
  return run(
    trx,
    `INSERT INTO inbox (targetId, entity, remoteId, version, modifiedOn, deleted, body, receivedOn)
     SELECT s.targetId, s.entity, s.remoteId, '${absent}' || ?3, NULL, 1, json_object('recordId', s.recordId), CAST(?4 AS INTEGER)
     FROM sync_record AS s WHERE s.targetId = ?1 AND s.entity = ?2 AND s.remoteId IS NOT NULL
       AND s.recordId IS NOT NULL AND ${unseen}
     ON CONFLICT DO UPDATE SET state = 'new'`,
    targetId,
    entity,
    runId,
    now,
  )
}

/**
 * Which record of ours belonged to each of these remote records before a listing did not have them, as long as versions
 * are remembered. Somebody may have decided otherwise since: only those still in the review list count.
 */
export async function readFormer(
  db: Db,
  targetId: number,
  entity: EntityName,
  remoteIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (remoteIds.length === 0) return new Map()
  const found = await jsonPage<readonly [string, string]>(
    db,
    `SELECT json_group_array(json_array(i.remoteId, s.recordId)) AS page
     FROM json_each(?3) AS item CROSS JOIN inbox AS i CROSS JOIN sync_record AS s
     WHERE i.targetId = ?1 AND i.entity = ?2 AND i.remoteId = item.value AND i.deleted = 1 AND i.state = 'done'
       AND i.version LIKE '${absent}%' AND s.recordId = i.body ->> 'recordId' AND s.targetId = ?1
       AND s.remoteId IS NULL AND s.state = 'unmatched' AND s.recordDeleted = 0`,
    targetId,
    entity,
    JSON.stringify(remoteIds),
  )
  return new Map(found)
}

/** Puts at rest what exists there only with another record and came along with none in a complete listing. */
export async function putAbsentToRest(
  trx: Trx,
  targetId: number,
  entity: EntityName,
): Promise<void> {
  await forgetAbsent(trx, targetId, entity)
  await move(
    trx,
    'goneThere',
    {
      where: `rowNo IN (SELECT s.rowNo FROM sync_record AS s
        WHERE s.targetId = ?1 AND s.entity = ?2 AND s.remoteId IS NOT NULL AND s.state = 'linked' AND ${unseen})`,
    },
    targetId,
    entity,
  )
}

/** Records here whose staged deletion waits to be worked in; one may be told of twice, by name and by a listing without it. */
export async function countStagedDeletions(
  db: Db,
  targetId: number,
  entity: EntityName,
): Promise<number> {
  return (
    (await value<number>(
      db,
      `SELECT count(DISTINCT s.recordId) AS value FROM inbox AS i CROSS JOIN sync_record AS s
       WHERE i.targetId = ?1 AND i.entity = ?2 AND i.state = 'new' AND i.deleted = 1
         AND s.targetId = i.targetId AND s.entity = i.entity AND s.remoteId = i.remoteId AND s.recordId IS NOT NULL`,
      targetId,
      entity,
    )) ?? 0
  )
}

/** Records of an entity that are here and concern the target, in row order; `remoteId` null where never sent. */
export async function readLinkedPage(
  db: Db,
  targetId: number,
  entity: EntityName,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<
  readonly { readonly rowNo: number; readonly recordId: string; readonly remoteId: string | null }[]
> {
  return rows(
    db,
    // Named, or SQLite walks the records of all targets and entities by their row numbers.
    `SELECT rowNo, recordId, remoteId FROM sync_record INDEXED BY sync_record_by_entity
     WHERE targetId || ' ' || entity = ?1 || ' ' || ?2 AND rowNo > ?3
       AND recordId IS NOT NULL AND (remoteId IS NOT NULL OR (state <> 'ignored' AND recordDeleted = 0))
     ORDER BY rowNo LIMIT ?4`,
    targetId,
    entity,
    after,
    limit,
  )
}
