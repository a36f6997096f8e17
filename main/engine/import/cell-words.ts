/** What one cell means: words that lists use and the model does not, put into the model's before it judges them. Pure. */
import { judgeBirthDate } from '../../contract/birth-date.ts'
import type { BadRow } from '../../contract/imports.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { CellReason } from '../../contract/row-reasons.ts'
import { rowInWords } from '../../contract/row-words-en.ts'
import type { FieldDefinition } from '../model/field.ts'
import { normalise } from '../model/normalise.ts'
import { chosenKey, type ColumnReading } from './column-reading.ts'
import { nameOf, type ImportField } from './columns.ts'
import { countryOf, phoneCountryOf } from './country-words.ts'
import { openDatePlan, readDateCell } from './date-columns.ts'
import { genderOf } from './gender-words.ts'
import {
  answerOf,
  isBlankSign,
  isEmptyAddress,
  isPaidBy,
  saysNothing,
  spreadsheetDamage,
  statusOf,
} from './value-words.ts'

/** What a cell is read with. */
export interface CellOptions {
  /** The cell of the row's country: phone numbers without a country code are of it. */
  readonly country: FieldValue | undefined
  /** YYYY-MM-DD, see `todayOf`. */
  readonly today: string
  /** What the column as a whole tells. */
  readonly column?: ColumnReading | undefined
  /** The cell is a bib or the code of a tag: 0 is none yet, and what a spreadsheet made of it is no code. */
  readonly isCode?: boolean | undefined
  /** The row names a record by its id: an export of ours, whose values are what they are. */
  readonly isOwn?: boolean
}

/** A value in normal form, null for none, or why it does not fit its field. */
export type CellRead =
  | { readonly ok: true; readonly value: FieldValue }
  | { readonly ok: false; readonly reason: CellReason; readonly damaged?: true }

const none: CellRead = { ok: true, value: null }

/**
 * The normal form of a cell. Blank is null, and so is what only says that there is nothing: n/a, a dash, 0000-00-00.
 * Besides what the model takes: words and letters for gender, status and yes or no in the languages of lists, countries
 * by any letters or name, dates in the order of their column.
 */
export function readCell(
  definition: FieldDefinition,
  cell: FieldValue,
  options: CellOptions,
): CellRead {
  const chosen = options.column?.chosen?.get(chosenKey(String(cell)))
  if (chosen !== undefined) return normalise(definition, chosen, { today: options.today })
  if (options.isOwn) {
    const country = typeof options.country === 'string' ? options.country : undefined
    const own = normalise(definition, cell, { today: options.today, country })
    if (own.ok) return own
  }
  const isPhone = definition.kind === 'phone' && typeof options.country === 'string'
  const country = isPhone ? phoneCountryOf(options.country as string) : undefined
  const around = { today: options.today, country }
  if (options.isCode) return readCode(definition, cell)
  if (typeof cell !== 'string') {
    if (definition.kind === 'date' && cell !== null) return readDate(String(cell), options)
    if (definition.name === 'paid' && typeof cell === 'number') {
      return readAnswer(definition, String(cell))
    }
    return normalise(definition, cell, around)
  }
  // Dashes are no first name; of a last name nothing would be left.
  if (definition.kind === 'name') {
    const isNone = definition.required !== true && isBlankSign(cell)
    return isNone ? none : normalise(definition, cell, around)
  }
  if (definition.name === 'gender') return readGender(definition, cell, options)
  switch (definition.kind) {
    case 'date':
      return saysNothing(cell) ? none : readDate(cell, options)
    case 'email':
      return isEmptyAddress(cell) ? none : normalise(definition, cell.replace(/^\s*mailto:/i, ''))
    case 'country':
      return readCountry(definition, cell)
    case 'boolean':
      return readAnswer(definition, cell)
    case 'choice':
      return readChoice(definition, cell, options.column?.ifYes)
    case 'phone':
    case 'integer':
    case 'number':
      return saysNothing(cell) ? none : readNumber(definition, cell, around)
    case 'text':
    case 'note':
    case 'code':
    case 'ref':
    case 'url':
    case 'instant':
      return isBlankSign(cell) ? none : normalise(definition, cell, around)
  }
}

