/** What one page of a system nobody knows yet tells: where its records may be, what may be their id, how it goes on. Pure. */
import { isRecord } from '../kit/is-record.ts'
import type { SampledPlaces } from '../kit/adapter.ts'
import type { Answer } from './exchange.ts'
import { nextLinkIn } from './paging.ts'
import { idOf, isRoot, textOf, valueAt } from './places.ts'
import { possiblePositions, recordsIn } from './results.ts'
import type { CollectionSettings } from './settings.ts'

/** Signs of the page that are shown. */
const mostSigns = 20_000
/** Records that are looked through for what tells them apart. */
const lookedAt = 50
const deepest = 3

/** Places where servers put what leads to the next page, or how many there are. */
const nextPlaces = [
  'next',
  'links.next',
  '_links.next',
  'paging.next',
  'pagination.next',
  '@odata&#46;nextLink',
  'meta.next',
]
const cursorPlaces = [
  'next_cursor',
  'nextCursor',
  'meta.next_cursor',
  'meta.cursor',
  'cursor',
  'pagination.next_cursor',
]
const totalPlaces = [
  'total',
  'totalCount',
  'count',
  'meta.total',
  'pagination.total',
  'page.totalElements',
]

export function placesIn(answer: Answer, settings: CollectionSettings): SampledPlaces {
  const { body } = answer
  const found = recordsIn(body, settings.resultsPosition)
  const rows = (found.ok ? found.rows : []).slice(0, lookedAt)
  const text = JSON.stringify(body, null, 2) ?? ''
  return {
    text: text.length > mostSigns ? `${text.slice(0, mostSigns)}…` : text,
    positions: possiblePositions(body),
    position: found.ok ? positionOf(body, settings.resultsPosition, found.rows) : null,
    ids: idsIn(rows),
    pages: pagesOf(answer),
    places: placesOf(rows[0]),
  }
}

/** Which of the possible places `auto` took. */
function positionOf(body: unknown, position: string, rows: readonly unknown[]): string {
  if (position !== 'auto') return isRoot(position) ? '_root' : position
  return (
    possiblePositions(body).find((one) => valueAt(body, one.position) === rows)?.position ?? '_root'
  )
}

/** Every place of a record with a single value, and what is there. */
function placesOf(record: unknown): readonly { readonly path: string; readonly example: string }[] {
  const found: { path: string; example: string }[] = []
  const walk = (value: unknown, path: readonly string[]): void => {
    const plain = textOf(value)
    if (isRecord(plain)) {
      if (path.length >= deepest) return
      for (const [name, inner] of Object.entries(plain))
        walk(inner, [...path, name.replaceAll('.', '&#46;')])
    } else if (path.length > 0 && !Array.isArray(plain)) {
      found.push({ path: path.join('.'), example: String(plain ?? '').slice(0, 80) })
    }
  }
  walk(record, [])
  return found.slice(0, 60)
}

/** Places that every record has something else in; those that are called an id first. */
function idsIn(
  rows: readonly unknown[],
): readonly { readonly path: string; readonly example: string }[] {
  const isId = (path: string) =>
    /(^|[._@])(id|uuid|guid|key)$/i.test(path) || /(Id|ID|_id)$/.test(path)
  return placesOf(rows[0])
    .filter(({ path }) => {
      const ids = rows.map((row) => idOf(valueAt(row, path)))
      return ids.every((id) => id !== null) && new Set(ids).size === ids.length
    })
    .toSorted(
      (a, b) => Number(isId(b.path)) - Number(isId(a.path)) || a.path.length - b.path.length,
    )
    .slice(0, 8)
}

/** Settings that fit how the page says it goes on; null where it says nothing. */
function pagesOf({ body, headers }: Answer): SampledPlaces['pages'] {
  const total = totalPlaces.find((place) =>
    Number.isSafeInteger(Number(textOf(valueAt(body, place)) ?? Number.NaN)),
  )
  const counted: Readonly<Record<string, string>> =
    total === undefined ? {} : { totalPosition: total }
  if (nextLinkIn(headers['link'] ?? '') !== null) return { paging: 'link-header', ...counted }
  const told = (places: readonly string[], fits: (text: string) => boolean) =>
    places.find((place) => {
      const value = textOf(valueAt(body, place))
      const text = idOf(isRecord(value) ? value['href'] : value)
      return text !== null && fits(text)
    })
  const isLink = (text: string) => /^(https?:\/\/|\/|\?)/.test(text)
  const link = told(nextPlaces, isLink)
  if (link !== undefined) return { paging: 'next-link', nextPosition: link, ...counted }
  const cursor = told([...cursorPlaces, ...nextPlaces], (text) => !isLink(text))
  if (cursor !== undefined) return { paging: 'cursor', cursorPosition: cursor, ...counted }
  return total === undefined ? null : counted
}
