/** Which records a collection shows: conditions, order, pages. What it does not know in a query, it passes over. */
import type { Church, Vertex } from './church.ts'

const largestPage = 100
const usualPage = 25

/** Seconds since 1970; a bare date is its midnight, fractions are cut. */
function seconds(text: string): number {
  return Math.floor(Date.parse(text) / 1000)
}

const comparisons = {
  gt: (a: number, b: number) => a > b,
  gte: (a: number, b: number) => a >= b,
  lt: (a: number, b: number) => a < b,
  lte: (a: number, b: number) => a <= b,
  '': (a: number, b: number) => a === b,
} as const

const exact = ['first_name', 'last_name', 'birthdate', 'status', 'gender', 'remote_id'] as const

/** What a query asks for, in its order, and how many that are. */
export function selected(
  { knobs }: Pick<Church, 'knobs'>,
  all: readonly Vertex[],
  query: URLSearchParams,
) {
  const fits = [...query].flatMap(([name, value]) => condition(name, value) ?? [])
  const found = ordered(
    all.filter((one) => fits.every((fit) => fit(one))),
    query.get('order') ?? 'id',
  )
  const offset = Math.max(0, Number(query.get('offset') ?? 0) || 0)
  const size = Math.min(largestPage, Math.max(1, Number(query.get('per_page')) || usualPage))
  const { cap } = knobs
  const total = Math.min(found.length, cap ?? Infinity)
  const page = found.slice(offset, Math.min(offset + size, cap ?? Infinity))
  return { page, total, offset, size }
}

function condition(name: string, value: string): ((one: Vertex) => boolean) | null {
  const [, field = '', operator = ''] = /^where\[(\w+)\](?:\[(\w+)\])?$/.exec(name) ?? []
  if (field === 'created_at' || field === 'updated_at') {
    const compare = comparisons[operator as keyof typeof comparisons]
    const at = seconds(value)
    return (one) => compare(field === 'created_at' ? one.createdAt : one.updatedAt, at)
  }
  if (field === 'id') return (one) => one.id === value
  if (!exact.includes(field as 'status')) return null
  return ({ attributes }) => String((attributes[field] ?? '') as string) === value
}

function ordered(found: readonly Vertex[], order: string): readonly Vertex[] {
  const field = order.replace(/^-/, '')
  const sign = order.startsWith('-') ? -1 : 1
  const key = (one: Vertex): number =>
    field === 'created_at' ? one.createdAt : field === 'updated_at' ? one.updatedAt : 0
  return found.toSorted((a, b) => sign * (key(a) - key(b)) || Number(a.id) - Number(b.id))
}
