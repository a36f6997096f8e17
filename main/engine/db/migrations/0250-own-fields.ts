/** Fields an event defines itself. The values of an entry stand in one column, by name: no event needs a table of its own. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `CREATE TABLE own_field (
    event TEXT NOT NULL REFERENCES event (id),
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'number', 'choice', 'yesNo')),
    choices TEXT NOT NULL DEFAULT '[]',
    onDesk INTEGER NOT NULL DEFAULT 1,
    seq INTEGER NOT NULL,
    PRIMARY KEY (event, name)
  ) STRICT, WITHOUT ROWID`,
  `ALTER TABLE event_participant ADD COLUMN own TEXT`,
]

export const ownFields: Migration = {
  name: '0250-own-fields',
  up: statementsOf(statements),
}
