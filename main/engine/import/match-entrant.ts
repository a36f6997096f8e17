/** Which entrant a row of a start list speaks of: `model/same-person.ts`, applied to a list and an event. Pure. */
import type { FieldValue } from '../../contract/records.ts'
import { judge, type Judgement } from '../model/same-person.ts'
import type { Fields } from '../model/record.ts'
import type { DeletedEntrant, KnownEntrant } from '../store/imports/known-entrants.ts'
import type { EntrantRow } from './read-entrant.ts'

/** Somebody here who may be meant, and why that is not sure. */
export interface PossibleEntrant {
  readonly known: KnownEntrant
  readonly judgement: Judgement
}

export interface Match {
  /** Who is meant: an entry of the event, or a person who has none there (`participant` null). Null: somebody new. */
  readonly found: KnownEntrant | null
  /** Who has the row's bib without being meant: must let go of it, or the row is refused. */
  readonly takesFrom: KnownEntrant | null
  /** How the entrant was found, where that is worth a word. */
  readonly guess: 'name' | 'zeros' | null
  /** Who the row may mean besides: nobody of them is changed. */
  readonly possible: readonly PossibleEntrant[]
  readonly judgement: Judgement | null
}

/** What the rest of the file says. */
export interface FileSays {
  /** The person, or an entry of theirs, belongs to an earlier row: of equal names two rows are two people. */
  readonly isClaimed: (known: KnownEntrant) => boolean
  /** Another row of the file gives the bib of this entry to the same person. */
  readonly keepsBib: (entry: KnownEntrant) => boolean
  /** The file gives the bib of this entry to somebody else, and this row is what it says of its holder. */
  readonly movesHere: (entry: KnownEntrant) => boolean
  /** The race the row names, null where it names none. */
  readonly race: string | null
  /** Another race takes the place of the only one. */
  readonly move: boolean
  /** The day ages belong to, and by how much they may be off. */
  readonly day: RaceDay
}

/** YYYY-MM-DD of the race, or today where the event has no day yet. */
export interface RaceDay {
  readonly raceDay: string
  readonly ageSlack: number
}

interface Judged extends PossibleEntrant {
  /** `zeros`: the file lost the zeros before it. */
  readonly bib: 'same' | 'zeros' | 'none' | 'other'
}

/**
 * The entrant a row means. Whoever is the same by the rule, in the event before elsewhere; the bib decides between the
 * entries of one person. Names alone are enough only where nothing differs and one of the two has no bib, or where the
 * file gives the bib of the one to somebody else.
 * @param holder who has the row's bib in the event
 * @param others persons of the same names, e-mail or birth date, with their entries in the event
 */
export function matchEntrant(
  row: EntrantRow,
  holder: KnownEntrant | null,
  others: readonly KnownEntrant[],
  file: FileSays,
): Match {
  const judged = [...new Set(holder ? [holder, ...others] : others)].map((known) =>
    judgeEntrant(row, known, holder, file.day),
  )
  const sure = judged
    .filter(({ judgement }) => judgement.verdict === 'same')
    .sort(byCertainty(file))
  const best = sure[0] ?? onlyByName(row, judged, file)
  const isOther = holder !== null && best?.known.participant?.id !== holder.participant!.id
  const takesFrom = isOther ? holder : null
  if (best === null) {
    const possible = judged.filter((one) => isWorthAsking(row, one, file))
    return { found: null, takesFrom, guess: null, possible, judgement: null }
  }
  const { known, judgement } = best
  const isFurther = best.bib === 'other' && isFurtherEntry(row, known, file)
  return {
    found: isFurther ? { ...known, participant: null } : known,
    takesFrom,
    guess: best.bib === 'zeros' ? 'zeros' : judgement.verdict === 'same' ? null : 'name',
    possible: isFurther && isTwice(known, file) ? [best] : [],
    judgement,
  }
}

function judgeEntrant(
  row: EntrantRow,
  known: KnownEntrant,
  holder: KnownEntrant | null,
  day: RaceDay,
): Judged {
  const own = known.participant?.fields['number'] ?? null
  const given = row.participant['number'] ?? null
  const bib = compareBibs(given, own)
  const isBib = bib === 'same' || (bib === 'zeros' && holder === null)
  const theirs = withAge(row.person, row.participant['age'])
  const ours = withAge(known.person.fields, known.participant?.fields['age'])
  const judgement = judge(theirs, ours, { sameBib: isBib, ...day })
  return { known, judgement, bib: bib === 'zeros' && !isBib ? 'other' : bib }
}

