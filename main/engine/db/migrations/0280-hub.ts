/** A hub with desks: its epoch, the first hand of each change, values that lost, and blocks of bibs. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // Names this history. A restored copy loses it, and gets another one: places of before mean nothing there.
  `CREATE TABLE hub (id INTEGER PRIMARY KEY CHECK (id = 1), epoch TEXT NOT NULL) STRICT`,
  // Device of the first hand, and its own time of the change, which decides nothing. Null for changes made here.
  `ALTER TABLE audit ADD COLUMN device TEXT`,
  `ALTER TABLE audit ADD COLUMN madeOn INTEGER`,
  // Values that were typed and did not become the record's: field → value.
  `ALTER TABLE audit ADD COLUMN overruled TEXT`,
  // What a person should look at: a bib that was given twice, a value that lost, an edit of what was deleted.
  `CREATE TABLE hub_notice (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    entity TEXT NOT NULL,
    recordId TEXT NOT NULL,
    field TEXT,
    lost TEXT,
    kept TEXT,
    holder TEXT,
    keptBy TEXT,
    lostBy TEXT,
    noticedOn INTEGER NOT NULL,
    doneOn INTEGER
  ) STRICT`,
  `CREATE INDEX hub_notice_open ON hub_notice (recordId, field) WHERE doneOn IS NULL`,
  `CREATE TABLE number_range (
    event TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    device TEXT NOT NULL,
    PRIMARY KEY (event, first)
  ) STRICT, WITHOUT ROWID`,
  // The history a target had at the last whole run, where it has such a thing.
  `ALTER TABLE target ADD COLUMN history TEXT`,
]

export const hub: Migration = {
  name: '0280-hub',
  up: statementsOf(statements),
}
