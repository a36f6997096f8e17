/**
 * A listing may have a record in several states, on pages far apart: of what was seen, the time of the newest state is
 * kept, and whether that was a deletion. A row without a remote id says that something could not be read, so that
 * nobody knows what is absent.
 */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `ALTER TABLE listing_seen ADD COLUMN modifiedOn INTEGER`,
  `ALTER TABLE listing_seen ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0`,
]

export const listings: Migration = {
  name: '0110-listings',
  up: statementsOf(statements),
}
