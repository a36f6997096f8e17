/** Whether somebody who is added at the desk is entered already: the rule of `model/same-person.ts`. */
import type { PossibleDouble, WalkUpInput } from '../../../contract/desk.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { Trx } from '../../db/schema.ts'
import { foldedFullName } from '../../model/folded-name.ts'
import { normaliseFields, type Fields } from '../../model/record.ts'
import { addressOf, judge, whyOf, type Judgement } from '../../model/same-person.ts'
import {
  entrantsByBirthDate,
  entrantsByEmail,
  entrantsByName,
  type KnownEntrant,
} from '../../store/imports/known-entrants.ts'
import { entrantName } from './entrant-card.ts'

/** Nobody looks through more at a desk. */
const mostPossible = 3

/**
 * Refuses (`taken`) whoever is entered already by the rule; answers who may be, nobody of equal names alone: at a desk
 * namesakes are welcome.
 */
export async function refuseSameEntrant(
  trx: Trx,
  event: string,
  input: WalkUpInput,
): Promise<readonly PossibleDouble[]> {
  const {
    firstName,
    lastName,
    gender = null,
    dateOfBirth = null,
    email = null,
    phone = null,
  } = input
  const person = normaliseFields('person', {
    firstName,
    lastName,
    gender,
    dateOfBirth,
    email,
    phone,
  }).fields
  const judged = [...(await entrantsLike(trx, event, person))].map((known) => ({
    known,
    judgement: judge(person, known.person.fields, { sameBib: false }),
  }))
  const same = judged.find(({ judgement }) => judgement.verdict === 'same')
  if (same) throw new ProblemError(entered(same.known, same.judgement))
  return judged
    .filter(({ judgement: { verdict, shared } }) => verdict === 'possible' && shared.length > 0)
    .slice(0, mostPossible)
    .map(({ known, judgement }) => ({
      id: known.participant!.id,
      display: displayOf(known),
      why: `${whyOf(judgement)}.`,
    }))
}

async function entrantsLike(
  trx: Trx,
  event: string,
  person: Fields,
): Promise<ReadonlySet<KnownEntrant>> {
  const name = foldedFullName(person)
  const born = typeof person['dateOfBirth'] === 'string' ? person['dateOfBirth'] : null
  const address = addressOf(person['email'])
  const found = [
    ...(await entrantsByName(trx, [[event, name, born, false]])),
    ...(address === null ? [] : await entrantsByEmail(trx, [[event, address]])),
    ...(born === null
      ? []
      : await entrantsByBirthDate(trx, [
          [event, born, name, name.slice(name.lastIndexOf(', ') + 2)],
        ])),
  ].filter(({ participant }) => participant !== null)
  return new Set(new Map(found.map((known) => [known.participant!.id, known])).values())
}

function displayOf({ person: { fields }, participant }: KnownEntrant): string {
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return entrantName({
    firstName: text(fields['firstName']),
    lastName: text(fields['lastName']),
    bib: text(participant?.fields['number']),
  })
}

function entered(known: KnownEntrant, judgement: Judgement) {
  const display = displayOf(known)
  return {
    code: 'taken',
    message: `${display} is entered already: ${whyOf(judgement)}.`,
    fix: 'Open that entry. If it is another person, add them without what the two share.',
    fields: { lastName: `is entered already as ${display}` },
    holder: { entity: 'eventParticipant', id: known.participant!.id, display },
  } as const
}