/** Oldest that is taken for an age. */
const oldest = 120

function readNumber(
  definition: FieldDefinition,
  cell: string,
  around: { readonly today: string; readonly country: string | undefined },
): CellRead {
  const read = normalise(definition, cell, around)
  if (definition.name !== 'age' || !read.ok || typeof read.value !== 'number') return read
  return read.value > oldest ? { ok: false, reason: { code: 'above', most: oldest } } : read
}

function readDate(cell: string, { column, today }: CellOptions): CellRead {
  const read = readDateCell(cell, column?.dates ?? openDatePlan, today)
  return 'day' in read ? { ok: true, value: read.day } : { ok: false, ...read }
}

function readGender(definition: FieldDefinition, cell: string, { column }: CellOptions): CellRead {
  // A sign for nothing takes no gender away that is known.
  if (isBlankSign(cell)) return none
  const gender = (column?.genderOf ?? genderOf)(cell)
  if (gender !== null) return { ok: true, value: gender }
  const read = normalise(definition, cell)
  if (read.ok) return read
  return { ok: false, reason: { code: 'unknown-gender', choices: definition.choices ?? [] } }
}

function readChoice(definition: FieldDefinition, cell: string, ifYes?: string): CellRead {
  const answer = ifYes === undefined ? null : answerOf(cell)
  if (answer !== null) return answer ? normalise(definition, ifYes!) : none
  if (saysNothing(cell)) return none
  const read = normalise(definition, cell)
  if (read.ok) return read
  const status = definition.name === 'status' ? statusOf(cell) : null
  return status === null ? read : normalise(definition, status)
}

function readAnswer(definition: FieldDefinition, cell: string): CellRead {
  const answer = answerOf(cell) ?? (definition.name === 'paid' ? isPaidBy(cell) : null)
  if (answer !== null) return { ok: true, value: answer }
  return saysNothing(cell) ? none : { ok: false, reason: { code: 'not-answer' } }
}

function readCountry(definition: FieldDefinition, cell: string): CellRead {
  if (saysNothing(cell)) return none
  const read = normalise(definition, countryOf(cell) ?? cell)
  return read.ok ? read : { ok: false, reason: { code: 'unknown-country' } }
}

/** Zeros and signs are no code yet; 12.0 is 12; what else a spreadsheet made of a code cannot be told. */
function readCode(definition: FieldDefinition, cell: FieldValue): CellRead {
  if (typeof cell !== 'string') return cell === 0 ? none : normalise(definition, cell)
  const text = cell.trim()
  if (/^0+(?:[.,]0+)?$/.test(text) || saysNothing(text)) return none
  const damage = spreadsheetDamage(text)
  if (damage !== null) return { ok: false, reason: { code: damage, value: text }, damaged: true }
  return normalise(definition, text.replace(/^(\d+)[.,]0$/, '$1'))
}

/** Where a cell is, for the report, and what it fills. */
export interface CellPlace {
  readonly line: number
  readonly column: string | null
  readonly field: ImportField
}

/** A cell that does not fit its field, as the report names it. */
export function badCell(
  { line, column, field }: CellPlace,
  cell: FieldValue,
  { reason }: Extract<CellRead, { ok: false }>,
): BadRow {
  const place = { line, column, value: String(cell) }
  return rowInWords(place, { code: 'unfit', field: nameOf(field), reason })
}

/** What a person should look at in a value that was taken; null for nothing. */
export function askedCell(
  { line, column, field }: CellPlace,
  { kind }: FieldDefinition,
  value: FieldValue,
  today: string,
): BadRow | null {
  if (kind !== 'date' || typeof value !== 'string') return null
  const read = judgeBirthDate(value, today)
  if (read.kind !== 'question') return null
  const place = { line, column, value, kept: true } as const
  return rowInWords(place, { code: 'age', field: nameOf(field), age: read.age })
}
