/** What a person chose for a list is there again for the next one with the same columns. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `CREATE TABLE import_choice (
    key TEXT PRIMARY KEY,
    choices TEXT NOT NULL,
    usedOn INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
]

export const rememberedChoices: Migration = {
  name: '0150-remembered-choices',
  up: statementsOf(statements),
}
