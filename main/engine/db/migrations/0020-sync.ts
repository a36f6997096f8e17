/**
 * What each target knows of each record, and the work in between.
 * Times are microseconds since 1970 UTC. `bucket` names the counter a sync record falls into; triggers keep the
 * counters, so that showing them never counts rows.
 */
import { statementsOf, type Migration } from '../migration.ts'

const bucket = `CASE state
      WHEN 'linked' THEN CASE WHEN entityModifiedOn > entitySyncedOn THEN 'pending' END
      WHEN 'retry' THEN 'pending'
      WHEN 'held' THEN 'held'
      WHEN 'failed' THEN 'failed'
      WHEN 'conflict' THEN 'conflicts'
      WHEN 'unmatched' THEN 'unmatched'
      WHEN 'possible' THEN 'unmatched'
    END`

const statements: readonly string[] = [
  `CREATE TABLE target (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    adapter TEXT NOT NULL,
    url TEXT NOT NULL,
    auth TEXT NOT NULL,
    mode TEXT NOT NULL,
    direction TEXT NOT NULL,
    conflicts TEXT NOT NULL,
    remoteDeletion TEXT NOT NULL,
    entities TEXT NOT NULL,
    filter TEXT,
    mapping TEXT NOT NULL,
    mappingVersion INTEGER NOT NULL DEFAULT 1,
    schedule TEXT NOT NULL,
    allowInsecure INTEGER NOT NULL DEFAULT 0,
    pausedReason TEXT,
    initialDone INTEGER NOT NULL DEFAULT 0,
    lastSuccessOn INTEGER,
    lastError TEXT,
    lastErrorCode TEXT,
    clockOffsetMs INTEGER,
    createdOn INTEGER NOT NULL
  ) STRICT`,
  // Never secrets: those are in the keychain.
  `CREATE TABLE target_setting (
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (targetId, key)
  ) STRICT, WITHOUT ROWID`,
  // Which targets hear of which entity. firstState: state of the sync record of a new record.
  `CREATE TABLE target_scope (
    entity TEXT NOT NULL,
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    outbound INTEGER NOT NULL,
    inbound INTEGER NOT NULL,
    firstState TEXT NOT NULL,
    PRIMARY KEY (entity, targetId)
  ) STRICT, WITHOUT ROWID`,
  // recordDeleted mirrors the tombstone as entityModifiedOn mirrors modifiedOn; the one writer keeps both.
  // heldBy: the parent record this one waits for (state held), or a soft parent it was sent without (state linked).
  `CREATE TABLE sync_record (
    rowNo INTEGER PRIMARY KEY,
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    entity TEXT NOT NULL,
    recordId TEXT,
    remoteId TEXT,
    entityModifiedOn INTEGER NOT NULL DEFAULT 0,
    entitySyncedOn INTEGER NOT NULL DEFAULT -1,
    remoteSyncedOn INTEGER NOT NULL DEFAULT 0,
    remoteVersion TEXT,
    recordDeleted INTEGER NOT NULL DEFAULT 0,
    agreed TEXT,
    agreedHash TEXT,
    mappingVersion INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'linked',
    heldBy TEXT,
    errorCode TEXT,
    errorMessage TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    lastTriedOn INTEGER,
    nextAttemptOn INTEGER,
    linkData TEXT,
    bucket TEXT GENERATED ALWAYS AS (${bucket}) VIRTUAL
  ) STRICT`,
  `CREATE UNIQUE INDEX sync_record_by_record ON sync_record (recordId, targetId) WHERE recordId IS NOT NULL`,
  `CREATE UNIQUE INDEX sync_record_by_remote ON sync_record (targetId, entity, remoteId) WHERE remoteId IS NOT NULL`,
  // The due rule. Holds exactly the rows to send; held, failed and conflicting ones leave it.
  `CREATE INDEX sync_record_due ON sync_record (targetId, entity, rowNo)
    WHERE state = 'linked' AND entityModifiedOn > entitySyncedOn`,
  `CREATE INDEX sync_record_deletions ON sync_record (targetId, entity)
    WHERE recordDeleted = 1 AND remoteId IS NOT NULL AND state = 'linked' AND entityModifiedOn > entitySyncedOn`,
  `CREATE INDEX sync_record_attention ON sync_record (targetId, state, rowNo)
    WHERE state <> 'linked'`,
  `CREATE INDEX sync_record_by_held ON sync_record (heldBy) WHERE heldBy IS NOT NULL`,

  // Kept numbers. targetId 0 counts live master records per entity.
  `CREATE TABLE counter (
    targetId INTEGER NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (targetId, name)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TRIGGER target_counters AFTER INSERT ON target BEGIN
    INSERT INTO counter (targetId, name) VALUES
      (NEW.id, 'pending'), (NEW.id, 'held'), (NEW.id, 'failed'), (NEW.id, 'conflicts'), (NEW.id, 'unmatched');
  END`,
  `CREATE TRIGGER target_counters_gone AFTER DELETE ON target BEGIN
    DELETE FROM counter WHERE targetId = OLD.id;
  END`,
  `CREATE TRIGGER sync_record_counted AFTER INSERT ON sync_record WHEN NEW.bucket IS NOT NULL BEGIN
    UPDATE counter SET value = value + 1 WHERE targetId = NEW.targetId AND name = NEW.bucket;
  END`,
  `CREATE TRIGGER sync_record_recounted AFTER UPDATE OF state, entityModifiedOn, entitySyncedOn ON sync_record
    WHEN OLD.bucket IS NOT NEW.bucket BEGIN
    UPDATE counter SET value = value - 1 WHERE targetId = OLD.targetId AND name = OLD.bucket;
    UPDATE counter SET value = value + 1 WHERE targetId = NEW.targetId AND name = NEW.bucket;
  END`,
  `CREATE TRIGGER sync_record_uncounted AFTER DELETE ON sync_record WHEN OLD.bucket IS NOT NULL BEGIN
    UPDATE counter SET value = value - 1 WHERE targetId = OLD.targetId AND name = OLD.bucket;
  END`,

  // What is on its way: frozen before the first byte is sent, gone once settled.
  `CREATE TABLE delivery (
    id INTEGER PRIMARY KEY,
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    runId TEXT NOT NULL,
    syncRecordNo INTEGER NOT NULL,
    entity TEXT NOT NULL,
    recordId TEXT NOT NULL,
    action TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    remoteId TEXT,
    remoteVersion TEXT,
    body TEXT NOT NULL,
    agreed TEXT,
    hash TEXT,
    stamp INTEGER NOT NULL,
    modifiedBy TEXT NOT NULL,
    mappingVersion INTEGER NOT NULL,
    waitsFor TEXT,
    state TEXT NOT NULL
  ) STRICT`,
  `CREATE INDEX delivery_by_target ON delivery (targetId, id)`,

  `CREATE TABLE inbox (
    id INTEGER PRIMARY KEY,
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    entity TEXT NOT NULL,
    remoteId TEXT NOT NULL,
    version TEXT NOT NULL,
    modifiedOn INTEGER,
    deleted INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    receivedOn INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',
    errorMessage TEXT,
    UNIQUE (targetId, entity, remoteId, version)
  ) STRICT`,
  `CREATE INDEX inbox_new ON inbox (targetId, entity, id) WHERE state = 'new'`,
  `CREATE INDEX inbox_done ON inbox (targetId, receivedOn) WHERE state = 'done'`,
  `CREATE TABLE cursor (
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    entity TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (targetId, entity)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE conflict (
    id INTEGER PRIMARY KEY,
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    syncRecordNo INTEGER NOT NULL,
    entity TEXT NOT NULL,
    recordId TEXT NOT NULL,
    remoteId TEXT NOT NULL,
    base TEXT,
    ours TEXT NOT NULL,
    theirs TEXT NOT NULL,
    fields TEXT NOT NULL,
    openedOn INTEGER NOT NULL,
    decidedOn INTEGER,
    decidedBy TEXT,
    decision TEXT
  ) STRICT`,
  `CREATE INDEX conflict_open ON conflict (targetId, id) WHERE decidedOn IS NULL`,

  `CREATE TABLE sync_run (
    id TEXT PRIMARY KEY,
    targetId INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    trigger TEXT NOT NULL,
    options TEXT NOT NULL,
    result TEXT,
    outbound TEXT NOT NULL,
    inbound TEXT NOT NULL,
    guard TEXT,
    startedOn INTEGER NOT NULL,
    endedOn INTEGER
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX sync_run_by_target ON sync_run (targetId, startedOn)`,
  `CREATE INDEX sync_run_unfinished ON sync_run (targetId) WHERE result IS NULL`,
  // Where a run is, written in the same transaction as the page's effects.
  `CREATE TABLE sync_step (
    runId TEXT NOT NULL REFERENCES sync_run (id) ON DELETE CASCADE,
    phase TEXT NOT NULL,
    entity TEXT NOT NULL,
    cursor TEXT,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER,
    finished INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (runId, phase, entity)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE run_error (
    id INTEGER PRIMARY KEY,
    runId TEXT NOT NULL REFERENCES sync_run (id) ON DELETE CASCADE,
    entity TEXT,
    recordId TEXT,
    remoteId TEXT,
    code TEXT NOT NULL,
    message TEXT NOT NULL
  ) STRICT`,
  `CREATE INDEX run_error_by_run ON run_error (runId, id)`,
  `CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
]

export const sync: Migration = {
  name: '0020-sync',
  up: statementsOf(statements),
}
