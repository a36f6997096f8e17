/** Which desk a hub was told of a change by: what a desk sent itself is nothing it has yet to read. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // Its id at the hub. Names of desks are chosen by people, and two may have the same.
  `ALTER TABLE audit ADD COLUMN deviceId TEXT`,
]

export const hubDevices: Migration = {
  name: '0300-hub-devices',
  up: statementsOf(statements),
}
