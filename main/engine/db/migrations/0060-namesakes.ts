/** Namesakes are told apart by their birth dates from the index alone: of a common name there are hundreds. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `DROP INDEX person_by_lastName`,
  `CREATE INDEX person_by_lastName ON person (lastName, firstName, dateOfBirth)`,
]

export const namesakes: Migration = {
  name: '0060-namesakes',
  up: statementsOf(statements),
}
