/** Deliveries: what is on its way to a target, frozen before the first byte is sent, gone once settled. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { move } from '../links/move-records.ts'
import { page } from '../sql/page.ts'
import { jsonPage, run } from '../sql/statement.ts'

/**
 * `sending`: may be under way, or was when the process ended · `unknown`: the answer was lost, its fate must be looked up.
 */
export type DeliveryState = 'sending' | 'unknown'

/** A record that comes into being with another one, as the other one's body has it. */
export interface CarriedContent {
  /** Reference field of the delivered record. */
  readonly field: string
  readonly entity: EntityName
  readonly recordId: string
  /** Canonical content and its hash; null where nothing of it is kept. */
  readonly agreed: string | null
  readonly hash: string | null
  /** Stamp of that content, microseconds. */
  readonly stamp: number
}

export interface Delivery {
  /** Idempotency key; the same on every attempt. */
  readonly key: string
  readonly syncRecordNo: number
  readonly entity: EntityName
  readonly recordId: string
  readonly action: 'create' | 'update' | 'delete'
  readonly remoteId: string | null
  readonly remoteVersion: string | null
  /** JSON text of the body, as it will travel. */
  readonly body: string
  /** What of it differs from what the target has. Not stored: an interrupted update is planned anew. */
  readonly patch?: Readonly<Record<string, unknown>> | null
  /** See `DueRecord.partStamp`. Not stored: what was interrupted stays due for its parts. */
  readonly partStamp?: number
  /** Remote ids of the roots it was made with there; see `OutgoingChange.roots`. Not stored. */
  readonly roots?: readonly string[]
  /** Hash of the body, where that says more than the agreed content. Not stored: then it is not known. */
  readonly beyondHash?: string | null
  /** Canonical content in our fields, and its hash; null for a deletion. */
  readonly agreed: string | null
  readonly hash: string | null
  /** Stamp of the frozen content, microseconds. */
  readonly stamp: number
  /** When the change was made, as the target is told: microseconds on its clock. */
  readonly remoteModifiedOn: number
  readonly modifiedBy: string
  readonly mappingVersion: number
  /** Soft parent it is sent without. */
  readonly waitsFor: string | null
  /** Records that come into being with it. */
  readonly carried: readonly CarriedContent[]
  readonly state: DeliveryState
}

const frozen = page({
  ...{ syncRecordNo: 'int', entity: 'text', recordId: 'text', action: 'text', key: 'text' },
  ...{ remoteId: 'text?', remoteVersion: 'text?', body: 'text', agreed: 'text?', hash: 'text?' },
  ...{ stamp: 'int', remoteModifiedOn: 'int', modifiedBy: 'text', mappingVersion: 'int' },
  ...{ waitsFor: 'text?', carried: 'text?', state: 'text' },
})

/** Freezes a page of deliveries. */
export async function freezeDeliveries(
  trx: Trx,
  targetId: number,
  runId: string,
  deliveries: readonly Delivery[],
): Promise<void> {
  if (deliveries.length === 0) return
  await run(
    trx,
    `INSERT INTO delivery (targetId, runId, ${frozen.names})
     SELECT ?2, ?3, ${frozen.names} FROM ${frozen.from()}`,
    frozen.json(
      deliveries.map((one) => ({
        ...one,
        carried: one.carried.length > 0 ? JSON.stringify(one.carried) : null,
      })),
    ),
    targetId,
    runId,
  )
}

/** A delivery the target confirmed. */
export interface Confirmed {
  readonly key: string
  readonly remoteId: string
  readonly remoteVersion: string | null
  /** Remote modified time, microseconds; 0 where not told. */
  readonly remoteModifiedOn: number
  /** What the target has instead of what was sent, canonical, and its hash; null when it took all of it. */
  readonly kept: { readonly agreed: string; readonly hash: string } | null
  /** As in its delivery. */
  readonly beyondHash: string | null
  readonly partStamp: number
}

const settled = page({
  ...{ key: 'text', remoteId: 'text', remoteVersion: 'text?', remoteModifiedOn: 'int' },
  ...{ keptContent: 'text?', keptHash: 'text?', beyondHash: 'text?', partStamp: 'int' },
})

/**
 * Makes what was actually sent the agreed content, and moves `entitySyncedOn` to the frozen stamp: an edit made
 * meanwhile is still due. A confirmed deletion forgets the remote id.
 */
