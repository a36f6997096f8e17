/** Changing an entrant from its card, and adding one at the desk: all of it or nothing. */
import type { CheckInRule } from '../../../contract/check-in-rules.ts'
import type {
  DeskOutcome,
  EntrantCard,
  EntrantChange,
  WalkUpInput,
} from '../../../contract/desk.ts'
import type { Problem } from '../../../contract/problem.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { FieldValue } from '../../../contract/records.ts'
import { changeTogether, type ChangeInside } from '../../change-together.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import {
  readEntrantRecords,
  readStartGroup,
  type EntrantRecords,
} from '../../store/desk/desk-changes.ts'
import { readCheckInRules } from '../../store/desk/check-in-rules.ts'
import type { Change } from '../../store/writer/change.ts'
import { readRecords } from '../../store/sql/records.ts'
import { checkInFields } from './check-in.ts'
import { missingAtCheckIn, missingProblem } from './decide/check-in-rules.ts'
import { checkInKept } from './decide/desk-lock.ts'
import { entrantName, noSuchEntrant, readEntrantCard, wrong } from './entrant-card.ts'
import { planTags } from './entrant-tags.ts'
import { refuseSameEntrant } from './same-entrant.ts'

type Input = Omit<EntrantChange, 'id'>

const personFields = [
  'firstName',
  'lastName',
  'gender',
  'dateOfBirth',
  'email',
  'phone',
  'city',
] as const
const participantFields = [
  'category',
  'team',
  'leg',
  'status',
  'notes',
  'giveaway',
  'shirt',
  'paid',
  'waiver',
] as const

/**
 * `ok` changed, `already` said nothing new, `wrong` refused with nothing changed: a bib or tag somebody has (`holder`),
 * a value that does not fit (`fields`).
 * @param at `keepsCheckIn`: it is a desk that can neither check in nor take a check-in back
 */
export async function changeEntrant(
  core: Core,
  input: EntrantChange,
  at: { readonly keepsCheckIn: boolean } = { keepsCheckIn: false },
): Promise<DeskOutcome> {
  try {
    return await changeTogether(core, async (trx, change) => {
      const known = await readEntrantRecords(trx, input.id)
      if (!known) return wrong(noSuchEntrant)
      const { status = known.status } = input
      if (at.keepsCheckIn && known.status === 'checkedIn' && status !== 'checkedIn')
        throw new ProblemError(checkInKept)
      const changes = await planChanges(core, trx, input, { id: input.id, known })
      const changed = await changeAll(change, changes)
      const entrant = (await readEntrantCard(trx, input.id))!
      const missing = known.status === 'checkedIn' ? [] : await warnedAtCheckIn(trx, entrant)
      return changed
        ? { outcome: 'ok', entrant, ...(missing.length > 0 && { missing: [...missing] }) }
        : { outcome: 'already', entrant }
    })
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return wrongFor(error.problem, await readEntrantCard(core.db, input.id))
  }
}

/**
 * Adds person, participant, tag and start-group place. Whoever is entered already by the rule for persons is refused
 * (`taken`); who may be is answered beside the new entrant, and namesakes are welcome.
 */
export async function addWalkUp(core: Core, input: WalkUpInput): Promise<DeskOutcome> {
  const { eventId, ...given } = input
  try {
    return await changeTogether(core, async (trx, change) => {
      await refuseUnknownEvent(trx, eventId)
      const possible = await refuseSameEntrant(trx, eventId, input)
      const id = core.ports.ids.uuid()
      await changeAll(change, await planChanges(core, trx, given, { id, event: eventId }))
      const entrant = (await readEntrantCard(trx, id))!
      const missing = await warnedAtCheckIn(trx, entrant)
      return {
        outcome: 'ok',
        entrant,
        ...(possible.length > 0 && { possible: [...possible] }),
        ...(missing.length > 0 && { missing: [...missing] }),
      }
    })
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { holder } = error.problem
    const entrant =
      holder?.entity === 'eventParticipant' ? await readEntrantCard(core.db, holder.id) : null
    return wrongFor(error.problem, entrant)
  }
}

/** A refusal by the rules of the event tells them as codes, too. */
function wrongFor(problem: Problem, entrant: EntrantCard | null): DeskOutcome {
  const missing = problem.lacking?.entrants[0]?.rules
  return { outcome: 'wrong', problem, entrant, ...(missing && { missing }) }
}

/** Whoever is checked in by a change passes the rules of the event; answers what is only to be said. Throws `ProblemError`. */
async function warnedAtCheckIn(trx: Trx, entrant: EntrantCard): Promise<readonly CheckInRule[]> {
  if (entrant.status !== 'checkedIn') return []
  const rules = await readCheckInRules(trx, entrant.eventId)
  const { refused, warned } = missingAtCheckIn(entrant, rules)
  if (refused.length > 0) throw new ProblemError(missingProblem(entrantName(entrant), refused))
  return warned
}

