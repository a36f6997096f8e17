/** Sync records as sending needs them: what one target knows of one record. Their life is in `model/sync-record.ts`. */
import type { EntityName, SyncErrorCode, SyncRecordState } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import type { MasterRecord } from '../../model/record.ts'
import { masterSql, recordFromArray, type RecordArray } from '../sql/master-columns.ts'
import { move } from './move-records.ts'
import { page } from '../sql/page.ts'
import { jsonPage, rows, run, value } from '../sql/statement.ts'

/** A record that has changed here since the target last confirmed it. Stamps in microseconds. */
export interface DueRecord {
  readonly rowNo: number
  readonly recordId: string
  readonly remoteId: string | null
  readonly remoteVersion: string | null
  readonly agreed: string | null
  readonly agreedHash: string | null
  readonly mappingVersion: number
  /** Hash of the body as it was sent last; null where that is not known. */
  readonly beyondHash: string | null
  /** Newest stamp of a record it repeats that the target was not told yet, 0 for none. */
  readonly partStamp: number
  /** Newest time on the target's clock that is known there for the record, or may have arrived unheard; 0 for none. */
  readonly remoteNewestOn: number
  /** Stamp of the content read with it; settling it later leaves a newer edit due. */
  readonly stamp: number
  readonly record: MasterRecord
}

type DueArray = readonly [
  number,
  string | null,
  string | null,
  string | null,
  string | null,
  number,
  number,
  number,
  string | null,
  number,
  RecordArray,
]

/** The partial index `sync_record_due` serves only queries that repeat its predicate to the letter. */
export const due = `s.state = 'linked' AND s.entityModifiedOn > s.entitySyncedOn`

const dueItem = (entity: EntityName) =>
  `json_array(s.rowNo, s.remoteId, s.remoteVersion, s.agreed, s.agreedHash, s.mappingVersion,
  max(s.remoteSyncedOn, s.unconfirmedOn), s.entityModifiedOn, s.beyondHash,
  s.partModifiedOn, ${masterSql(entity).recordArray})`

/** The answer to its creation was lost: until that is looked up, another one could make a second record. */
const inDoubt = `EXISTS (SELECT 1 FROM delivery AS d WHERE d.syncRecordNo = s.rowNo AND d.state = 'unknown')`

function duePageSql(entity: EntityName, selected: boolean): string {
  return `SELECT json_group_array(json(item)) AS page FROM (
      SELECT ${dueItem(entity)} AS item FROM sync_record AS s
      CROSS JOIN ${entities[entity].table} AS r
      WHERE s.targetId = ?1 AND s.entity = ?2 AND s.rowNo > ?3 AND ${due} AND r.id = s.recordId
        AND NOT ${inDoubt}
      ${selected ? 'AND s.recordId IN (SELECT value FROM json_each(?5))' : ''}
      ORDER BY s.rowNo LIMIT ?4)`
}

export interface DuePage {
  /** Row number of the last one read, 0 to begin. */
  readonly after: number
  readonly limit: number
  /** Only these records, null for all. */
  readonly selected: readonly string[] | null
}

/** Due records of one entity in row order, deleted ones included, but none whose creation is in doubt. */
export async function readDuePage(
  db: Db,
  targetId: number,
  entity: EntityName,
  { after, limit, selected }: DuePage,
): Promise<readonly DueRecord[]> {
  const found = await jsonPage<DueArray>(
    db,
    duePageSql(entity, selected !== null),
    targetId,
    entity,
    after,
    limit,
    ...(selected ? [JSON.stringify(selected)] : []),
  )
  return found.map(([rowNo, ...known]) => {
    const [remoteId, remoteVersion, agreed, agreedHash, mapping, newest, stamp, ...more] = known
    const [beyondHash, partStamp, array] = more
    const record = recordFromArray(entity, array)
    return {
      rowNo,
      recordId: record.id,
      remoteId,
      remoteVersion,
      agreed,
      agreedHash,
      mappingVersion: mapping,
      beyondHash,
      partStamp,
      remoteNewestOn: newest,
      stamp,
      record,
    }
  })
}

/** How many records of an entity are due; walks the index of due rows only. */
export async function countDue(db: Db, targetId: number, entity: EntityName): Promise<number> {
  return (
    (await value<number>(
      db,
      `SELECT count(*) AS value FROM sync_record AS s WHERE s.targetId = ? AND s.entity = ? AND ${due}`,
      targetId,
      entity,
    )) ?? 0
  )
}

