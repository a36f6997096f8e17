/** Everything that can be said about both sides once the storm is over, read past the engine. */
import { DatabaseSync } from 'node:sqlite'
import type { RecordView } from '../../main/contract/records.ts'
import { entityNames, type EntityName } from '../../main/contract/words.ts'
import { allRecords } from '../support/same-everywhere.ts'
import type { World } from './world.ts'

export interface SyncRow {
  readonly rowNo: number
  readonly target: string
  readonly entity: EntityName
  readonly recordId: string | null
  readonly remoteId: string | null
  readonly state: string
  readonly due: number
  readonly errorCode: string | null
  readonly errorMessage: string | null
}

export interface AuditRow {
  readonly stamp: number
  readonly entity: EntityName
  readonly recordId: string
  readonly action: 'create' | 'update' | 'delete'
  readonly origin: 'operator' | 'import' | 'target'
  readonly source: string | null
  /** create: field → value; update: field → [before, after]; delete: null. */
  readonly changes: Readonly<Record<string, unknown>> | null
}

export interface ConflictRow {
  readonly syncRecordNo: number
  readonly recordId: string
  readonly ours: string
  readonly theirs: string
  readonly fields: string
}

export interface Aftermath {
  /** Live records here, by id. */
  readonly records: ReadonlyMap<string, RecordView & { readonly entity: EntityName }>
  readonly rows: readonly SyncRow[]
  readonly audit: readonly AuditRow[]
  /** Open ones. */
  readonly conflicts: readonly ConflictRow[]
  /** `target remoteId` of records that were refused here, with the reason. */
  readonly refusedHere: ReadonlyMap<string, string>
}

export async function readAftermath(world: World): Promise<Aftermath> {
  const records = new Map<string, RecordView & { readonly entity: EntityName }>()
  for (const entity of entityNames) {
    for (const record of await allRecords(world.client, entity)) {
      records.set(record.id, { ...record, entity })
    }
  }
  const db = new DatabaseSync(world.databaseFile, { readOnly: true })
  try {
    const all = <Row>(sql: string) => db.prepare(sql).all() as Row[]
    const audit = all<Omit<AuditRow, 'changes'> & { readonly changes: string | null }>(
      'SELECT * FROM audit ORDER BY stamp',
    )
    const inbox = all<{ readonly target: string; readonly remoteId: string; readonly why: string }>(
      `SELECT t.name AS target, i.remoteId, i.state || ' ' || coalesce(i.errorMessage, '') AS why
       FROM inbox i JOIN target t ON t.id = i.targetId WHERE i.state <> 'done'`,
    )
    return {
      records,
      rows: all<SyncRow>(
        `SELECT s.rowNo, t.name AS target, s.entity, s.recordId, s.remoteId, s.state, s.errorCode, s.errorMessage,
           s.entityModifiedOn > s.entitySyncedOn AS due FROM sync_record s JOIN target t ON t.id = s.targetId`,
      ),
      audit: audit.map((row) => ({
        ...row,
        changes: row.changes === null ? null : (JSON.parse(row.changes) as AuditRow['changes']),
      })),
      conflicts: all<ConflictRow>('SELECT * FROM conflict WHERE decidedOn IS NULL'),
      refusedHere: new Map(inbox.map((item) => [`${item.target} ${item.remoteId}`, item.why])),
    }
  } finally {
    db.close()
  }
}
