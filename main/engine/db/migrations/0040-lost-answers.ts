/** Changes whose answer was lost: when they were made, as their target was told, and which creations are in doubt. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // Microseconds on the target's clock.
  `ALTER TABLE delivery ADD COLUMN remoteModifiedOn INTEGER NOT NULL DEFAULT 0`,
  // What earlier versions left open was told by the stamp, unless the clocks differed.
  `UPDATE delivery SET remoteModifiedOn = stamp / 1000 * 1000`,
  `CREATE INDEX delivery_in_doubt ON delivery (syncRecordNo) WHERE state = 'unknown'`,
  // The latest of the changes in `unconfirmed`, 0 for none: the next one has to be later.
  `ALTER TABLE sync_record ADD COLUMN unconfirmedOn INTEGER NOT NULL DEFAULT 0`,
]

export const lostAnswers: Migration = {
  name: '0040-lost-answers',
  up: statementsOf(statements),
}
