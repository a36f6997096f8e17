import type { PlainAnswer } from '../kit/problem.ts'
import { json } from '../kit/problem.ts'
import { collections, knownFilters, type CollectionName, type Row, type Value } from './dtos.ts'
import type { EmsKnobs } from './knobs.ts'
import type { EmsStore } from './store.ts'

const defaultSize = 20

/**
 * `GET /api/<collection>?…` → a bare array. Understands `.equals`, `.in`, `.contains`, `.greaterThan` and `.lessThan` of
 * fields and of `<ref>Id`, where the collection has them; ignores what it does not know, as Spring does.
 */
export function list(
  store: EmsStore,
  collection: CollectionName,
  query: string,
  knobs: EmsKnobs,
): PlainAnswer {
  const parameters = new URLSearchParams(query)
  let rows = store.all(collection)
  for (const [name, wanted] of parameters) {
    const [field = '', operator = ''] = name.split('.')
    if (operator === '' || knobs.unknown.includes(name)) continue
    if (knownFilters[collection]?.includes(field) === false) continue
    const read = readerOf(store, collection, field)
    if (read) rows = rows.filter((row) => fits(read(row), operator, wanted))
  }
  const [sortField, direction] = (parameters.get('sort') ?? 'id,asc').split(',')
  if (sortField === 'id' && direction === 'desc') rows = rows.toReversed()
  if (knobs.unordered) rows = rows.toSorted((a, b) => (a.id % 7) - (b.id % 7))
  const size = Math.min(natural(parameters.get('size'), defaultSize) || 1, knobs.largestPage)
  const page = knobs.unknown.includes('page') ? 0 : natural(parameters.get('page'), 0)
  const first = page * size
  const shown = rows.slice(first, first + size).map((row) => store.show(collection, row))
  const answer = json(200, shown)
  return knobs.totalCount
    ? { ...answer, headers: { ...answer.headers, 'x-total-count': String(rows.length) } }
    : answer
}

/** `GET /api/people/query?q=…` → persons with one of the words in a name or address, `limit` of them. */
export function queryPeople(store: EmsStore, query: string, limit: number): PlainAnswer {
  const words = (new URLSearchParams(query).get('q') ?? '').toLowerCase().split(/\s+/)
  const found = store.all('people').filter((row) => {
    const text = ['firstName', 'lastName', 'email'].map((name) => String(row[name] ?? '')).join(' ')
    return words.some((word) => word !== '' && text.toLowerCase().includes(word))
  })
  return json(
    200,
    found.slice(0, limit).map((row) => store.show('people', row)),
  )
}

/** `POST /api/people/idsearch` → persons with this identity number. */
export function searchIdentity(store: EmsStore, number: unknown): PlainAnswer {
  const found = store.all('people').filter((row) => row['identityNumber'] === number)
  return json(
    200,
    found.map((row) => store.show('people', row)),
  )
}

type Reader = (row: Row) => Value | undefined

function readerOf(store: EmsStore, collection: CollectionName, field: string): Reader | null {
  const { fields, references } = collections[collection]
  if (field === 'id' || fields.some(({ name }) => name === field)) return (row) => row[field]
  if (references.some(({ name }) => `${name}Id` === field)) {
    return (row) => row[field.slice(0, -2)]
  }
  // A race belongs to its event through its race type.
  if (collection === 'races' && field === 'eventId') {
    return (row) => store.get('event-race-types', Number(row['eventRaceType']))?.['event']
  }
  return null
}

function fits(value: Value | undefined, operator: string, wanted: string): boolean {
  const text = value === null || value === undefined ? null : String(value)
  switch (operator) {
    case 'equals':
      return text === wanted
    case 'in':
      return text !== null && wanted.split(',').includes(text)
    case 'contains':
      return text?.toLowerCase().includes(wanted.toLowerCase()) ?? false
    case 'greaterThan':
      return text !== null && Number(text) > Number(wanted)
    case 'lessThan':
      return text !== null && Number(text) < Number(wanted)
    default:
      return true
  }
}

function natural(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : otherwise
}
