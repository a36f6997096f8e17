/** What every target knows of a page of records, as people see it. */
import type { RecordTarget } from '../../../contract/records.ts'
import type { SyncRecordState } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { toIso } from '../sql/stamps.ts'
import { rows } from '../sql/statement.ts'

/** Target name → what it knows. */
export type RecordTargets = Readonly<Record<string, RecordTarget>>

interface Row {
  readonly recordId: string
  readonly target: string
  readonly state: SyncRecordState
  readonly remoteId: string | null
  readonly entitySyncedOn: number
  readonly remoteSyncedOn: number
  readonly pending: number
  readonly errorMessage: string | null
  readonly heldBy: string | null
}

/** Sync records by record id, one statement for the page. Ids without any are missing. */
export async function readRecordTargets(
  db: Db,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, RecordTargets>> {
  if (recordIds.length === 0) return new Map()
  const found = await rows<Row>(
    db,
    `SELECT s.recordId, t.name AS target, s.state, s.remoteId, s.entitySyncedOn, s.remoteSyncedOn,
       s.bucket IS NOT NULL AS pending, s.errorMessage, s.heldBy
     FROM json_each(?) AS item CROSS JOIN sync_record AS s JOIN target AS t ON t.id = s.targetId
     WHERE s.recordId = item.value`,
    JSON.stringify(recordIds),
  )
  const byRecord = new Map<string, Record<string, RecordTarget>>()
  for (const row of found) {
    const targets = byRecord.get(row.recordId) ?? {}
    byRecord.set(row.recordId, targets)
    targets[row.target] = {
      state: row.state,
      remoteId: row.remoteId,
      entitySyncedOn: toIso(row.entitySyncedOn),
      remoteSyncedOn: toIso(row.remoteSyncedOn),
      pending: row.pending === 1,
      errorMessage: row.errorMessage,
      heldBy: row.heldBy,
    }
  }
  return byRecord
}
