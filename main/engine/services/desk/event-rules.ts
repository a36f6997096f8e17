/** Setting what an event asks for before a check-in. */
import type { CheckInRuleSet } from '../../../contract/desk.ts'
import type { Core } from '../../core.ts'
import { writeCheckInRules } from '../../store/desk/check-in-rules.ts'
import { refuseUnknownEvent } from './entrant-changes.ts'

/** Throws `ProblemError` when there is no such event. */
export async function setCheckInRules(
  core: Core,
  event: string,
  rules: CheckInRuleSet,
): Promise<void> {
  await core.db.transaction().execute(async (trx) => {
    await refuseUnknownEvent(trx, event)
    await writeCheckInRules(trx, event, rules)
  })
  core.live.emit({ type: 'data', entities: ['event'] })
  core.onChange(['event'])
}
