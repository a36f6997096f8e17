/**
 * Each import is kept as one thing that can be taken back. Its audit entries carry its number; those of taking it back
 * carry the number with a minus. They need no index: an import's entries lie between two stamps.
 */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `CREATE TABLE import_run (
    rowNo INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    fileName TEXT NOT NULL,
    entity TEXT NOT NULL,
    event TEXT,
    who TEXT NOT NULL,
    startedOn INTEGER NOT NULL,
    endedOn INTEGER,
    firstStamp INTEGER NOT NULL,
    lastStamp INTEGER,
    rows INTEGER NOT NULL DEFAULT 0,
    counts TEXT NOT NULL DEFAULT '{}',
    undo TEXT,
    undoneOn INTEGER,
    undoneBy TEXT,
    undoReport TEXT
  ) STRICT`,
  `ALTER TABLE audit ADD COLUMN importNo INTEGER`,
]

export const imports: Migration = {
  name: '0140-imports',
  up: statementsOf(statements),
}
