/** Two persons here who may be one: kept until somebody says, and what was said is never asked again. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // `one` is the smaller id of the two. `decision`: merged, different; null while nobody said.
  `CREATE TABLE possible_double (
    rowNo INTEGER PRIMARY KEY,
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    foundOn INTEGER NOT NULL,
    source TEXT NOT NULL,
    decision TEXT CHECK (decision IN ('merged', 'different')),
    decidedOn INTEGER,
    decidedBy TEXT,
    UNIQUE (one, other)
  ) STRICT`,
  `CREATE INDEX possible_double_open ON possible_double (rowNo) WHERE decision IS NULL`,
]

export const possibleDoubles: Migration = {
  name: '0180-possible-doubles',
  up: statementsOf(statements),
}
