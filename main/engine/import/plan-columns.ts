/** Looks through a file and decides what its columns are and how their cells are read. */
import { guessInWords } from '../../contract/guess-words-en.ts'
import type { ImportGuess, ImportOptions } from '../../contract/imports.ts'
import { ProblemError } from '../../contract/problem.ts'
import { normalise } from '../model/normalise.ts'
import { chosenKey, type ColumnReading } from './column-reading.ts'
import {
  columnGuesses,
  fieldOfWord,
  indexOfColumn,
  mapColumns,
  nameOf,
  type ColumnMapping,
  type ImportField,
  type Mapped,
} from './columns.ts'
import { fieldByContent, statusIfYes } from './content-columns.ts'
import { planDates, shownOrder } from './date-columns.ts'
import { areSettled, genderColumn } from './gender-words.ts'
import { surveyPages, type Survey, type Wanted } from './survey.ts'
import type { Table } from './table.ts'
import { answerOf, isPaidBy } from './value-words.ts'

/** What a person chose, and the day. */
export interface ColumnWishes extends Pick<ImportOptions, 'map' | 'event' | 'reading'> {
  /** YYYY-MM-DD, see `todayOf`. */
  readonly today: string
  /** A column that is missing is a problem; not where a person is still choosing. */
  readonly complete: boolean
}

export interface ColumnPlan<Field extends ImportField> {
  readonly survey: Survey
  /** The mapping for these columns: a JSON file names more of them from page to page. Throws `ProblemError`. */
  mappingOf(columns: readonly string[]): ColumnMapping<Field>
}

/** Reads no more of the file than its columns need. Throws the signal's reason once it is aborted. */
export async function planColumns<Field extends ImportField>(
  table: Table,
  available: readonly Field[],
  wishes: ColumnWishes,
  signal?: AbortSignal,
): Promise<ColumnPlan<Field>> {
  const map = (survey: Survey, columns: readonly string[], complete: boolean) =>
    mapColumns(columns, available, wishes.map, {
      complete,
      eventTold: wishes.event !== undefined,
      filled: (at) => survey.facts[at]?.filled ?? 0,
      values: (at) => {
        const facts = survey.facts[at]
        return facts === undefined || facts.more ? null : [...facts.values.keys()]
      },
      byContent: (at) => fieldByContent(columns[at]!, survey.facts[at], wishes.today),
    })
  const survey = await surveyPages(
    table.pages(),
    (seen) => wantedOf(seen, map(seen, seen.columns, false)),
    signal,
  )
  return {
    survey,
    mappingOf(columns) {
      const mapped = map(survey, columns, wishes.complete && !table.growing)
      if (!mapped.ok) throw new ProblemError(mapped.problem)
      return withReadings({ columns, available, mapping: mapped.mapping }, survey, wishes)
    },
  }
}

function wantedOf<Field extends ImportField>(
  { columns, facts }: Survey,
  mapped: Mapped<Field>,
): readonly Wanted[] {
  return columns.map((_, at) => {
    const definition = mapped.ok ? mapped.mapping.fields[at]?.definition : undefined
    if (definition?.kind === 'date') return 'dates'
    const isOpen = definition?.name === 'gender' && !areSettled(facts[at]!.values.keys())
    return isOpen ? 'values' : 'nothing'
  })
}

interface Mapping<Field extends ImportField> {
  readonly columns: readonly string[]
  readonly available: readonly Field[]
  readonly mapping: ColumnMapping<Field>
}

