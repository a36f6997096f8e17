/** Words that lists use and the model does not: put into the model's words before it judges them. Pure. */
import { getCountries } from 'libphonenumber-js/min'
import { judgeBirthDate, readBirthDate } from '../../contract/birth-date.ts'
import type { BadRow } from '../../contract/imports.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { FieldDefinition } from '../model/field.ts'
import { normalise, type Normalised } from '../model/normalise.ts'

const genders: Readonly<Record<string, string>> = {
  m: 'male',
  man: 'male',
  men: 'male',
  boy: 'male',
  männlich: 'male',
  herr: 'male',
  f: 'female',
  w: 'female',
  woman: 'female',
  women: 'female',
  girl: 'female',
  weiblich: 'female',
  frau: 'female',
  x: 'other',
  d: 'other',
  o: 'other',
  nb: 'other',
  'non-binary': 'other',
  nonbinary: 'other',
  divers: 'other',
  u: 'unknown',
  '?': 'unknown',
  '-': 'unknown',
  na: 'unknown',
  'n/a': 'unknown',
}

/** What a cell is read with. */
export interface CellOptions {
  /** The cell of the row's country: phone numbers without a country code are of it. */
  readonly country: FieldValue | undefined
  /** YYYY-MM-DD, see `todayOf`. */
  readonly today: string
}

/**
 * The normal form of a cell. Blank is null. Besides what the model takes: the usual letters and words for gender, and
 * dates that can be read in one way only (28.3.1984, 28 Mar 1984, 19840328). Dates with slashes stay refused: they mean
 * two different days.
 */
export function readCell(
  definition: FieldDefinition,
  cell: FieldValue,
  { country, today }: CellOptions,
): Normalised {
  const options = { today, country: typeof country === 'string' ? country : undefined }
  if (typeof cell === 'string') {
    if (definition.name === 'gender') {
      return normalise(definition, genders[cell.trim().toLowerCase()] ?? cell)
    }
    if (definition.kind === 'date') return normalise(definition, dayOf(cell, today), options)
    if (definition.kind === 'country') return normalise(definition, lettersOf(cell), options)
  }
  return normalise(definition, cell, options)
}

/** The day as YYYY-MM-DD, or the cell as it is where it has no year of four digits or may mean two days. */
function dayOf(cell: string, today: string): string {
  const isTold = /\d{4}/.test(cell) && (/\p{L}|\./u.test(cell) || /^\s*\d{8}\s*$/.test(cell))
  const read = isTold ? readBirthDate(cell, { order: dottedOrder, today }) : null
  return read === null || read.kind === 'problem' ? cell : read.date
}
/** Dots stand between day, month and year. */
const dottedOrder = 'dmy'

/** Letters of a country by its name in the languages of the window. */
const lettersByName = new Map(
  ['en', 'de'].flatMap((language) => {
    const names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' })
    return getCountries().flatMap((letters) => {
      const name = names.of(letters)
      return name === undefined ? [] : [[name.toLowerCase(), letters] as const]
    })
  }),
)

function lettersOf(cell: string): string {
  return lettersByName.get(cell.trim().toLowerCase()) ?? cell
}

/** Where a cell is, for the report. */
export interface CellPlace {
  readonly line: number
  readonly column: string | null
  readonly label: string
}

/** A cell that does not fit its field, as the report names it. */
export function badCell(
  { line, column, label }: CellPlace,
  cell: FieldValue,
  reason: string,
): BadRow {
  return {
    line,
    column,
    reason: `${label} ${reason}.`,
    value: String(cell),
    fix: 'Correct it in the file and import the file again: what is in already changes nothing.',
  }
}

/** What a person should look at in a value that was taken; null for nothing. */
export function askedCell(
  { line, column, label }: CellPlace,
  { kind }: FieldDefinition,
  value: FieldValue,
  today: string,
): BadRow | null {
  if (kind !== 'date' || typeof value !== 'string') return null
  const read = judgeBirthDate(value, today)
  if (read.kind !== 'question') return null
  const reason = `${label} makes this entrant ${read.age} years old.`
  return { line, column, reason, value, fix: 'Correct it if that is not so.', kept: true }
}
