/** What a listing asks for: conditions, order, and a part of it. */
import type { Stored } from './contacts.ts'
import { MauticFault } from './problems.ts'

/** Columns have names of their own, as in the database, and times there are in UTC without a zone. */
const columns: Readonly<Record<string, (one: Stored) => number | string | null>> = {
  id: ({ id }) => id,
  date_added: ({ dateAdded }) => inDatabase(dateAdded),
  date_modified: ({ dateModified }) => (dateModified === null ? null : inDatabase(dateModified)),
  email: ({ fields }) => fields['email'] ?? null,
  companyname: ({ fields }) => fields['companyname'] ?? null,
}

const inDatabase = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

/** The page that is asked for, and how many there would be. */
export function filtered(
  all: readonly Stored[],
  query: URLSearchParams,
): { readonly rows: readonly Stored[]; readonly total: number } {
  const isNamed = query.get('search')?.includes('!is:anonymous') ?? false
  const conditions = conditionsIn(query)
  const found = all.filter(
    (one) => !(isNamed && one.anonymous) && conditions.every((fits) => fits(one)),
  )
  const read = columnOf(query.get('orderBy') ?? 'id')
  const sorted = found.toSorted((a, b) => compare(read(a), read(b)))
  if (/^desc$/i.test(query.get('orderByDir') ?? '')) sorted.reverse()
  const start = Number(query.get('start') ?? 0)
  const limit = Number(query.get('limit') ?? 30)
  return { rows: sorted.slice(start, start + limit), total: found.length }
}

function conditionsIn(query: URLSearchParams): readonly ((one: Stored) => boolean)[] {
  const indexes = new Set(
    [...query.keys()].flatMap((name) => /^where\[(\w+)\]/.exec(name)?.[1] ?? []),
  )
  return [...indexes].map((index) => {
    const part = (name: string) => query.get(`where[${index}][${name}]`) ?? ''
    const [read, value] = [columnOf(part('col')), part('val')]
    const expression = part('expr')
    return (one: Stored) => {
      const there = read(one)
      // NULL is neither less nor more, nor equal.
      if (there === null) return expression === 'isNull'
      const order = compare(there, typeof there === 'number' ? Number(value) : value)
      switch (expression) {
        case 'eq':
          return order === 0
        case 'gt':
          return order > 0
        case 'gte':
          return order >= 0
        case 'lt':
          return order < 0
        case 'lte':
          return order <= 0
        default:
          return false
      }
    }
  })
}

function columnOf(name: string) {
  const read = columns[name]
  if (!read) throw new MauticFault(500, `Unknown column '${name}'.`)
  return read
}

/** As the database compares: without case, NULL first. */
function compare(a: number | string | null, b: number | string | null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a ?? '').toLowerCase(), String(b ?? '').toLowerCase()]
  return left < right ? -1 : left > right ? 1 : 0
}
