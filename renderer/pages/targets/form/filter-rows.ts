/** A filter as rows (field, test, value), and its way to and from JSON Logic, which is what is stored. Pure. */

/** How each test is written: its operator, which side the field is on, and whether it is turned round. */
const forms = {
  is: { operator: '==' },
  'is-not': { operator: '!=' },
  'one-of': { operator: 'in' },
  'none-of': { operator: 'in', negated: true },
  contains: { operator: 'in', fieldLast: true },
  'contains-not': { operator: 'in', fieldLast: true, negated: true },
  before: { operator: '<' },
  until: { operator: '<=' },
  after: { operator: '>' },
  from: { operator: '>=' },
  empty: { operator: '==' },
  filled: { operator: '!=' },
} as const satisfies Record<
  string,
  { readonly operator: string; readonly fieldLast?: true; readonly negated?: true }
>

export type FilterTest = keyof typeof forms
export type FilterValue = string | number | boolean

export interface FilterRow {
  /** `entity.field`; empty while none is chosen. */
  field: string
  test: FilterTest
  /** A list for `one-of` and `none-of`; null while nothing is given, and for `empty` and `filled`. */
  value: FilterValue | FilterValue[] | null
}

export interface FilterRows {
  /** Whether all rows have to hold, or one is enough. */
  join: 'and' | 'or'
  rows: FilterRow[]
}

type Logic = Readonly<Record<string, unknown>>

/** Tests by the kind of a field, the usual one first. */
export function testsFor(kind: string): readonly FilterTest[] {
  switch (kind) {
    case 'date':
      return ['is', 'before', 'until', 'after', 'from', 'empty', 'filled']
    case 'instant':
      return ['before', 'from', 'empty', 'filled']
    case 'boolean':
    case 'ref':
      return ['is', 'is-not', 'empty', 'filled']
    case 'choice':
    case 'integer':
    case 'number':
      return ['is', 'is-not', 'one-of', 'none-of', 'empty', 'filled']
    default:
      return [
        ...(['is', 'is-not', 'one-of', 'none-of'] as const),
        ...(['contains', 'contains-not', 'empty', 'filled'] as const),
      ]
  }
}

export const takesNoValue = (test: FilterTest) => test === 'empty' || test === 'filled'
export const takesList = (test: FilterTest) => test === 'one-of' || test === 'none-of'

/** What is typed for a field, as it is compared; null for nothing that could be. */
export function typedValue(kind: string, text: string): FilterValue | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  if (kind !== 'integer' && kind !== 'number') return trimmed
  // Half the world writes a decimal comma.
  const number = Number(trimmed.replace(/^(-?\d*),(\d+)$/, '$1.$2'))
  return Number.isFinite(number) ? number : null
}

/** Whether nothing was chosen or typed in a row yet. */
const isBlank = ({ field, value }: FilterRow) => field === '' && value === null

function isWhole({ field, test, value }: FilterRow): boolean {
  if (field === '') return false
  if (takesNoValue(test)) return true
  if (takesList(test)) return Array.isArray(value) && value.length > 0
  return value !== null && value !== '' && !Array.isArray(value)
}

/** What keeps rows from being a filter; null where they are one. */
export function rowsFault({ join, rows }: FilterRows): 'unfinished' | 'mixed' | null {
  const begun = rows.filter((row) => !isBlank(row))
  if (!begun.every(isWhole)) return 'unfinished'
  const kinds = new Set(begun.map(({ field }) => field.split('.')[0]))
  // A record is judged by its own fields.
  return join === 'or' && kinds.size > 1 ? 'mixed' : null
}

/** The filter that rows mean, null for none. Rows that are not finished are left out; `rowsFault` says so. */
export function filterOfRows({ join, rows }: FilterRows): Logic | null {
  const conditions = rows.filter(isWhole).map(conditionOf)
  if (conditions.length <= 1) return conditions[0] ?? null
  return { [join]: conditions }
}

function conditionOf({ field, test, value }: FilterRow): Logic {
  const form: (typeof forms)[FilterTest] = forms[test]
  const place = { var: field }
  const given = takesNoValue(test) ? null : value
  const condition = { [form.operator]: 'fieldLast' in form ? [given, place] : [place, given] }
  return 'negated' in form ? { '!': condition } : condition
}

/** Rows that mean a filter, null where it says what rows cannot. */
export function rowsOfFilter(filter: Logic | null): FilterRows | null {
  if (filter === null) return { join: 'and', rows: [] }
  const [operator, given] = onlyEntry(filter) ?? []
  const isJoined = (operator === 'and' || operator === 'or') && Array.isArray(given)
  const conditions: readonly unknown[] = isJoined ? given : [filter]
  const rows = conditions.map(rowOf)
  if (rows.length === 0 || !rows.every((row) => row !== null)) return null
  return { join: operator === 'or' ? 'or' : 'and', rows }
}

function rowOf(condition: unknown): FilterRow | null {
  const found = (Object.keys(forms) as FilterTest[]).map((test) => rowAs(test, condition))
  return found.find((row) => row !== null) ?? null
}

/** The row of one test that a condition is, null where it is none of it. */
function rowAs(test: FilterTest, condition: unknown): FilterRow | null {
  const form: (typeof forms)[FilterTest] = forms[test]
  const inner = 'negated' in form ? turnedRound(condition) : condition
  const [operator, given] = onlyEntry(inner) ?? []
  if (operator !== form.operator || !Array.isArray(given) || given.length !== 2) return null
  const [first, last] = given as readonly unknown[]
  const [place, value] = 'fieldLast' in form ? [last, first] : [first, last]
  const [named, field] = onlyEntry(place) ?? []
  if (named !== 'var' || typeof field !== 'string' || field === '') return null
  if (takesNoValue(test)) return value === null ? { field, test, value: null } : null
  if (takesList(test)) {
    return isListOfValues(value) ? { field, test, value: [...value] } : null
  }
  return isValue(value) && value !== '' ? { field, test, value } : null
}

function turnedRound(condition: unknown): unknown {
  const [operator, given] = onlyEntry(condition) ?? []
  if (operator !== '!') return null
  return Array.isArray(given) && given.length === 1 ? given[0] : given
}

function onlyEntry(value: unknown): readonly [string, unknown] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const entries = Object.entries(value)
  return entries.length === 1 ? entries[0]! : null
}

const isValue = (value: unknown): value is FilterValue =>
  ['string', 'number', 'boolean'].includes(typeof value)
const isListOfValues = (value: unknown): value is readonly FilterValue[] =>
  Array.isArray(value) && value.length > 0 && value.every(isValue)
