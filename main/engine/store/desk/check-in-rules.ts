/** What each event asks for before a check-in. */
import {
  checkInRules,
  type CheckInRule,
  type CheckInRuleSet,
  type RuleStrength,
} from '../../../contract/desk.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { rows, run } from '../sql/statement.ts'

export async function readCheckInRules(db: Db, event: string): Promise<CheckInRuleSet> {
  const stored = await rows<{ rule: CheckInRule; strength: RuleStrength }>(
    db,
    `SELECT rule, strength FROM check_in_rule WHERE event = ?`,
    event,
  )
  const strengths = new Map(stored.map(({ rule, strength }) => [rule, strength]))
  const all = checkInRules.map((rule) => [rule, strengths.get(rule) ?? 'off'] as const)
  return Object.fromEntries(all) as CheckInRuleSet
}

/** Rules that are off are not kept. */
export async function writeCheckInRules(
  trx: Trx,
  event: string,
  rules: CheckInRuleSet,
): Promise<void> {
  await run(trx, `DELETE FROM check_in_rule WHERE event = ?`, event)
  await run(
    trx,
    `INSERT INTO check_in_rule (event, rule, strength)
     SELECT ?1, key, value FROM json_each(?2) WHERE value <> 'off'`,
    event,
    JSON.stringify(rules),
  )
}
