/** Who changed something by hand, and when last, without walking through what imports and targets wrote. */
import { statementsOf, type Migration } from '../migration.ts'

const statements: readonly string[] = [
  `CREATE INDEX audit_by_hand ON audit (who, stamp) WHERE origin = 'operator'`,
]

export const auditByHand: Migration = {
  name: '0260-audit-by-hand',
  up: statementsOf(statements),
}