/** Applies changes; any refusal undoes the transaction. Answers whether anything changed. */
async function changeAll(change: ChangeInside, changes: readonly Change[]): Promise<boolean> {
  const outcomes = changes.length > 0 ? await change(changes) : []
  for (const outcome of outcomes) {
    if (outcome.status === 'refused') throw new ProblemError(inDeskWords(outcome.problem))
  }
  return outcomes.some(({ status }) => status !== 'unchanged')
}

/** The card calls the participant's number `bib` and its group `startGroupId`. */
function inDeskWords(problem: Problem): Problem {
  if (!problem.fields) return problem
  const names: Readonly<Record<string, string>> = { number: 'bib', startGroup: 'startGroupId' }
  const renamed = <Said>(said: Readonly<Record<string, Said>>): Record<string, Said> =>
    Object.fromEntries(Object.entries(said).map(([name, one]) => [names[name] ?? name, one]))
  const { fields, unfit } = problem
  return { ...problem, fields: renamed(fields), ...(unfit && { unfit: renamed(unfit) }) }
}

type Entrant =
  | { readonly id: string; readonly known: EntrantRecords }
  | { readonly id: string; readonly event: string }

async function planChanges(
  core: Core,
  trx: Trx,
  input: Input,
  entrant: Entrant,
): Promise<readonly Change[]> {
  const known = 'known' in entrant ? entrant.known : null
  const event = 'known' in entrant ? entrant.known.event : entrant.event
  const person = picked(input, personFields)
  const personId = known?.person ?? core.ports.ids.uuid()
  const participant = picked(input, participantFields)
  if (input.bib !== undefined) participant['number'] = input.bib
  Object.assign(participant, input.own)
  if (input.status !== undefined && input.status !== known?.status) {
    const { status } = input
    if (status === 'checkedIn' || status === 'registered') {
      Object.assign(participant, checkInFields(status, core.ports.clock.now(), core.who()))
    }
  }
  const tags = await planTags(core, trx, input, known)
  Object.assign(participant, tags.fields)
  const changes: Change[] = [...tags.changes]
  if (!known) {
    Object.assign(participant, { event, person: personId })
    changes.push({ action: 'create', entity: 'person', id: personId, fields: person })
    changes.push({
      action: 'create',
      entity: 'eventParticipant',
      id: entrant.id,
      fields: participant,
    })
  } else {
    if (Object.keys(person).length > 0) {
      changes.push({ action: 'update', entity: 'person', id: personId, fields: person })
    }
    if (Object.keys(participant).length > 0) {
      changes.push({
        action: 'update',
        entity: 'eventParticipant',
        id: entrant.id,
        fields: participant,
      })
    }
  }
  changes.push(
    ...(await planPlace(core, trx, input.startGroupId, { id: entrant.id, event, known })),
  )
  return changes
}

function picked(
  input: Input,
  names: readonly Exclude<keyof Input, 'own'>[],
): Record<string, FieldValue> {
  const fields: Record<string, FieldValue> = {}
  for (const name of names) if (input[name] !== undefined) fields[name] = input[name]
  return fields
}

/** An entry, with what is stored of it; `known` is null while it is being made. */
interface Placed {
  readonly id: string
  readonly event: string
  readonly known: EntrantRecords | null
}

/** The place moves within its race; an entrant with one place moves to the other race; null gives up every place. */
async function planPlace(
  core: Core,
  trx: Trx,
  startGroup: string | null | undefined,
  { id: eventParticipant, event, known }: Placed,
): Promise<readonly Change[]> {
  if (startGroup === undefined) return []
  const places = known?.places ?? []
  if (startGroup === null) {
    return places.map(({ id }) => ({ action: 'delete', entity: 'startGroupParticipant', id }))
  }
  if (places.some((place) => place.startGroup === startGroup)) return []
  const group = await readStartGroup(trx, startGroup)
  if (group?.event !== event) {
    throw new ProblemError({
      code: 'invalid',
      message: 'This start group does not belong to the event of the entrant.',
      fix: 'Choose a start group of this event.',
      fields: { startGroupId: 'does not belong to this event' },
    })
  }
  const moved =
    places.find(({ race }) => race === group.race) ?? (places.length === 1 ? places[0] : undefined)
  return moved
    ? [{ action: 'update', entity: 'startGroupParticipant', id: moved.id, fields: { startGroup } }]
    : [
        {
          action: 'create',
          entity: 'startGroupParticipant',
          id: core.ports.ids.uuid(),
          fields: { startGroup, eventParticipant },
        },
      ]
}

/** Throws `ProblemError`. */
export async function refuseUnknownEvent(trx: Trx, eventId: string): Promise<void> {
  const event = (await readRecords(trx, 'event', [eventId])).get(eventId)
  if (event && event.deletedOn === null) return
  throw new ProblemError({
    code: 'not-found',
    message: 'This event does not exist any more.',
    fix: 'Choose another event.',
  })
}
