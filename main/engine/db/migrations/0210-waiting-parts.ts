/**
 * What arrives with roots that are only sent, and whose root is nobody here, waits for the root instead of being looked at
 * in every run: the whole audience of a mailing list may be strangers.
 */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  // Remote id of the root; of rows in the state `waiting`.
  `ALTER TABLE inbox ADD COLUMN waitsFor TEXT`,
  `CREATE INDEX inbox_waiting ON inbox (targetId, waitsFor) WHERE state = 'waiting'`,
]

export const waitingParts: Migration = {
  name: '0210-waiting-parts',
  up: statementsOf(statements),
}
