import type { CollectionRule } from './collections.ts'
import type { PlainAnswer } from '../kit/problem.ts'
import { json, problem } from '../kit/problem.ts'
import type { Row, Rows } from './rows.ts'
import { comparable } from './rows.ts'

/** Page size without `size`, and the largest one; a larger request is cut to it, as Spring does. */
export const defaultSize = 20
export const largestSize = 2000

interface Filter {
  readonly field: string
  readonly value: string | number | boolean
}

interface Order {
  readonly field: string
  readonly descending: boolean
}

/**
 * `GET /api/<collection>?…` → bare array and `X-Total-Count`. Query parameters the server does not
 * know are ignored, as Spring ignores them; a known filter with an unreadable value is 400.
 * @param filtered false where the collection knows no filters at all
 */
export function list(rows: Rows, query: string, filtered = true): PlainAnswer {
  const parameters = new URLSearchParams(query)
  const filters: Filter[] = []
  const orders: Order[] = []
  for (const [name, text] of parameters) {
    if (name.endsWith('.equals')) {
      if (!filtered) continue
      const filter = readFilter(rows.rule, name.slice(0, -'.equals'.length), text)
      if (filter === 'unreadable') return problem(400, `${name} does not accept "${text}".`)
      if (filter !== null) filters.push(filter)
    } else if (name === 'sort') {
      const [field = '', direction = 'asc'] = text.split(',')
      if (!isScalar(rows.rule, field)) return problem(400, `Cannot sort by "${field}".`)
      orders.push({ field, descending: direction.toLowerCase() === 'desc' })
    }
  }
  const found = ordered(matching(rows, filters), orders)
  const size = Math.min(natural(parameters.get('size'), defaultSize) || defaultSize, largestSize)
  const first = natural(parameters.get('page'), 0) * size
  const answer = json(
    200,
    found.slice(first, first + size).map((row) => row.entity),
  )
  return { ...answer, headers: { ...answer.headers, 'x-total-count': String(found.length) } }
}

function natural(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : otherwise
}

function isScalar(rule: CollectionRule, name: string): boolean {
  return name === 'id' || rule.fields.some((field) => field.name === name)
}

/** `null` for a field this collection does not have. */
function readFilter(
  rule: CollectionRule,
  name: string,
  text: string,
): Filter | 'unreadable' | null {
  const reference = rule.references.find((candidate) => `${candidate.name}Id` === name)
  const field = rule.fields.find((candidate) => candidate.name === name)
  if (reference !== undefined || name === 'id' || field?.kind === 'integer') {
    if (!/^-?\d{1,15}$/.test(text)) return 'unreadable'
    return { field: reference?.name ?? name, value: Number(text) }
  }
  if (field === undefined) return null
  if (field.kind === 'boolean') {
    if (text !== 'true' && text !== 'false') return 'unreadable'
    return { field: name, value: text === 'true' }
  }
  if (field.kind === 'choice' && !field.choices?.includes(text)) return 'unreadable'
  return { field: name, value: text }
}

/** Starts from the rarest indexed value, so a look-up among 96,000 records touches a handful. */
function matching(rows: Rows, filters: readonly Filter[]): readonly Row[] {
  if (filters.length === 0) return rows.inIdOrder()
  let start: Filter | null = null
  let fewest = Infinity
  for (const filter of filters) {
    const count = rows.indexedCount(filter.field, filter.value)
    if (count !== null && count < fewest) {
      start = filter
      fewest = count
    }
  }
  const candidates = start === null ? rows.inIdOrder() : rows.indexed(start.field, start.value)
  const found: Row[] = []
  for (const row of candidates) {
    if (filters.every((filter) => comparable(row.entity[filter.field]) === filter.value))
      found.push(row)
  }
  if (start !== null && found.length > 1) found.sort((a, b) => a.entity.id - b.entity.id)
  return found
}

/** Ties and the default order go by id, so that pages never overlap. Empty values come last. */
function ordered(rows: readonly Row[], orders: readonly Order[]): readonly Row[] {
  const only = orders[0]
  if (only === undefined || (orders.length === 1 && only.field === 'id' && !only.descending))
    return rows
  return rows.toSorted((a, b) => {
    for (const order of orders) {
      const difference = compare(
        comparable(a.entity[order.field]),
        comparable(b.entity[order.field]),
      )
      if (difference !== 0) return order.descending ? -difference : difference
    }
    return a.entity.id - b.entity.id
  })
}

function compare(a: string | number | boolean | null, b: string | number | boolean | null): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -1 : 1
}
