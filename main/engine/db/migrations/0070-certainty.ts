/**
 * Whether a target is known to have nothing of ours that Marshal does not know of: only then something may be created
 * there. And what a target has that fits nothing here, by what it could be recognised by later.
 */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `ALTER TABLE target_scope ADD COLUMN certain INTEGER NOT NULL DEFAULT 0`,
  // Natural keys of remote records that belong to none of ours, references as their ids.
  `CREATE TABLE unlinked_key (
    targetId INTEGER NOT NULL,
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    syncRecordNo INTEGER NOT NULL REFERENCES sync_record (rowNo) ON DELETE CASCADE,
    PRIMARY KEY (targetId, entity, key, syncRecordNo)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX unlinked_key_by_record ON unlinked_key (syncRecordNo)`,
  // Who was filled once is known; but what earlier versions left unlinked has no keys yet, so it is listed once more.
  `UPDATE target_scope SET certain = 1 WHERE targetId IN (SELECT id FROM target WHERE initialDone = 1)
     AND NOT EXISTS (SELECT 1 FROM sync_record AS s WHERE s.targetId = target_scope.targetId
       AND s.entity = target_scope.entity AND s.recordId IS NULL AND s.state = 'unmatched')`,
]

export const certainty: Migration = {
  name: '0070-certainty',
  up: statementsOf(statements),
}
