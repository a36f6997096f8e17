/** Records that others repeat: who repeats them at a target, and what was said of them last. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // One row for each reference field of a target whose record is repeated in another one's body, or comes into being
  // with it (`carried`), by the entity whose change matters: that of the part, and of what came with the other one.
  // Written with the scope.
  `CREATE TABLE repeated_part (
    changed TEXT NOT NULL,
    entity TEXT NOT NULL,
    field TEXT NOT NULL,
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    carried INTEGER NOT NULL,
    PRIMARY KEY (changed, entity, field, targetId)
  ) STRICT, WITHOUT ROWID`,
  // What the adapters of this version repeat.
  `INSERT INTO repeated_part (changed, entity, field, targetId, carried)
     SELECT iif(target.adapter = 'runsignup', 'eventParticipant', 'person'), 'eventParticipant', 'person', target.id,
       target.adapter = 'runsignup' FROM target
     JOIN target_scope ON target_scope.targetId = target.id AND target_scope.entity = 'eventParticipant'
     WHERE target.adapter IN ('ems', 'runsignup') AND target_scope.outbound = 1`,
  // Hash of what was sent beyond the agreed content: records it repeats, fields only the mapping sends. Null: never.
  `ALTER TABLE sync_record ADD COLUMN beyondHash TEXT`,
  // Newest stamp of a record it repeats that the target was not told yet, 0 for none.
  `ALTER TABLE sync_record ADD COLUMN partModifiedOn INTEGER NOT NULL DEFAULT 0`,
  // Whatever else is settled about the record: until the target was told, it stays due.
  `CREATE TRIGGER sync_record_part_due AFTER UPDATE OF entitySyncedOn, state ON sync_record
    WHEN NEW.partModifiedOn > 0 AND NEW.state = 'linked' AND NEW.remoteId IS NOT NULL
      AND NEW.entitySyncedOn >= NEW.entityModifiedOn BEGIN
    UPDATE sync_record SET entitySyncedOn = entityModifiedOn - 1 WHERE rowNo = NEW.rowNo;
  END`,
  // Entries handed over: earlier versions set them aside without a word. They are planned anew, and refused in words.
  `UPDATE sync_record SET state = 'linked', entitySyncedOn = min(entitySyncedOn, entityModifiedOn - 1)
     WHERE state = 'ignored' AND remoteId IS NOT NULL AND linkData IS NULL AND errorCode IS NULL
       AND recordDeleted = 0
       AND EXISTS (SELECT 1 FROM repeated_part AS p WHERE p.targetId = sync_record.targetId
         AND p.entity = sync_record.entity AND p.carried = 1)`,
]

export const repeatedParts: Migration = {
  name: '0100-repeated-parts',
  up: statementsOf(statements),
}
