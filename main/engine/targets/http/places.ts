/** Places in answers of any shape: dotted paths. Pure. */
import { isRecord } from '../kit/is-record.ts'

export type Plain = Readonly<Record<string, unknown>>

/** Names that reach behind an object instead of into it. */
const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** The whole of it. */
export const isRoot = (path: string): boolean => path === '' || path === '#' || path === '_root'

/** The names of a path. A dot that is part of a name is written `&#46;`. */
export function namesOf(path: string): readonly string[] {
  return isRoot(path) ? [] : path.split('.').map((name) => name.replaceAll('&#46;', '.'))
}

/** What a path leads to, undefined where there is nothing. Numbers are places in lists. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root
  for (const name of namesOf(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Plain)[name]
  }
  return value
}

/** Puts a value where a path leads; objects on the way are made, and what is no object gives way. Changes `root`. */
export function putAt(root: Record<string, unknown>, path: string, value: unknown): void {
  const names = namesOf(path)
  const last = names.at(-1)
  if (last === undefined || names.some((name) => forbidden.has(name))) return
  let place = root
  for (const name of names.slice(0, -1)) {
    const inner = place[name]
    const next = isRecord(inner) ? { ...inner } : {}
    place[name] = next
    place = next
  }
  place[last] = value
}

/** Takes away what a path leads to. Changes `root`, and nothing inside it. */
export function removeAt(root: Record<string, unknown>, path: string): void {
  const [name, ...rest] = namesOf(path)
  if (name === undefined || !Object.hasOwn(root, name)) return
  if (rest.length === 0) {
    delete root[name]
    return
  }
  const inner = root[name]
  if (!isRecord(inner)) return
  const copy = { ...inner }
  removeAt(copy, rest.map((one) => one.replaceAll('.', '&#46;')).join('.'))
  root[name] = copy
}

/** An element of XML that has nothing but its text is that text. */
export function textOf(value: unknown): unknown {
  return isRecord(value) && Object.hasOwn(value, '#text') ? value['#text'] : value
}

/** A text or a whole number as the id of a record, null for anything else. */
export function idOf(value: unknown): string | null {
  const plain = textOf(value)
  if (typeof plain === 'string') return plain.trim() === '' ? null : plain.trim()
  return Number.isSafeInteger(plain) ? String(plain) : null
}

/** The same text for the same content, whatever the order of its members. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    isRecord(inner)
      ? Object.fromEntries(
          Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
        )
      : inner,
  )
}