/** What a target knows of a record another one refers to. */
export interface ParentLink {
  readonly remoteId: string | null
  readonly state: SyncRecordState
  readonly pending: boolean
}

/** Links of records by their id, for one target. One statement. */
export async function readLinks(
  db: Db,
  targetId: number,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, ParentLink>> {
  if (recordIds.length === 0) return new Map()
  const found = await rows<{
    recordId: string
    remoteId: string | null
    state: SyncRecordState
    pending: number
  }>(
    db,
    `SELECT s.recordId AS recordId, s.remoteId AS remoteId, s.state AS state,
       s.entityModifiedOn > s.entitySyncedOn AS pending
     FROM json_each(?2) AS item CROSS JOIN sync_record AS s
     WHERE s.recordId = item.value AND s.targetId = ?1`,
    targetId,
    JSON.stringify(recordIds),
  )
  return new Map(found.map((row) => [row.recordId, { ...row, pending: row.pending === 1 }]))
}

/** A sync record that leaves the due index without being sent. */
export interface SetAside {
  readonly rowNo: number
  /** Stamp of the content it was decided for. */
  readonly stamp: number
  readonly event: 'skipped' | 'held' | 'leftOut'
  /** Stamp up to which nothing is due any more; null keeps it due. */
  readonly syncedOn: number | null
  /** What of the records it repeats was looked at with it; see `DueRecord.partStamp`. */
  readonly partStamp: number
  /** Record it goes again with: see `heldBy` in ARCHITECTURE.md. */
  readonly heldBy: string | null
}

const aside = page({
  ...{ rowNo: 'int', event: 'text', syncedOn: 'int?', heldBy: 'text?', stamp: 'int' },
  partStamp: 'int',
})

/**
 * Skips, holds and ignores a page of records. One that was edited since it was read is not held or ignored for what it
 * was before.
 */
export async function setAside(
  trx: Trx,
  targetId: number,
  items: readonly SetAside[],
): Promise<void> {
  if (items.length === 0) return
  await move(
    trx,
    ['skipped', 'held', 'leftOut'],
    {
      set: {
        heldBy: 'item.heldBy',
        entitySyncedOn: 'coalesce(item.syncedOn, entitySyncedOn)',
        partModifiedOn: `CASE WHEN item.syncedOn IS NOT NULL AND partModifiedOn = item.partStamp THEN 0
          ELSE partModifiedOn END`,
        mappingVersion: `CASE WHEN item.syncedOn IS NULL THEN mappingVersion
          ELSE (SELECT mappingVersion FROM target WHERE id = ?2) END`,
      },
      from: aside.from(),
      where: `sync_record.rowNo = item.rowNo AND (item.event = 'skipped' OR entityModifiedOn = item.stamp)`,
    },
    aside.json(items),
    targetId,
  )
}

/** A record the target refused or could not take now. */
export interface NotTaken {
  readonly rowNo: number
  /** Stamp of the content that was refused. */
  readonly stamp: number
  readonly state: 'failed' | 'retry'
  readonly code: SyncErrorCode
  readonly message: string
  readonly nextAttemptOn: number | null
}

const notTaken = page({
  ...{ rowNo: 'int', event: 'text', code: 'text', message: 'text', nextAttemptOn: 'int?' },
  stamp: 'int',
})

/**
 * Notes what was not taken. A record edited since it was sent stays due instead: the edit may be the very thing that
 * was missing, and nobody would send it again.
 */
export async function noteNotTaken(
  trx: Trx,
  items: readonly NotTaken[],
  now: number,
): Promise<void> {
  if (items.length === 0) return
  await move(
    trx,
    ['refused', 'notNow'],
    {
      set: {
        errorCode: 'item.code',
        errorMessage: 'item.message',
        nextAttemptOn: 'item.nextAttemptOn',
        attempts: 'attempts + 1',
        lastTriedOn: 'CAST(?2 AS INTEGER)',
      },
      from: notTaken.from(),
      where: 'sync_record.rowNo = item.rowNo AND entityModifiedOn <= item.stamp',
    },
    notTaken.json(
      items.map((item) => ({ ...item, event: item.state === 'failed' ? 'refused' : 'notNow' })),
    ),
    now,
  )
}

/** Records that are not at the target any more, and are not sent there by themselves: at rest until they come along again. */
export async function forgetGone(trx: Trx, rowNos: readonly number[]): Promise<void> {
  if (rowNos.length === 0) return
  await move(
    trx,
    'goneThere',
    { where: `rowNo IN (SELECT value FROM json_each(?))` },
    JSON.stringify(rowNos),
  )
}

/** Records the hub has under another id, made while both sides were apart: it does not have them under theirs. */
export async function forgetTwinLinks(trx: Trx, rowNos: readonly number[]): Promise<void> {
  await move(
    trx,
    'twinThere',
    { where: `rowNo IN (SELECT value FROM json_each(?))` },
    JSON.stringify(rowNos),
  )
}

/** How often each of these was tried already. */
export async function readAttempts(
  db: Db,
  rowNos: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const found = await rows<{ rowNo: number; attempts: number }>(
    db,
    `SELECT rowNo, attempts FROM sync_record WHERE rowNo IN (SELECT value FROM json_each(?))`,
    JSON.stringify(rowNos),
  )
  return new Map(found.map((row) => [row.rowNo, row.attempts]))
}

/** The index of what needs attention serves only queries that repeat its predicate. */
const waiting = `state = 'retry' AND state <> 'linked'`

/** A wait never exceeds what a server may ask for; a longer one means that the clock was set back. Microseconds. */
const longestWait = 3_600_000_000

/**
 * Lets records that waited for a moment go again.
 * @param now only those whose time has come (microseconds); null for all, as *Sync now* and reconnecting do
 */
export async function releaseRetries(
  db: Db,
  targetId: number,
  now: number | null,
): Promise<number> {
  return move(
    db,
    'retryDue',
    {
      where: `targetId = ?1 AND ${waiting} AND (?2 IS NULL OR nextAttemptOn IS NULL
        OR nextAttemptOn <= ?2 OR nextAttemptOn > ?2 + ?3)`,
    },
    targetId,
    now,
    longestWait,
  )
}

/** When the next record that waits for a moment may go; null when none waits. */
export async function nextRetryOn(db: Db, targetId: number): Promise<number | null> {
  return (
    (await value<number | null>(
      db,
      `SELECT min(nextAttemptOn) AS value FROM sync_record WHERE targetId = ? AND ${waiting}`,
      targetId,
    )) ?? null
  )
}

const dueAgain = { entitySyncedOn: 'min(entitySyncedOn, entityModifiedOn - 1)' }

/**
 * Lets the children of records that just got their remote id go: held ones, and those sent without them before.
 * Runs in the transaction that settles the parents.
 */
export async function releaseChildren(
  trx: Trx,
  targetId: number,
  parentIds: readonly string[],
): Promise<void> {
  if (parentIds.length === 0) return
  await move(
    trx,
    'parentArrived',
    {
      set: dueAgain,
      where: `heldBy IN (SELECT value FROM json_each(?2)) AND targetId = ?1`,
    },
    targetId,
    JSON.stringify(parentIds),
  )
}

/**
 * The same for children settled or set aside after their parent got its remote id, in the same transaction: the parent
 * was under way while they were planned without it.
 * @param rowNos sync records of the children
 */
export async function releaseLate(
  trx: Trx,
  targetId: number,
  rowNos: readonly number[],
): Promise<void> {
  if (rowNos.length === 0) return
  await move(
    trx,
    'parentArrived',
    {
      set: dueAgain,
      where: `rowNo IN (SELECT value FROM json_each(?2)) AND heldBy IS NOT NULL AND EXISTS (
        SELECT 1 FROM sync_record AS parent WHERE parent.recordId = sync_record.heldBy AND parent.targetId = ?1
          AND parent.remoteId IS NOT NULL)`,
    },
    targetId,
    JSON.stringify(rowNos),
  )
}

const recovered = page({ rowNo: 'int', remoteId: 'text' })

/**
 * Links records whose creation turned out to have arrived. They stay due: what the target holds is compared by
 * sending it once more, which ends the same whatever arrived.
 */
export async function linkRecovered(
  trx: Trx,
  items: readonly { readonly rowNo: number; readonly remoteId: string }[],
): Promise<void> {
  if (items.length === 0) return
  await run(
    trx,
    `UPDATE sync_record SET remoteId = item.remoteId, agreed = NULL, agreedHash = NULL
     FROM ${recovered.from()} WHERE sync_record.rowNo = item.rowNo`,
    recovered.json(items),
  )
}
