/**
 * `heldBy` means one thing: the record whose arrival at the target lets this one go. Before, a record that waits for a person
 * to decide a possible match was held by itself.
 */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `DROP INDEX sync_record_undecided`,
  `UPDATE sync_record SET heldBy = NULL WHERE heldBy = recordId`,
  // Records that wait for a person to say whether they are at the target already.
  `CREATE INDEX sync_record_undecided ON sync_record (targetId) WHERE state = 'held' AND heldBy IS NULL`,
]

export const heldBy: Migration = {
  name: '0200-held-by',
  up: statementsOf(statements),
}
