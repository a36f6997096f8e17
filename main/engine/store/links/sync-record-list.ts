/** The sync records of a target, page by page, each page from an index that holds little else. */
import type { EntityName, SyncErrorCode, SyncRecordState } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { beginsWith } from '../search/person-search.ts'
import { jsonPage } from '../sql/statement.ts'
import { due } from './sync-records.ts'

/** A sync record as the list reads it. Times in microseconds. */
export interface SyncRecordItem {
  readonly rowNo: number
  readonly entity: EntityName
  readonly recordId: string | null
  readonly remoteId: string | null
  readonly state: SyncRecordState
  /** 1 while it waits to be sent. */
  readonly due: number
  readonly heldBy: string | null
  readonly errorCode: SyncErrorCode | null
  readonly errorMessage: string | null
  readonly attempts: number
  readonly nextAttemptOn: number | null
  readonly entityModifiedOn: number
  readonly entitySyncedOn: number
  readonly remoteSyncedOn: number
  readonly linkData: string | null
}

export interface SyncRecordChoice {
  readonly targetId: number
  readonly state?: SyncRecordState
  /** Only those that wait to be sent. */
  readonly due: boolean
}

const item = `json_object('rowNo', s.rowNo, 'entity', s.entity, 'recordId', s.recordId, 'remoteId', s.remoteId,
  'state', s.state, 'due', s.bucket IS 'pending', 'heldBy', s.heldBy, 'errorCode', s.errorCode,
  'errorMessage', s.errorMessage, 'attempts', s.attempts, 'nextAttemptOn', s.nextAttemptOn,
  'entityModifiedOn', s.entityModifiedOn, 'entitySyncedOn', s.entitySyncedOn, 'remoteSyncedOn', s.remoteSyncedOn,
  'linkData', s.linkData)`

/** Parts of a listing: each an index, and the conditions it serves. */
function partsOf(choice: SyncRecordChoice): readonly (readonly [string, string])[] {
  const { state } = choice
  if (choice.due) {
    return [
      ['sync_record_due', due],
      ['sync_record_attention_by_entity', `s.state = 'retry' AND s.state <> 'linked'`],
    ]
  }
  return state === undefined || state === 'linked'
    ? [['sync_record_by_entity', `s.targetId || ' ' || s.entity = ?1 || ' ' || ?2`]]
    : [['sync_record_attention_by_entity', `s.state = ?4 AND s.state <> 'linked'`]]
}

/** Sync records of one entity in order of their number, after `after`. */
export function listSyncRecords(
  db: Db,
  choice: SyncRecordChoice,
  entity: EntityName,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly SyncRecordItem[]> {
  const parts = partsOf(choice).map(
    ([index, condition]) =>
      `SELECT rowNo FROM (SELECT s.rowNo AS rowNo FROM sync_record AS s INDEXED BY ${index}
         WHERE s.targetId = ?1 AND s.entity = ?2 AND s.rowNo > ?3 AND ${condition} AND (?4 IS NULL OR s.state = ?4)
         ORDER BY s.rowNo LIMIT ?5)`,
  )
  return jsonPage<SyncRecordItem>(
    db,
    `SELECT json_group_array(json(item)) AS page FROM (
       SELECT ${item} AS item FROM (${parts.join(' UNION ALL ')} ORDER BY rowNo LIMIT ?5) AS sure
       CROSS JOIN sync_record AS s WHERE s.rowNo = sure.rowNo ORDER BY sure.rowNo)`,
    choice.targetId,
    entity,
    after,
    choice.state ?? null,
    limit,
  )
}

/** Beginnings that fit more than this are too short to mean anything. */
const searchedAtMost = 10_000

export interface SyncRecordSearch {
  readonly entities: readonly EntityName[]
  /** The beginning of a record id or remote id. */
  readonly typed: string
  readonly limit: number
}

/** Sync records whose record id or remote id begins with `typed`, at most `limit`. */
export function findSyncRecords(
  db: Db,
  choice: SyncRecordChoice,
  { entities, typed, limit }: SyncRecordSearch,
): Promise<readonly SyncRecordItem[]> {
  return jsonPage<SyncRecordItem>(
    db,
    `SELECT json_group_array(json(item)) AS page FROM (
       SELECT ${item} AS item FROM (
         SELECT rowNo FROM (SELECT s.rowNo AS rowNo FROM sync_record AS s INDEXED BY sync_record_by_record
           WHERE ${beginsWith('s.recordId', '?3')} AND s.targetId = ?1 LIMIT ?7)
         UNION
         SELECT rowNo FROM (SELECT s.rowNo AS rowNo FROM json_each(?2) AS of
           CROSS JOIN sync_record AS s INDEXED BY sync_record_by_remote
           WHERE s.targetId = ?1 AND s.entity = of.value AND ${beginsWith('s.remoteId', '?3')} LIMIT ?7)) AS sure
       CROSS JOIN sync_record AS s WHERE s.rowNo = sure.rowNo AND s.entity IN (SELECT value FROM json_each(?2))
         AND (?4 IS NULL OR s.state = ?4) AND (?5 = 0 OR s.bucket IS 'pending')
       ORDER BY s.rowNo LIMIT ?6)`,
    choice.targetId,
    JSON.stringify(entities),
    typed,
    choice.state ?? null,
    choice.due ? 1 : 0,
    limit,
    searchedAtMost,
  )
}
