/**
 * What a target has that belongs to none of ours, by the natural keys it could be recognised by: a record typed here
 * later is looked up among it before it is created there.
 */
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { jsonPage, run, value } from '../sql/statement.ts'

/** A remote record that fits nothing here so far, and one of the keys it was looked up by. */
export interface UnlinkedByKey {
  readonly key: string
  readonly rowNo: number
  readonly remoteId: string
  readonly remoteVersion: string | null
  readonly remoteSyncedOn: number
  /** `LinkData` as JSON. */
  readonly linkData: string
}

/** Whether a target has anything that waits to be recognised. */
export async function hasUnlinked(db: Db, targetId: number, entity: EntityName): Promise<boolean> {
  const found = await value<number>(
    db,
    `SELECT EXISTS (SELECT 1 FROM unlinked_key WHERE targetId = ? AND entity = ?) AS value`,
    targetId,
    entity,
  )
  return found === 1
}

const unlinked = page({ remoteId: 'text', keys: 'json' })

/** Replaces the keys of remote records, in the transaction that writes their sync records. */
export async function writeUnlinkedKeys(
  trx: Trx,
  targetId: number,
  entity: EntityName,
  items: readonly { readonly remoteId: string; readonly keys: readonly string[] }[],
): Promise<void> {
  if (items.length === 0) return
  const given = unlinked.json(items)
  await run(
    trx,
    `DELETE FROM unlinked_key WHERE syncRecordNo IN (
       SELECT s.rowNo FROM ${unlinked.from()} CROSS JOIN sync_record AS s
       WHERE s.targetId = ?2 AND s.entity = ?3 AND s.remoteId = item.remoteId)`,
    given,
    targetId,
    entity,
  )
  await run(
    trx,
    `INSERT OR IGNORE INTO unlinked_key (targetId, entity, key, syncRecordNo)
     SELECT ?2, ?3, key.value, s.rowNo FROM ${unlinked.from()} CROSS JOIN sync_record AS s
       CROSS JOIN json_each(item.keys) AS key
     WHERE s.targetId = ?2 AND s.entity = ?3 AND s.remoteId = item.remoteId`,
    given,
    targetId,
    entity,
  )
}

/** Unlinked records of the target with any of these keys. One statement. */
export async function findUnlinked(
  db: Db,
  targetId: number,
  entity: EntityName,
  keys: readonly string[],
): Promise<readonly UnlinkedByKey[]> {
  if (keys.length === 0) return []
  return jsonPage<UnlinkedByKey>(
    db,
    `SELECT json_group_array(json_object('key', u.key, 'rowNo', s.rowNo, 'remoteId', s.remoteId,
       'remoteVersion', s.remoteVersion, 'remoteSyncedOn', s.remoteSyncedOn, 'linkData', s.linkData)) AS page
     FROM json_each(?3) AS item CROSS JOIN unlinked_key AS u CROSS JOIN sync_record AS s
     WHERE u.targetId = ?1 AND u.entity = ?2 AND u.key = item.value AND s.rowNo = u.syncRecordNo
       AND s.recordId IS NULL AND s.state = 'unmatched'`,
    targetId,
    entity,
    JSON.stringify(keys),
  )
}

/** Unlinked records of the target by their remote ids, each with its remote id as `key`. One statement. */
export async function readUnlinked(
  db: Db,
  targetId: number,
  entity: EntityName,
  remoteIds: readonly string[],
): Promise<readonly UnlinkedByKey[]> {
  if (remoteIds.length === 0) return []
  return jsonPage<UnlinkedByKey>(
    db,
    `SELECT json_group_array(json_object('key', s.remoteId, 'rowNo', s.rowNo, 'remoteId', s.remoteId,
       'remoteVersion', s.remoteVersion, 'remoteSyncedOn', s.remoteSyncedOn, 'linkData', s.linkData)) AS page
     FROM json_each(?3) AS item CROSS JOIN sync_record AS s
     WHERE s.targetId = ?1 AND s.entity = ?2 AND s.remoteId = item.value
       AND s.recordId IS NULL AND s.state = 'unmatched'`,
    targetId,
    entity,
    JSON.stringify(remoteIds),
  )
}
