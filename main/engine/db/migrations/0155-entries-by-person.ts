/**
 * An entry is found by its person or tag also where the event is known. With the event in these indexes the planner takes
 * them; without, it may as well walk through everybody in the event.
 */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `DROP INDEX event_participant_by_person`,
  `CREATE INDEX event_participant_by_person ON event_participant (person, event)`,
  `DROP INDEX event_participant_by_tag`,
  `CREATE INDEX event_participant_by_tag ON event_participant (tag, event)`,
  `DROP INDEX event_participant_by_spareTag`,
  `CREATE INDEX event_participant_by_spareTag ON event_participant (spareTag, event)
    WHERE spareTag IS NOT NULL`,
]

export const entriesByPerson: Migration = {
  name: '0155-entries-by-person',
  up: statementsOf(statements),
}
