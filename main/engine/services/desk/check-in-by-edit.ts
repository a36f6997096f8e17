/** A check-in by writing the status of a record: it is the same check-in, with who, when, and the rules of the event. */
import type { LackingEntrant } from '../../../contract/check-in-rules.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import type { MasterRecord } from '../../model/record.ts'
import { readCheckedIn, readCheckInRules } from '../../store/desk/check-in-rules.ts'
import { checkInFields } from './check-in.ts'
import { manyMissingProblem, missingAtCheckIn, missingProblem } from './decide/check-in-rules.ts'
import { entrantName } from './entrant-card.ts'

/** One record as somebody writes it. `before` is what it was. */
interface Edit {
  readonly entity: EntityName
  readonly before: MasterRecord | undefined
  readonly fields: Readonly<Record<string, FieldValue>>
}

/** The fields, with who checked in and when where they check somebody in and do not say it themselves. */
export function withCheckIn(
  { ports, who }: Pick<Core, 'ports' | 'who'>,
  { entity, before, fields }: Edit,
): Readonly<Record<string, FieldValue>> {
  if (entity !== 'eventParticipant') return fields
  const { status } = fields
  if (status !== 'checkedIn' && status !== 'registered') return fields
  if ((before?.fields['status'] ?? 'registered') === status) return fields
  return { ...checkInFields(status, ports.clock.now(), who()), ...fields }
}

/** Throws `ProblemError` where some of these are checked in by now without what their event refuses to go without. */
export async function refuseLacking(trx: Trx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const lacking: LackingEntrant[] = []
  const checkedIn = await readCheckedIn(trx, ids)
  for (const [eventId, some] of Map.groupBy(checkedIn, (one) => one.eventId)) {
    const rules = await readCheckInRules(trx, eventId)
    for (const one of some) {
      const { refused } = missingAtCheckIn(one, rules)
      if (refused.length > 0) lacking.push({ name: entrantName(one), rules: [...refused] })
    }
  }
  const [first] = lacking
  if (!first) return
  throw new ProblemError(
    ids.length === 1 ? missingProblem(first.name, first.rules) : manyMissingProblem(lacking),
  )
}
