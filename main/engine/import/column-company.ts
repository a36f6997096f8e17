/** What the other columns of a file say of one whose name alone would be misread. Pure. */
import type { ColumnReason } from '../../contract/guess-reasons.ts'
import { meaningOfHeader, plainHeader } from './header-words.ts'

/** What is known of the cells of a column. */
export interface CompanyFacts {
  /** Cells that are not empty, as far as the file was looked through. */
  readonly filled: (at: number) => number
  /** The different values; null where there are more than a few. */
  readonly values: (at: number) => readonly string[] | null
}

/** Columns that fill nothing, each with the reason. */
export function columnsSetAside(
  columns: readonly string[],
  facts: CompanyFacts,
): ReadonlyMap<number, ColumnReason> {
  const aside = new Map<number, ColumnReason>()
  for (const at of columns.keys()) {
    const why =
      townOfClub(columns, at, facts) ??
      marks(columns, at, facts) ??
      emptyHalf(columns, at, facts) ??
      numberOfName(columns, at, facts)
    if (why !== null) aside.set(at, why)
  }
  return aside
}

function fieldOf(header: string): string | null {
  const meaning = meaningOfHeader(header)
  return meaning !== null && 'field' in meaning ? meaning.field : null
}

/** As orienteering programs name a club and the town it is of; the town of the runner comes later. */
const clubBefore = new Set(['clname', 'abk'])

function townOfClub(
  columns: readonly string[],
  at: number,
  { filled }: CompanyFacts,
): ColumnReason | null {
  const before = columns[at - 1]
  if (before === undefined || fieldOf(columns[at]!) !== 'city') return null
  const isOther = columns.some(
    (column, later) => later > at && fieldOf(column) === 'city' && filled(later) > 0,
  )
  return isOther && clubBefore.has(plainHeader(before))
    ? { code: 'club-town', column: before }
    : null
}

/** "AK" is an age group, and in other lists a mark for who runs out of competition. */
function marks(
  columns: readonly string[],
  at: number,
  { values }: CompanyFacts,
): ColumnReason | null {
  if (fieldOf(columns[at]!) !== 'category') return null
  const words = (values(at) ?? ['more']).map((value) => value.trim().toLowerCase())
  const areMarks = words.every((word) => /^[01x]$/.test(word)) && words.some((word) => word !== '1')
  return words.length > 0 && areMarks ? { code: 'marks' } : null
}

/** A form has columns for both ways to write a name, of which a list fills one. */
function emptyHalf(
  columns: readonly string[],
  at: number,
  { filled }: CompanyFacts,
): ColumnReason | null {
  if (!isHalf(columns[at]!) || filled(at) > 0) return null
  const areEmpty = columns.every((column, other) => !isHalf(column) || filled(other) === 0)
  const whole = columns.findIndex((column, other) => {
    const meaning = meaningOfHeader(column)
    const isName = meaning !== null && 'name' in meaning && (meaning.half === null || areEmpty)
    return isName && filled(other) > 0
  })
  return whole < 0 ? null : { code: 'empty-half', column: columns[whole]! }
}

function isHalf(header: string): boolean {
  return ['first_name', 'last_name'].includes(fieldOf(header) ?? '')
}

const named = new Set(['race', 'club', 'team', 'category', 'start_group'])

/** "Contest" is only a number where "Contest name" stands as well. */
function numberOfName(
  columns: readonly string[],
  at: number,
  { filled }: CompanyFacts,
): ColumnReason | null {
  const field = fieldOf(columns[at]!)
  if (field === null || !named.has(field)) return null
  const wanted = `${plainHeader(columns[at]!)}name`
  const name = columns.findIndex(
    (column, other) =>
      plainHeader(column) === wanted && fieldOf(column) === field && filled(other) >= filled(at),
  )
  return name < 0 || filled(at) === 0 ? null : { code: 'number-of', column: columns[name]! }
}
