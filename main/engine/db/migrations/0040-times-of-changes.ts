/** When a change was made, as its target is told: frozen with it, and remembered while nobody knows whether it arrived. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // Microseconds on the target's clock.
  `ALTER TABLE delivery ADD COLUMN remoteModifiedOn INTEGER NOT NULL DEFAULT 0`,
  // What earlier versions left open was told by the stamp, unless the clocks differed.
  `UPDATE delivery SET remoteModifiedOn = stamp / 1000 * 1000`,
  // The latest of the changes in `unconfirmed`, 0 for none: the next one has to be later.
  `ALTER TABLE sync_record ADD COLUMN unconfirmedOn INTEGER NOT NULL DEFAULT 0`,
]

export const timesOfChanges: Migration = {
  name: '0040-times-of-changes',
  up: statementsOf(statements),
}
