/** Where the records of an answer are. Pure. */
import { isRecord } from '../kit/is-record.ts'
import { isRoot, valueAt } from './places.ts'

/** The records, or why there are none to be found. */
export type Found =
  | {
      readonly ok: true
      readonly rows: readonly unknown[]
      /** False where the place has null: some servers write an empty list so, and nobody can tell it from a fault. */
      readonly isCertain: boolean
    }
  | { readonly ok: false; readonly why: string }

/** Names under which servers give their records, in the order they are tried. */
const usualNames = [
  'items',
  'result',
  'results',
  'data',
  'records',
  'value',
  'rows',
  'member',
  'hydra:member',
]

/**
 * The records of an answer. A single object where a list is expected is the only record: XML has no lists of one.
 * @param position a dotted path, `_root` for the whole answer, `auto` for one of the usual names
 */
export function recordsIn(body: unknown, position: string): Found {
  if (position === 'auto') return lookAround(body)
  const value = valueAt(body, position)
  if (value === undefined && isEmptyElement(valueAt(body, above(position)))) {
    return { ok: true, rows: [], isCertain: true }
  }
  if (value === undefined) {
    return { ok: false, why: `nothing is at ${position}${namesSaid(body)}` }
  }
  return listOf(value, isRoot(position) ? 'the answer' : `what is at ${position}`)
}

const above = (position: string): string => position.split('.').slice(0, -1).join('.')

/** XML has no empty lists: an element that is there, with nothing in it. */
function isEmptyElement(value: unknown): boolean {
  return (
    isRecord(value) &&
    value['#text'] === '' &&
    Object.keys(value).every((name) => name === '#text' || name === '@attributes')
  )
}

function lookAround(body: unknown): Found {
  if (Array.isArray(body)) return { ok: true, rows: body, isCertain: true }
  const name = usualNames.find((one) => Array.isArray(valueAt(body, one)))
  if (name !== undefined) return recordsIn(body, name)
  return {
    ok: false,
    why: `the records are under none of the usual names (${usualNames.slice(0, 4).join(', ')} …)${namesSaid(body)}`,
  }
}

function listOf(value: unknown, what: string): Found {
  if (value === null || value === '') return { ok: true, rows: [], isCertain: false }
  if (Array.isArray(value)) return { ok: true, rows: value, isCertain: true }
  if (isRecord(value)) return { ok: true, rows: [value], isCertain: true }
  return { ok: false, why: `${what} is no list of records` }
}

/** What a person can choose among. */
function namesSaid(body: unknown): string {
  if (!isRecord(body)) return ''
  const names = Object.keys(body).slice(0, 8)
  return names.length === 0 ? '; the answer is empty' : `; there are ${names.join(', ')}`
}

/** Every place of an answer that has a list of objects, the fullest first: what a person can choose. At most ten. */
export function possiblePositions(
  body: unknown,
): readonly { readonly position: string; readonly count: number }[] {
  const found: { position: string; count: number }[] = []
  const walk = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value)) {
      const count = value.filter(isRecord).length
      if (count > 0 || value.length === 0)
        found.push({ position: path.join('.') || '_root', count })
      return
    }
    if (!isRecord(value) || path.length >= 4) return
    for (const [name, inner] of Object.entries(value))
      walk(inner, [...path, name.replaceAll('.', '&#46;')])
  }
  walk(body, [])
  return found.toSorted((a, b) => b.count - a.count).slice(0, 10)
}
