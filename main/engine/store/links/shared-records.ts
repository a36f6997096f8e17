/** Records of ours that are one record at a target (`Resource.shared`): who shares it, and who has it from now on. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import type { MasterRecord } from '../../model/record.ts'
import { masterSql, recordFromArray, type RecordArray } from '../sql/master-columns.ts'
import { move } from './move-records.ts'
import { page, type PageRow } from '../sql/page.ts'
import { jsonPage, run } from '../sql/statement.ts'
import { due } from './sync-records.ts'

/** A record here, by its sync record. */
export interface Holder {
  readonly rowNo: number
  readonly recordId: string
  readonly remoteId: string | null
  /** It is being sent, or waits for a decision: what the target has of it may be another thing in a moment. */
  readonly busy: boolean
}

/** A live record here, and what a target has of it. */
export interface Sharer extends Holder {
  readonly record: MasterRecord
  /** What was agreed, as JSON; null for nothing. */
  readonly agreed: string | null
}

// Not correlated, so that SQLite reads what travels once.
const busy = `(s.state = 'conflict' OR s.rowNo IN (SELECT syncRecordNo FROM delivery WHERE targetId = ?1))`

/** The live records that a target hears of with one of these values in a field, oldest first. One statement. */
export async function readSharers(
  db: Db,
  targetId: number,
  { entity, field }: { readonly entity: EntityName; readonly field: string },
  values: readonly string[],
): Promise<readonly Sharer[]> {
  if (values.length === 0) return []
  const found = await jsonPage<
    readonly [number, string | null, number, string | null, RecordArray]
  >(
    db,
    `SELECT json_group_array(json(item)) AS page FROM (
       SELECT json_array(s.rowNo, s.remoteId, ${busy}, s.agreed, ${masterSql(entity).recordArray}) AS item
       FROM json_each(?2) AS wanted
         CROSS JOIN ${entities[entity].table} AS r ON r.${field} = wanted.value AND r.deletedOn IS NULL
         CROSS JOIN sync_record AS s ON s.recordId = r.id AND s.targetId = ?1
       ORDER BY r.rowNo)`,
    targetId,
    JSON.stringify(values),
  )
  return found.map(([rowNo, remoteId, isBusy, agreed, array]) => {
    const record = recordFromArray(entity, array)
    return { rowNo, recordId: record.id, remoteId, busy: isBusy === 1, agreed, record }
  })
}

/** The records of ours that a target has under some remote ids, deleted ones included, by remote id. One statement. */
export async function readHolders(
  db: Db,
  targetId: number,
  entity: EntityName,
  remoteIds: readonly string[],
): Promise<ReadonlyMap<string, Holder>> {
  if (remoteIds.length === 0) return new Map()
  const found = await jsonPage<readonly [number, string, string, number]>(
    db,
    `SELECT json_group_array(json_array(s.rowNo, s.recordId, s.remoteId, ${busy})) AS page
     FROM json_each(?3) AS wanted CROSS JOIN sync_record AS s
     WHERE s.targetId = ?1 AND s.entity = ?2 AND s.remoteId = wanted.value AND s.recordId IS NOT NULL`,
    targetId,
    entity,
    JSON.stringify(remoteIds),
  )
  return new Map(
    found.map(([rowNo, recordId, remoteId, isBusy]) => [
      remoteId,
      { rowNo, recordId, remoteId, busy: isBusy === 1 },
    ]),
  )
}

/**
 * The records of ours that a target has under some values of a field and that have to be sent anew, as those whose value was
 * changed and those that were deleted here; by value. One statement that walks the due rows.
 */
export async function readLeaving(
  db: Db,
  targetId: number,
  { entity, field }: { readonly entity: EntityName; readonly field: string },
  values: readonly string[],
): Promise<ReadonlyMap<string, Holder>> {
  if (values.length === 0) return new Map()
  const found = await jsonPage<readonly [number, string, string, number, string]>(
    db,
    // Named, or SQLite walks everything the target has.
    `SELECT json_group_array(json_array(s.rowNo, s.recordId, s.remoteId, ${busy}, s.agreed ->> '$.${field}')) AS page
     FROM sync_record AS s INDEXED BY sync_record_due
     WHERE s.targetId = ?1 AND s.entity = ?2 AND ${due} AND s.remoteId IS NOT NULL AND s.recordId IS NOT NULL
       AND s.agreed ->> '$.${field}' IN (SELECT value FROM json_each(?3))`,
    targetId,
    entity,
    JSON.stringify(values),
  )
  return new Map(
    found.map(([rowNo, recordId, remoteId, isBusy, there]) => [
      there,
      { rowNo, recordId, remoteId, busy: isBusy === 1 },
    ]),
  )
}

const swapPage = page({ rowNo: 'int', other: 'int' })
const linkPage = page({
  ...{ rowNo: 'int', remoteId: 'text?', remoteVersion: 'text?', newest: 'int', agreed: 'text?' },
  ...{ agreedHash: 'text?', mappingVersion: 'int' },
})

/** Two sync records of one target. */
export type Swap = readonly [rowNo: number, other: number]

/**
 * Swaps what two have at a target, which may be nothing: the remote id, and what is known to be there under it. Both are due,
 * as the target has to be told. No record may be in two swaps. Three statements.
 */
export async function swapLinks(trx: Trx, swaps: readonly Swap[]): Promise<void> {
  if (swaps.length === 0) return
  const links = await jsonPage<PageRow<typeof linkPage>>(
    trx,
    `SELECT json_group_array(json_object('rowNo', item.other, 'remoteId', s.remoteId,
       'remoteVersion', s.remoteVersion, 'newest', s.remoteSyncedOn, 'agreed', s.agreed, 'agreedHash', s.agreedHash,
       'mappingVersion', s.mappingVersion)) AS page
     FROM ${swapPage.from()} CROSS JOIN sync_record AS s WHERE s.rowNo = item.rowNo`,
    swapPage.json(
      swaps.flatMap(([rowNo, other]) => [
        { rowNo, other },
        { rowNo: other, other: rowNo },
      ]),
    ),
  )
  await run(
    trx,
    `UPDATE sync_record SET remoteId = NULL WHERE rowNo IN (SELECT value FROM json_each(?))`,
    JSON.stringify(swaps.flat()),
  )
  // What was said beyond the content was said of somebody else.
  await move(
    trx,
    'cameAlong',
    {
      set: {
        remoteId: 'item.remoteId',
        remoteVersion: 'item.remoteVersion',
        remoteSyncedOn: 'CASE WHEN item.remoteId IS NULL THEN remoteSyncedOn ELSE item.newest END',
        agreed: 'item.agreed',
        agreedHash: 'item.agreedHash',
        mappingVersion: 'item.mappingVersion',
        beyondHash: `iif(item.remoteId IS NULL, NULL, '')`,
        partModifiedOn: '0',
        unconfirmed: 'NULL',
        unconfirmedOn: '0',
        entitySyncedOn: `CASE WHEN recordDeleted = 1 AND item.remoteId IS NULL THEN entityModifiedOn
          ELSE min(entitySyncedOn, entityModifiedOn - 1) END`,
      },
      from: linkPage.from(),
      where: 'sync_record.rowNo = item.rowNo',
    },
    linkPage.json(links),
  )
}