const withAge = (person: Fields, age: FieldValue | undefined): Fields =>
  age === undefined || age === null ? person : { ...person, age }

function compareBibs(given: FieldValue, own: FieldValue): Judged['bib'] {
  if (typeof given !== 'string' || typeof own !== 'string') return 'none'
  if (given === own) return 'same'
  return own.length > given.length && own.replace(/^0+/, '') === given ? 'zeros' : 'other'
}

/** The surest first; what is equally sure in the order of its ids, so that it does not depend on where it was found. */
function byCertainty({ race }: FileSays) {
  const rank = ({ known: { participant }, judgement, bib }: Judged): readonly number[] => [
    judgement.name === 'same' ? 0 : 1,
    bib === 'same' ? 0 : bib === 'zeros' ? 1 : 2,
    participant === null ? 1 : 0,
    participant?.places.some((place) => place.race === race) ? 0 : 1,
    bib === 'none' ? 0 : 1,
    -judgement.shared.length,
  ]
  return (a: Judged, b: Judged): number => {
    const [one, other] = [rank(a), rank(b)]
    const at = one.findIndex((value, position) => value !== other[position])
    if (at >= 0) return one[at]! - other[at]!
    return idOf(a) < idOf(b) ? -1 : 1
  }
}

const idOf = ({ known: { person, participant } }: Judged) => participant?.id ?? person.id

/** The same names in the event where nothing else tells: whoever has least that the row does not say comes first. */
function onlyByName(row: EntrantRow, judged: readonly Judged[], file: FileSays): Judged | null {
  const fitting = judged.filter(({ known, judgement, bib }) => {
    if (known.participant === null || judgement.verdict !== 'possible') return false
    if (judgement.name !== 'same' || !nothingDiffers(row, known)) return false
    if (bib !== 'none') return file.movesHere(known)
    return !file.isClaimed(known)
  })
  const unsaid = ({ known }: Judged) =>
    telling.filter((name) => (known.person.fields[name] ?? null) !== (row.person[name] ?? null))
      .length
  return fitting.sort((a, b) => unsaid(a) - unsaid(b) || (idOf(a) < idOf(b) ? -1 : 1))[0] ?? null
}

const telling = ['email', 'dateOfBirth', 'phone', 'gender', 'city', 'country'] as const

function nothingDiffers(row: EntrantRow, known: KnownEntrant): boolean {
  return telling.every((name) => {
    const [given, own] = [row.person[name] ?? null, known.person.fields[name] ?? null]
    return given === null || own === null || given === own
  })
}

/** Another bib is another entry where the file keeps the first bib too, or names a race in which that entry is not. */
function isFurtherEntry(row: EntrantRow, known: KnownEntrant, file: FileSays): boolean {
  if (known.participant === null || row.participant['number'] === undefined) return false
  if (file.movesHere(known)) return false
  if (file.keepsBib(known)) return true
  const { places } = known.participant
  const isElsewhere = places.length > 0 && places.every(({ race }) => race !== file.race)
  return file.race !== null && isElsewhere && !file.move
}

/** Two entries of one person in one race: a registration made twice looks like that. */
function isTwice({ participant }: KnownEntrant, { race }: FileSays): boolean {
  const places = participant?.places ?? []
  return race === null ? places.length > 0 : places.some((place) => place.race === race)
}

/**
 * Who is worth a person's look. Equal names alone are so in one event and where they were here before: two of a file with
 * two bibs were told apart by whoever made it.
 */
function isWorthAsking(row: EntrantRow, { known, judgement, bib }: Judged, file: FileSays) {
  if (judgement.verdict !== 'possible') return false
  if (judgement.shared.length > 0) return true
  return known.participant !== null && !(file.isClaimed(known) && bib === 'other')
}

/** The entry of a row that was deleted here, undefined when there was none. */
export function deletedEntry(
  row: EntrantRow,
  deleted: readonly DeletedEntrant[],
  day: RaceDay,
): DeletedEntrant | undefined {
  const bib = row.participant['number'] ?? null
  return deleted.find(({ person, number }) => {
    const { verdict, name } = judge(row.person, person, {
      sameBib: bib !== null && bib === number,
      ...day,
    })
    return (
      verdict === 'same' ||
      (verdict === 'possible' && name === 'same' && (bib === null || number === null))
    )
  })
}
