/**
 * Whoever may be meant is also looked for by birth date, where the name is only similar; and who was deleted from an
 * event is known without looking at everybody in it.
 */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `CREATE INDEX person_by_dateOfBirth ON person (dateOfBirth, foldedName) WHERE dateOfBirth IS NOT NULL`,
  `CREATE INDEX event_participant_deleted ON event_participant (event) WHERE deletedOn IS NOT NULL`,
]

export const whoIsWho: Migration = {
  name: '0145-who-is-who',
  up: statementsOf(statements),
}
