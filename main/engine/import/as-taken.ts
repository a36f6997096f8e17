/** What of a row is taken, once it is known whom it means. Pure. */
import type { Judgement } from '../model/same-person.ts'
import type { KnownEntrant } from '../store/imports/known-entrants.ts'
import type { Match } from './match-entrant.ts'
import type { EntrantRow } from './read-entrant.ts'

/** A row as it is taken: zeros a bib lost stay, and so do names of which the row has less. */
export function asTaken(row: EntrantRow, { guess, judgement, found }: Match): EntrantRow {
  const keepsName = judgement !== null && ['initial', 'swapped'].includes(judgement.name)
  if (guess !== 'zeros' && !keepsName) return row
  const person = keepsName ? withoutNames(row.person, judgement, found) : row.person
  const { number, ...rest } = row.participant
  return { ...row, person, participant: guess === 'zeros' ? rest : { ...rest, number: number! } }
}

/** Without names, unless it is the entrant here who has the initial alone. */
function withoutNames(
  person: EntrantRow['person'],
  { name }: Judgement,
  found: KnownEntrant | null,
): EntrantRow['person'] {
  const { firstName, lastName, ...rest } = person
  const own = String(found?.person.fields['firstName'] ?? '')
  const isWhole = name === 'initial' && String(firstName ?? '').length > own.length
  return isWhole ? { ...rest, firstName: firstName!, lastName: lastName! } : rest
}