function withReadings<Field extends ImportField>(
  { columns, available, mapping }: Mapping<Field>,
  survey: Survey,
  wishes: ColumnWishes,
): ColumnMapping<Field> {
  const { reading } = wishes
  const fields = [...mapping.fields]
  const reasons = [...(mapping.reasons ?? columns.map(() => null))]
  const guesses: ImportGuess[] = []
  const chosen = chosenWords(columns, fields, reading?.values ?? {})
  const readings = columns.map((header, at): ColumnReading | undefined => {
    const definition = fields[at]?.definition
    const facts = survey.facts[at]
    const own = chosen.get(at)
    if (!definition || facts === undefined) return own && { chosen: own }
    if (definition.kind === 'date') {
      if (holdsYears(survey, at) && !isTold(header, columns, wishes.map)) {
        fields[at] = null
        reasons[at] = { code: 'years-only' }
        return undefined
      }
      const beside = orderBeside(columns, survey, at)
      const { plan, guesses: told } = planDates({
        header,
        facts: facts.dates,
        told: reading?.dates,
        beside,
      })
      guesses.push(...told)
      return { dates: plan, ...(own && { chosen: own }) }
    }
    if (definition.name === 'gender') {
      const values = [...facts.values.keys()].filter((value) => !own?.has(chosenKey(value)))
      const column = genderColumn(header, values)
      guesses.push(...column.guesses)
      return { genderOf: column.read, ...(own && { chosen: own }) }
    }
    const paid = definition.name === 'paid' ? amountsGuess(header, facts.values.keys()) : null
    if (paid !== null) guesses.push(paid)
    const ifYes = definition.name === 'status' ? statusIfYes(header) : null
    if (ifYes !== null) return { ifYes, ...(own && { chosen: own }) }
    return own && { chosen: own }
  })
  const nameless = wishes.complete ? missingFirstName(available, fields) : null
  if (nameless) guesses.push(nameless)
  const ignored = columns.filter((_, at) => fields[at] === null)
  const made = { ...mapping, fields, ignored, reasons, readings }
  return { ...made, guesses: [...columnGuesses(columns, made), ...guesses] }
}

/** What is said of a column that tells how much was paid; null for one of answers. */
function amountsGuess(header: string, values: Iterable<string>): ImportGuess | null {
  const amount = [...values].find((value) => answerOf(value) === null && isPaidBy(value) !== null)
  if (amount === undefined) return null
  return guessInWords({ code: 'amounts', column: header, value: amount.trim() })
}

function isTold(
  header: string,
  columns: readonly string[],
  map: Readonly<Record<string, string>>,
): boolean {
  return Object.keys(map).some((name) => columns[indexOfColumn(columns, name)] === header)
}

function holdsYears({ facts }: Survey, at: number): boolean {
  const { dmy, mdy, dottedDmy, dottedMdy, shortYmd, either, serial, moment, other, year } =
    facts[at]!.dates
  const days = [dmy, mdy, dottedDmy, dottedMdy, shortYmd, either, serial, moment, other]
  return year !== null && days.every((day) => day === null)
}

/** The order another column of dates shows: one program wrote both. */
function orderBeside(columns: readonly string[], { facts }: Survey, at: number) {
  const shown = facts.flatMap(({ dates }, other) => {
    const order = other === at ? null : shownOrder(dates)
    return order === null ? [] : [{ ...order, header: columns[other] ?? '' }]
  })
  return new Set(shown.map(({ order }) => order)).size === 1 ? shown[0]! : null
}

/** A list without first names is taken, and nobody should find out at the desk. */
function missingFirstName<Field extends ImportField>(
  available: readonly Field[],
  fields: readonly (Field | null)[],
): ImportGuess | null {
  const first = fieldOfWord(available, 'first_name')
  const last = fieldOfWord(available, 'last_name')
  if (first === undefined || fields.includes(first) || fields.some((field) => field?.whole))
    return null
  if (last === undefined || !fields.includes(last)) return null
  return guessInWords({ code: 'no-first-names', field: nameOf(first) })
}

/** Per column: cell → the word a person chose for it. */
function chosenWords(
  columns: readonly string[],
  fields: readonly (ImportField | null)[],
  values: Readonly<Record<string, Readonly<Record<string, string>>>>,
): ReadonlyMap<number, ReadonlyMap<string, string>> {
  const found = new Map<number, ReadonlyMap<string, string>>()
  for (const [column, words] of Object.entries(values)) {
    const at = indexOfColumn(columns, column)
    if (at < 0) {
      const message = `The file has no column ${column}, so its values cannot be said.`
      throw wrongUse(message, `Its columns are ${columns.join(', ')}.`)
    }
    const field = fields[at]
    // That it fills nothing is told with the columns.
    if (!field) continue
    for (const [theirs, ours] of Object.entries(words)) {
      const read = field.definition ? normalise(field.definition, ours) : null
      if (read === null || read.ok) continue
      throw wrongUse(
        `"${ours}" for "${theirs}" in the column ${column}: ${field.label} ${read.reason}.`,
        'Choose another value, or an empty one for none.',
      )
    }
    found.set(at, new Map(Object.entries(words).map(([theirs, ours]) => [chosenKey(theirs), ours])))
  }
  return found
}

function wrongUse(message: string, fix: string): ProblemError {
  return new ProblemError({ code: 'wrong-use', message, fix })
}