export async function settleDeliveries(trx: Trx, confirmed: readonly Confirmed[]): Promise<void> {
  if (confirmed.length === 0) return
  await move(
    trx,
    'settled',
    {
      // Materialized, or SQLite walks all sync records and asks for each whether it is in the batch.
      with: `item AS MATERIALIZED (
       SELECT d.syncRecordNo AS rowNo, d.action AS action, d.stamp AS stamp,
         d.mappingVersion AS mappingVersion, d.waitsFor AS waitsFor, told.remoteId AS remoteId,
         told.remoteVersion AS remoteVersion, told.remoteModifiedOn AS remoteModifiedOn,
         coalesce(told.keptContent, d.agreed) AS agreed, coalesce(told.keptHash, d.hash) AS hash,
         told.beyondHash AS beyondHash, told.partStamp AS partStamp
       FROM ${settled.from('?1', 'told')} CROSS JOIN delivery AS d WHERE d.key = told.key)`,
      set: {
        remoteId: `CASE WHEN item.action = 'delete' THEN NULL ELSE item.remoteId END`,
        remoteVersion: 'coalesce(item.remoteVersion, sync_record.remoteVersion)',
        remoteSyncedOn: 'max(remoteSyncedOn, item.remoteModifiedOn)',
        entitySyncedOn: 'item.stamp',
        beyondHash: 'item.beyondHash',
        partModifiedOn: 'CASE WHEN partModifiedOn = item.partStamp THEN 0 ELSE partModifiedOn END',
        agreed: 'item.agreed',
        agreedHash: 'item.hash',
        mappingVersion: 'item.mappingVersion',
        unconfirmed: 'NULL',
        unconfirmedOn: '0',
        heldBy: 'item.waitsFor',
      },
      from: 'item',
      where: 'sync_record.rowNo = item.rowNo',
    },
    settled.json(
      confirmed.map((one) => ({
        ...one,
        keptContent: one.kept?.agreed ?? null,
        keptHash: one.kept?.hash ?? null,
      })),
    ),
  )
}

/** A record that is at the target by now, without some of what was sent. */
export interface ReachedLink {
  readonly rowNo: number
  readonly remoteId: string
  readonly remoteVersion: string | null
  /** Remote modified time, microseconds; 0 where not told. */
  readonly remoteModifiedOn: number
  /** What is there, canonical, and its hash. */
  readonly agreed: string
  readonly hash: string
  readonly mappingVersion: number
}

const reachedPage = page({
  ...{ rowNo: 'int', remoteId: 'text', remoteVersion: 'text?', remoteModifiedOn: 'int' },
  ...{ agreed: 'text', hash: 'text', mappingVersion: 'int' },
})

/** Links what is there without some fields. It stays due: what is missing is sent the next time, and nothing else. */
export async function linkReached(trx: Trx, items: readonly ReachedLink[]): Promise<void> {
  if (items.length === 0) return
  await run(
    trx,
    `UPDATE sync_record SET remoteId = item.remoteId,
       remoteVersion = coalesce(item.remoteVersion, sync_record.remoteVersion),
       remoteSyncedOn = max(remoteSyncedOn, item.remoteModifiedOn), agreed = item.agreed, agreedHash = item.hash,
       mappingVersion = item.mappingVersion, beyondHash = NULL
     FROM ${reachedPage.from()} WHERE sync_record.rowNo = item.rowNo`,
    reachedPage.json(items),
  )
}

/** What is agreed of some sync records, by their row. */
export async function readAgreed(
  db: Db,
  rowNos: readonly number[],
): Promise<ReadonlyMap<number, string | null>> {
  if (rowNos.length === 0) return new Map()
  const found = await jsonPage<readonly [number, string | null]>(
    db,
    `SELECT json_group_array(json_array(rowNo, agreed)) AS page FROM sync_record
     WHERE rowNo IN (SELECT value FROM json_each(?))`,
    JSON.stringify(rowNos),
  )
  return new Map(found)
}

/** A record that came into being with another one. */
export interface CarriedLink extends CarriedContent {
  readonly remoteId: string
  readonly remoteVersion: string | null
}

const cameAlong = page({
  ...{ recordId: 'text', entity: 'text', remoteId: 'text', remoteVersion: 'text?' },
  ...{ agreed: 'text?', hash: 'text?', stamp: 'int' },
})

/**
 * Links records that came into being with others. One that is linked already stays as it is, and a remote record that
 * is another one of ours is left to receiving.
 */
