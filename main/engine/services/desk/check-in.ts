/** Checking an entrant in, and taking that back. */
import { assertNever } from '../../../contract/words.ts'
import type { DeskOutcome, EntrantCard, ParticipantStatus } from '../../../contract/desk.ts'
import type { FieldValue } from '../../../contract/records.ts'
import { changeTogether } from '../../change-together.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import { readCheckInRules } from '../../store/desk/check-in-rules.ts'
import { missingAtCheckIn, missingProblem } from './decide/check-in-rules.ts'
import { entrantName, noSuchEntrant, readEntrantCard, wrong } from './entrant-card.ts'

type Step = 'do' | 'already' | 'refuse'

/** What checking in means for an entrant of this status. */
export function checkInStep(status: ParticipantStatus, undo: boolean): Step {
  switch (status) {
    case 'registered':
      return undo ? 'already' : 'do'
    case 'checkedIn':
      return undo ? 'do' : 'already'
    case 'started':
    case 'finished':
      return undo ? 'refuse' : 'already'
    case 'dns':
    case 'dnf':
    case 'dsq':
    case 'withdrawn':
      return 'refuse'
    default:
      return assertNever(status)
  }
}

const statusWords: Readonly<Record<ParticipantStatus, string>> = {
  registered: 'is registered',
  checkedIn: 'is checked in',
  started: 'has started',
  finished: 'has finished',
  dns: 'is marked as not started',
  dnf: 'is marked as not finished',
  dsq: 'is disqualified',
  withdrawn: 'has withdrawn',
}

/** Fields that go with a status: who checked in and when, or nobody. `now` in milliseconds since 1970 UTC. */
export function checkInFields(
  status: 'registered' | 'checkedIn',
  now: number,
  who: string,
): Readonly<Record<string, FieldValue>> {
  return status === 'checkedIn'
    ? { status, checkedInOn: new Date(now).toISOString(), checkedInBy: who }
    : { status, checkedInOn: null, checkedInBy: null }
}

/**
 * `already` tells when and by whom (on the card). Reading and writing are one transaction, so of two desks that scan
 * the same entrant one gets `ok` and the other `already`.
 */
export async function checkIn(core: Core, id: string, undo: boolean): Promise<DeskOutcome> {
  return changeTogether(core, async (trx: Trx, change): Promise<DeskOutcome> => {
    const before = await readEntrantCard(trx, id)
    if (!before) return wrong(noSuchEntrant)
    const step = checkInStep(before.status, undo)
    switch (step) {
      case 'already':
        return { outcome: 'already', entrant: before }
      case 'refuse':
        return wrong(refusal(before, undo), before)
      case 'do': {
        const rules = undo ? null : await readCheckInRules(trx, before.eventId)
        const missing = rules && missingAtCheckIn(before, rules)
        if (missing && missing.refused.length > 0) {
          const problem = missingProblem(entrantName(before), missing.refused)
          return { outcome: 'wrong', problem, entrant: before, missing: [...missing.refused] }
        }
        const status = undo ? 'registered' : 'checkedIn'
        const fields = checkInFields(status, core.ports.clock.now(), core.who())
        const [outcome] = await change([
          { action: 'update', entity: 'eventParticipant', id, fields },
        ])
        if (outcome?.status === 'refused') return wrong(outcome.problem, before)
        const entrant = (await readEntrantCard(trx, id))!
        return missing && missing.warned.length > 0
          ? { outcome: 'ok', entrant, missing: [...missing.warned] }
          : { outcome: 'ok', entrant }
      }
      default:
        return assertNever(step)
    }
  })
}

function refusal(card: EntrantCard, undo: boolean) {
  const what = undo ? 'the check-in cannot be taken back' : 'cannot be checked in'
  return {
    code: 'wrong-use',
    message: `${entrantName(card)} ${statusWords[card.status]}: ${what}.`,
    fix: 'Set the status on the card first if that is wrong.',
  } as const
}
