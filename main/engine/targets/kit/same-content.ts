/** Whether a remote record is, field for field, what we sent. Pure. */
import type { RemoteBody } from './adapter.ts'
import { stampFromIso } from './stamp-text.ts'

/**
 * True if every field of the body we sent is in the remote record with the same value. Null, absent and empty text are
 * the same; texts are compared trimmed and in one Unicode form, instants by their moment. Fields only the server has
 * do not count.
 */
export function hasContent(remote: RemoteBody, sent: RemoteBody): boolean {
  return Object.keys(sent).every((name) =>
    same(Object.hasOwn(remote, name) ? remote[name] : null, sent[name]),
  )
}

/** The same for two values. */
export function same(theirs: unknown, ours: unknown): boolean {
  const a = plain(theirs)
  const b = plain(ours)
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && b.every((value, at) => same(a[at], value))
  }
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null) {
    return hasContent(a as RemoteBody, b as RemoteBody)
  }
  const moment = stampFromIso(a)
  return moment !== null && moment === stampFromIso(b)
}

function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') return value
  const text = value.normalize('NFC').trim()
  return text === '' ? null : text
}
