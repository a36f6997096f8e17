/** What receiving in full needs: owners of fields, complete listings, webhooks, and records that come into being together. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `ALTER TABLE target ADD COLUMN owners TEXT NOT NULL DEFAULT '{}'`,
  // JSON: records that come into being with this one, with the content that travels in its body.
  `ALTER TABLE delivery ADD COLUMN carried TEXT`,
  // JSON list of canonical contents that were sent and never confirmed: coming back, they are ours and nobody's edit.
  `ALTER TABLE sync_record ADD COLUMN unconfirmed TEXT`,
  // Remote ids of the listing under way; what is linked and not among them at its end is gone there.
  `CREATE TABLE listing_seen (
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    entity TEXT NOT NULL,
    remoteId TEXT NOT NULL,
    PRIMARY KEY (targetId, entity, remoteId)
  ) STRICT, WITHOUT ROWID`,
  // Webhooks that were taken in: the same one coming again is answered and forgotten.
  `CREATE TABLE webhook_delivery (
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    deliveryId TEXT NOT NULL,
    receivedOn INTEGER NOT NULL,
    PRIMARY KEY (targetId, deliveryId)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX webhook_delivery_by_age ON webhook_delivery (targetId, receivedOn)`,
  // Records a webhook only named: the next run fetches them.
  `CREATE TABLE wanted_record (
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    entity TEXT NOT NULL,
    remoteId TEXT NOT NULL,
    askedOn INTEGER NOT NULL,
    PRIMARY KEY (targetId, entity, remoteId)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX conflict_open_by_record ON conflict (syncRecordNo) WHERE decidedOn IS NULL`,
  `CREATE INDEX conflict_open_by_id ON conflict (id) WHERE decidedOn IS NULL`,
  `CREATE INDEX conflict_open_alike ON conflict (targetId, entity, fields, id) WHERE decidedOn IS NULL`,
  // Fields are kept sorted, so that conflicts about the same fields read the same.
  `UPDATE conflict SET fields = (SELECT json_group_array(value) FROM
     (SELECT value FROM json_each(conflict.fields) ORDER BY value)) WHERE decidedOn IS NULL`,
  // What earlier versions left half: remote records that were deleted there before anybody linked them, conflicts of
  // records that were deleted or agreed on meanwhile, and records waiting for a conflict that is settled.
  `DELETE FROM sync_record WHERE recordId IS NULL AND remoteId IS NULL`,
  `UPDATE sync_record SET state = 'linked' WHERE state = 'conflict' AND (recordDeleted = 1 OR NOT EXISTS
     (SELECT 1 FROM conflict AS c WHERE c.syncRecordNo = sync_record.rowNo AND c.decidedOn IS NULL))`,
  `UPDATE conflict SET decidedOn = (SELECT last FROM clock WHERE id = 1) WHERE decidedOn IS NULL AND NOT EXISTS
     (SELECT 1 FROM sync_record AS s WHERE s.rowNo = conflict.syncRecordNo AND s.state = 'conflict')`,
  // A sync record that leaves the state by itself (its record was deleted, the sides became equal) takes its open
  // conflict along: nobody decided it.
  `CREATE TRIGGER conflict_overtaken AFTER UPDATE OF state ON sync_record
    WHEN OLD.state = 'conflict' AND NEW.state <> 'conflict' BEGIN
    UPDATE conflict SET decidedOn = (SELECT last FROM clock WHERE id = 1), decidedBy = NULL
      WHERE syncRecordNo = NEW.rowNo AND decidedOn IS NULL;
  END`,
  `CREATE TRIGGER conflict_orphaned AFTER DELETE ON sync_record WHEN OLD.state = 'conflict' BEGIN
    UPDATE conflict SET decidedOn = (SELECT last FROM clock WHERE id = 1), decidedBy = NULL
      WHERE syncRecordNo = OLD.rowNo AND decidedOn IS NULL;
  END`,
  // What only a person can link, and what waits for a person to send it.
  `CREATE INDEX sync_record_unlinked ON sync_record (targetId, state) WHERE recordId IS NULL`,
  `CREATE INDEX sync_record_review ON sync_record (targetId) WHERE state = 'unmatched' AND recordId IS NOT NULL`,
  // Records that wait for a person to say whether they are at the target already.
  `CREATE INDEX sync_record_undecided ON sync_record (targetId) WHERE heldBy = recordId`,
  // The sync records of a target, page by page. One expression, so that no other query can mistake it for its index:
  // SQLite would walk all that is linked by (targetId, entity) instead of what is due.
  `CREATE INDEX sync_record_by_entity ON sync_record (targetId || ' ' || entity)`,
  `CREATE INDEX sync_record_attention_by_entity ON sync_record (targetId, entity, state) WHERE state <> 'linked'`,
]

export const bothDirections: Migration = {
  name: '0030-both-directions',
  up: statementsOf(statements),
}
