/** Which entrant a row of a start list speaks of. Pure. */
import type { FieldValue } from '../../contract/records.ts'
import { foldName } from '../model/folded-name.ts'
import type { KnownEntrant } from '../store/known-entrants.ts'
import type { EntrantRow } from './read-entrant.ts'

export type Match =
  | { readonly found: KnownEntrant | null }
  /** The bib belongs to somebody else. */
  | { readonly takenBy: KnownEntrant }

/**
 * The holder of the bib, unless both names say it is somebody else. Without a holder: whoever has the same names and
 * the same e-mail or birth date (first in the event, then anywhere: a runner of last year is the same person). Without
 * a bib also whoever has the same names in the event and differs in nothing that is known of both.
 * @param holder who has the row's bib in the event
 * @param namesakes persons of the same names or e-mail, with their entry in the event
 * @param claimed persons that earlier rows of the file were matched to: two rows are two entrants
 */
export function matchEntrant(
  row: EntrantRow,
  holder: KnownEntrant | null,
  namesakes: readonly KnownEntrant[],
  claimed: Pick<ReadonlySet<string>, 'has'>,
): Match {
  if (holder !== null) {
    return sameNames(row, holder) === 'differ' ? { takenBy: holder } : { found: holder }
  }
  const free = namesakes.filter(({ person }) => !claimed.has(person.id))
  const sure = free.filter((known) => sameNames(row, known) !== 'differ' && sameContact(row, known))
  const inEvent = (known: KnownEntrant) => known.participant !== null
  const strong =
    sure.find((known) => inEvent(known) && sameNames(row, known) === 'same') ??
    sure.find(inEvent) ??
    sure.find((known) => sameNames(row, known) === 'same')
  if (strong !== undefined) return { found: strong }
  if (row.participant['number'] !== undefined) return { found: null }
  const weak = free.find(
    (known) => inEvent(known) && sameNames(row, known) === 'same' && nothingDiffers(row, known),
  )
  return { found: weak ?? null }
}

/** `differ` when no name fits; a corrected first or a new last name is `close`. A missing name says nothing. */
function sameNames(row: EntrantRow, known: KnownEntrant): 'same' | 'close' | 'differ' {
  const names = ['firstName', 'lastName'].map((name) =>
    fits(row.person[name], known.person.fields[name]),
  )
  if (!names.includes(false)) return 'same'
  return names.includes(true) ? 'close' : 'differ'
}

/** Case, accents and punctuation do not make another person; an initial fits its name. Null when one is missing. */
function fits(given: FieldValue | undefined, known: FieldValue | undefined): boolean | null {
  if (typeof given === 'string' && given === known) return true
  const [a, b] = [folded(given), folded(known)]
  if (a === '' || b === '') return null
  return a === b || (Math.min(a.length, b.length) === 1 && a[0] === b[0])
}

/** A name as it is compared, its words as one: "Anne-Marie" is "Annemarie" where something else fits too. */
export function folded(value: FieldValue | undefined): string {
  return typeof value === 'string' ? foldName(value).replaceAll(' ', '') : ''
}

/** Same e-mail or same birth date, with a first name that fits: families share an address and a last name. */
function sameContact(row: EntrantRow, known: KnownEntrant): boolean {
  const equal = (field: string) =>
    row.person[field] !== undefined && row.person[field] === known.person.fields[field]
  const contradicts = (field: string) =>
    row.person[field] !== undefined &&
    (known.person.fields[field] ?? null) !== null &&
    row.person[field] !== known.person.fields[field]
  if (fits(row.person['firstName'], known.person.fields['firstName']) === false) return false
  return (equal('email') && !contradicts('dateOfBirth')) || equal('dateOfBirth')
}

const telling = ['email', 'dateOfBirth', 'gender', 'city', 'country'] as const

function nothingDiffers(row: EntrantRow, known: KnownEntrant): boolean {
  const agrees = (given: FieldValue | undefined, own: FieldValue | undefined) =>
    given === undefined || own === undefined || own === null || given === own
  return (
    telling.every((field) => agrees(row.person[field], known.person.fields[field])) &&
    agrees(row.participant['age'], known.participant?.fields['age'])
  )
}
