/** What desks of an event may do and show: modes somebody chooses at each desk. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // Actions and shows are JSON lists of closed words.
  `CREATE TABLE desk_mode (
    event TEXT NOT NULL,
    id TEXT NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    race TEXT,
    actions TEXT NOT NULL,
    shows TEXT NOT NULL,
    PRIMARY KEY (event, id)
  ) STRICT, WITHOUT ROWID`,
]

export const deskModes: Migration = {
  name: '0340-desk-modes',
  up: statementsOf(statements),
}
