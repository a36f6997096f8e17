/** What each event asks for before a check-in. */
import { checkInRules, type CheckInRule } from '../../../contract/check-in-rules.ts'
import type { CheckInRuleSet, EntrantCard, RuleStrength } from '../../../contract/desk.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { jsonPage, rows, run } from '../sql/statement.ts'

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

/** What the rules of an event are held against, of one entrant. */
export interface CheckInRow extends Pick<
  EntrantCard,
  'id' | 'eventId' | 'firstName' | 'lastName' | 'bib' | 'startGroupId' | 'dateOfBirth'
> {
  readonly waiver: boolean
  readonly paid: boolean
}

/** Of those who are checked in among these; one statement for all. */
export function readCheckedIn(db: Db, ids: readonly string[]): Promise<readonly CheckInRow[]> {
  return jsonPage<CheckInRow>(
    db,
    `SELECT json_group_array(json_object('id', ep.id, 'eventId', ep.event, 'firstName', p.firstName,
       'lastName', p.lastName, 'bib', ep.number, 'dateOfBirth', p.dateOfBirth,
       'waiver', json(iif(ep.waiver = 1, 'true', 'false')), 'paid', json(iif(ep.paid = 1, 'true', 'false')),
       'startGroupId', (SELECT s.startGroup FROM start_group_participant AS s
         WHERE s.eventParticipant = ep.id AND s.deletedOn IS NULL LIMIT 1))) AS page
     FROM json_each(?) AS wanted CROSS JOIN event_participant AS ep ON ep.id = wanted.value
     CROSS JOIN person AS p ON p.id = ep.person
     WHERE ep.status = 'checkedIn' AND ep.deletedOn IS NULL`,
    JSON.stringify(ids),
  )
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
