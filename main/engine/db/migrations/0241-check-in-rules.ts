/** An event may ask for a bib, a start group, a birth date, a waiver or the payment before somebody is checked in. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // A rule that is not here is off.
  `CREATE TABLE check_in_rule (
    event TEXT NOT NULL,
    rule TEXT NOT NULL,
    strength TEXT NOT NULL CHECK (strength IN ('warn', 'refuse')),
    PRIMARY KEY (event, rule)
  ) STRICT, WITHOUT ROWID`,
]

export const checkInRulesOfEvents: Migration = {
  name: '0241-check-in-rules',
  up: statementsOf(statements),
}
