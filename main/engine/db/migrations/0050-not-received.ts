/** What a target sent and Marshal could not take over is a failure people see, like what a target refused. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `ALTER TABLE inbox ADD COLUMN errorCode TEXT`,
  `ALTER TABLE inbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE inbox ADD COLUMN lastTriedOn INTEGER`,
  // Earlier versions kept the reason alone, and a record's older refusals beside its newest one.
  `UPDATE inbox SET state = 'done', body = '{}' WHERE state = 'failed' AND EXISTS (SELECT 1 FROM inbox AS later
     WHERE later.targetId = inbox.targetId AND later.entity = inbox.entity AND later.remoteId = inbox.remoteId
       AND later.id > inbox.id)`,
  `UPDATE inbox SET errorCode = 'rejected', attempts = 1, lastTriedOn = receivedOn WHERE state = 'failed'`,
  `CREATE INDEX inbox_failed ON inbox (targetId, id) WHERE state = 'failed'`,
  `UPDATE counter SET value = value + (SELECT count(*) FROM inbox WHERE inbox.targetId = counter.targetId
     AND inbox.state = 'failed') WHERE name = 'failed' AND targetId > 0`,
  `CREATE TRIGGER inbox_counted AFTER UPDATE OF state ON inbox
    WHEN (OLD.state = 'failed') <> (NEW.state = 'failed') BEGIN
    UPDATE counter SET value = value + iif(NEW.state = 'failed', 1, -1) WHERE targetId = NEW.targetId AND name = 'failed';
  END`,
  `CREATE TRIGGER inbox_uncounted AFTER DELETE ON inbox WHEN OLD.state = 'failed' BEGIN
    UPDATE counter SET value = value - 1 WHERE targetId = OLD.targetId AND name = 'failed';
  END`,
]

export const notReceived: Migration = {
  name: '0050-not-received',
  up: statementsOf(statements),
}
