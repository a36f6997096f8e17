/** Records of ours that are one record at a target (`Resource.shared`): who shares it, and who has it from now on. */
import type { EntityName } from '../../contract/words.ts'
import type { Db, Trx } from '../db/schema.ts'
import { entities } from '../model/entities.ts'
import type { MasterRecord } from '../model/record.ts'
import { masterSql, recordFromArray, type RecordArray } from './master-columns.ts'
import { jsonPage, rows, run } from './statement.ts'

/** A live record here, and what a target has of it. */
export interface Sharer {
  readonly record: MasterRecord
  readonly remoteId: string | null
  /** What was agreed, as JSON; null for nothing. */
  readonly agreed: string | null
}

/** The live records that a target hears of with one of these values in a field, oldest first. One statement. */
export async function readSharers(
  db: Db,
  targetId: number,
  { entity, field }: { readonly entity: EntityName; readonly field: string },
  values: readonly string[],
): Promise<readonly Sharer[]> {
  if (values.length === 0) return []
  const page = await jsonPage<readonly [string | null, string | null, RecordArray]>(
    db,
    `SELECT json_group_array(json(item)) AS page FROM (
       SELECT json_array(s.remoteId, s.agreed, ${masterSql(entity).recordArray}) AS item
       FROM json_each(?2) AS wanted
         CROSS JOIN ${entities[entity].table} AS r ON r.${field} = wanted.value AND r.deletedOn IS NULL
         CROSS JOIN sync_record AS s ON s.recordId = r.id AND s.targetId = ?1
       ORDER BY r.rowNo)`,
    targetId,
    JSON.stringify(values),
  )
  return page.map(([remoteId, agreed, array]) => ({
    record: recordFromArray(entity, array),
    remoteId,
    agreed,
  }))
}

/** Whoever leaves a record there, and whoever has it from now on. */
export interface HandOver {
  /** Sync record of who leaves. */
  readonly rowNo: number
  /** Record of who stays. */
  readonly heir: string
}

/** Gives what some leave at a target to others; both are due, as the target has to be told. Three statements. */
export async function handOverLinks(
  trx: Trx,
  targetId: number,
  items: readonly HandOver[],
): Promise<void> {
  if (items.length === 0) return
  const found = await rows<{
    heir: string
    remoteId: string
    remoteVersion: string | null
    newest: number
  }>(
    trx,
    `SELECT item.value ->> 1 AS heir, s.remoteId AS remoteId, s.remoteVersion AS remoteVersion,
       s.remoteSyncedOn AS newest
     FROM jsonb_each(?) AS item CROSS JOIN sync_record AS s
     WHERE s.rowNo = item.value ->> 0 AND s.remoteId IS NOT NULL`,
    JSON.stringify(items.map(({ rowNo, heir }) => [rowNo, heir])),
  )
  await run(
    trx,
    `UPDATE sync_record SET remoteId = NULL, remoteVersion = NULL, agreed = NULL, agreedHash = NULL,
       beyondHash = NULL, partModifiedOn = 0, unconfirmed = NULL, unconfirmedOn = 0,
       entitySyncedOn = CASE WHEN recordDeleted = 1 THEN entityModifiedOn
         ELSE min(entitySyncedOn, entityModifiedOn - 1) END
     WHERE rowNo IN (SELECT value FROM json_each(?))`,
    JSON.stringify(items.map(({ rowNo }) => rowNo)),
  )
  await run(
    trx,
    `UPDATE sync_record SET remoteId = item.remoteId, remoteVersion = item.remoteVersion,
       remoteSyncedOn = max(remoteSyncedOn, item.newest), agreed = NULL, agreedHash = NULL, beyondHash = NULL,
       state = 'linked', heldBy = NULL, errorCode = NULL, errorMessage = NULL, attempts = 0, nextAttemptOn = NULL,
       entitySyncedOn = min(entitySyncedOn, entityModifiedOn - 1)
     FROM (SELECT value ->> 0 AS heir, value ->> 1 AS remoteId, value ->> 2 AS remoteVersion, value ->> 3 AS newest
       FROM jsonb_each(?2)) AS item
     WHERE sync_record.recordId = item.heir AND sync_record.targetId = ?1 AND sync_record.remoteId IS NULL`,
    targetId,
    JSON.stringify(
      found.map(({ heir, remoteId, remoteVersion, newest }) => [
        heir,
        remoteId,
        remoteVersion,
        newest,
      ]),
    ),
  )
}