export async function linkCarried(
  trx: Trx,
  targetId: number,
  items: readonly CarriedLink[],
): Promise<void> {
  if (items.length === 0) return
  const given = cameAlong.json(items)
  await run(
    trx,
    `DELETE FROM sync_record WHERE rowNo IN (SELECT s.rowNo FROM ${cameAlong.from()} CROSS JOIN sync_record AS s
       WHERE s.targetId = ?2 AND s.entity = item.entity AND s.remoteId = item.remoteId AND s.recordId IS NULL)`,
    given,
    targetId,
  )
  await move(
    trx,
    'cameAlong',
    {
      with: `item AS MATERIALIZED (
       SELECT s.rowNo AS rowNo, told.remoteId AS remoteId, told.remoteVersion AS remoteVersion, told.agreed AS agreed,
         told.hash AS hash, told.stamp AS stamp
       FROM ${cameAlong.from('?1', 'told')} CROSS JOIN sync_record AS s
       WHERE s.recordId = told.recordId AND s.targetId = ?2 AND s.remoteId IS NULL
         AND NOT EXISTS (SELECT 1 FROM sync_record AS other WHERE other.targetId = ?2
           AND other.entity = told.entity AND other.remoteId = told.remoteId)
       GROUP BY told.remoteId)`,
      set: {
        remoteId: 'item.remoteId',
        remoteVersion: 'item.remoteVersion',
        agreed: 'item.agreed',
        agreedHash: 'item.hash',
        entitySyncedOn: 'item.stamp',
        mappingVersion: '(SELECT mappingVersion FROM target WHERE id = ?2)',
      },
      from: 'item',
      where: 'sync_record.rowNo = item.rowNo',
    },
    given,
    targetId,
  )
}

/** Takes deliveries out; their sync records stay as they are. */
export async function removeDeliveries(trx: Trx, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await run(
    trx,
    `DELETE FROM delivery WHERE key IN (SELECT value FROM json_each(?))`,
    JSON.stringify(keys),
  )
}

/** Notes that the answers to these were lost. */
export async function markUnknown(trx: Trx, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await run(
    trx,
    `UPDATE delivery SET state = 'unknown' WHERE key IN (SELECT value FROM json_each(?))`,
    JSON.stringify(keys),
  )
}

/** A delivery without an outcome. */
export interface OpenDelivery extends Delivery {
  /** Whether its record is known at the target by now, as when it was received before anybody answered. */
  readonly linked: boolean
}

/** Deliveries without an outcome, oldest first: interrupted by a crash, or answered by silence. */
export async function readOpenDeliveries(
  db: Db,
  targetId: number,
  limit: number,
): Promise<readonly OpenDelivery[]> {
  return jsonPage<OpenDelivery>(
    db,
    `SELECT json_group_array(json_object('key', key, 'syncRecordNo', syncRecordNo, 'entity', entity,
       'recordId', recordId, 'action', action, 'remoteId', remoteId, 'remoteVersion', remoteVersion, 'body', body,
       'agreed', agreed, 'hash', hash, 'stamp', stamp, 'remoteModifiedOn', remoteModifiedOn, 'modifiedBy', modifiedBy, 'mappingVersion', mappingVersion,
       'waitsFor', waitsFor, 'carried', json(coalesce(carried, '[]')), 'state', state, 'linked', json(CASE WHEN EXISTS
         (SELECT 1 FROM sync_record AS s WHERE s.rowNo = syncRecordNo AND s.remoteId IS NOT NULL)
         THEN 'true' ELSE 'false' END))) AS page
     FROM (SELECT * FROM delivery WHERE targetId = ? ORDER BY id LIMIT ?)`,
    targetId,
    limit,
  )
}

/** Which of these remote ids belong to a record of ours already. */
export async function readKnownRemoteIds(
  db: Db,
  targetId: number,
  entity: EntityName,
  remoteIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await jsonPage<string>(
    db,
    `SELECT json_group_array(s.remoteId) AS page FROM json_each(?3) AS item CROSS JOIN sync_record AS s
     WHERE s.targetId = ?1 AND s.entity = ?2 AND s.remoteId = item.value AND s.recordId IS NOT NULL`,
    targetId,
    entity,
    JSON.stringify(remoteIds),
  )
  return new Set(found)
}

/** What was seen under these ids and found to be nobody makes room: it turned out to be one of ours. */
export async function makeRoom(
  trx: Trx,
  targetId: number,
  entity: EntityName,
  remoteIds: readonly string[],
): Promise<void> {
  if (remoteIds.length === 0) return
  await run(
    trx,
    `DELETE FROM sync_record WHERE rowNo IN (
       SELECT s.rowNo FROM json_each(?3) AS item CROSS JOIN sync_record AS s
       WHERE s.targetId = ?1 AND s.entity = ?2 AND s.remoteId = item.value AND s.recordId IS NULL)`,
    targetId,
    entity,
    JSON.stringify(remoteIds),
  )
}
