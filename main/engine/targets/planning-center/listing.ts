/**
 * People and campuses page by page, in the order they were made or changed. A page begins at a time and not behind a number
 * of records: deep pages are refused, or empty, and whoever changes meanwhile moves. Dates have whole seconds and an import
 * makes hundreds in one, so within a second pages are counted.
 */
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import type { RemotePage, RemoteRecord } from '../kit/adapter.ts'
import { clockSlack, isSetBack, serverStamp } from '../kit/server-clock.ts'
import { isoFromStamp, stampFromIso } from '../kit/stamp-text.ts'
import { SyncError } from '../kit/sync-error.ts'
import { collection, paths, single, vertex, type Site, type Vertex } from './api.ts'
import { mergedRecord, mergersSince } from './mergers.ts'
import { belongingsIn, campusRecord, cannotRead, personRecord, type Whole } from './reading.ts'

export interface Look extends Site {
  /** Records to a page. */
  readonly size: number
}

/** Where a walk stands. */
const position = z.object({
  /** Everybody in the order they were made, or who changed since. */
  pass: z.enum(['all', 'since']),
  /** Where the walk began; ISO 8601 in whole seconds, null for all. */
  since: z.string().nullable(),
  /** Where the next walk begins, found out before the first page. */
  next: z.string().nullable(),
  /** The second the next page begins in, how many of that second were seen, and the last of them. */
  window: z.string().nullable(),
  offset: z.int().min(0),
  last: z.string().nullable(),
  /** Records seen on this walk, and how many there were when it began. */
  seen: z.int().min(0),
  expected: z.int().nullable(),
})
type Position = z.infer<typeof position>

const beginning: Position = {
  ...{ pass: 'all', since: null, next: null, window: null, offset: 0, last: null },
  ...{ seen: 0, expected: null },
}

/** What was changed in the last seconds may not be shown yet, microseconds. */
const overlap = 10_000_000

const included = [['include', 'emails,phone_numbers,addresses']] as const

type Page = z.infer<typeof collection>

/** The page of people after `cursor`; with the last one come those who were merged into others. */
export async function peoplePage(look: Look, cursor: string | null): Promise<RemotePage> {
  let from = readCursor(cursor)
  const begins = from.last === null
  if (begins && from.pass === 'all') from = { ...from, next: await newest(look) }
  let found = await ask(look, paths.people, from)
  const now = serverStamp(look.client)
  if (begins && now !== null && isSetBack(stampFromIso(from.since), now + clockSlack)) {
    from = { ...beginning, next: await newest(look) }
    found = await ask(look, paths.people, from)
  }
  const belongings = belongingsIn(found.value.included)
  const people = found.fresh.map((one) => personRecord({ one, belongings: belongings(one) }))
  const unreadable = found.unreadable.map((row) => cannotRead('person', row))
  const to = stepped(from, found)
  const merged = to.more ? [] : await mergersSince(look, from.since)
  const whole = from.pass === 'all' && to.seen >= (to.expected ?? 0)
  return {
    records: [...people, ...merged.map(mergedRecord)],
    unreadable,
    cursor: JSON.stringify(to.more ? to.position : nextWalk(from, to.position, now)),
    more: to.more,
    torn: !to.more && from.pass === 'all' && !whole,
    complete: !to.more && whole && unreadable.length === 0,
  }
}

/** The page of campuses after `cursor`; always all of them. */
export async function campusPage(look: Look, cursor: string | null): Promise<RemotePage> {
  const from = readCursor(cursor)
  const found = await ask(look, paths.campuses, from)
  const to = stepped(from, found)
  const { unreadable } = found
  return {
    records: found.fresh.map(campusRecord),
    unreadable: unreadable.map((row) => cannotRead('organisation', row)),
    cursor: to.more ? JSON.stringify(to.position) : null,
    more: to.more,
    complete: !to.more && unreadable.length === 0 && to.seen >= (to.expected ?? 0),
  }
}

/** One person with what belongs to the person. Throws `SyncError` `gone` for nobody. */
export async function fetchPerson({ client, signal }: Site, id: string): Promise<Whole> {
  const path = `${paths.people}/${encodeURIComponent(id)}`
  const { value } = await client.json(single, { method: 'GET', path, query: included, signal })
  return { one: value.data, belongings: belongingsIn(value.included)(value.data) }
}

/** One record, null where there is none. Who was merged lives on under another id. */
export async function fetchOne(
  site: Site,
  entity: EntityName,
  id: string,
): Promise<RemoteRecord | null> {
  try {
    if (entity === 'person') return personRecord(await fetchPerson(site, id))
    const path = `${paths.campuses}/${encodeURIComponent(id)}`
    const { client, signal } = site
    return campusRecord((await client.json(single, { method: 'GET', path, signal })).value.data)
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'gone') throw error
    if (entity !== 'person') return null
    const merged = (await mergersSince(site, null)).find(({ gone }) => gone === id)
    return merged ? mergedRecord(merged) : null
  }
}

/** A row that can be placed in time. */
function dated(row: unknown): Vertex | null {
  const one = vertex.safeParse(row).data
  return one && timeOf(one, 'created_at') !== null && timeOf(one, 'updated_at') !== null
    ? one
    : null
}

type Column = 'created_at' | 'updated_at'
const columnOf = ({ pass }: Position): Column => (pass === 'all' ? 'created_at' : 'updated_at')

/** ISO 8601 in whole seconds, so that texts compare like times. */
function timeOf({ attributes }: Vertex, column: Column): string | null {
  const stamp = stampFromIso(attributes[column])
  return stamp === null ? null : secondOf(stamp)
}

const secondOf = (stamp: number): string => `${isoFromStamp(stamp).slice(0, 19)}Z`

interface Found {
  readonly value: Page
  /** How many records of the window are before this page. */
  readonly at: number
  readonly rows: readonly unknown[]
  /** Those behind the last one seen that can be read. */
  readonly fresh: readonly Vertex[]
  readonly unreadable: readonly unknown[]
}

/** A page that begins with the last one seen; where somebody moved, with the whole second. */
async function ask(look: Look, path: string, from: Position): Promise<Found> {
  let at = Math.max(0, from.offset - 1)
  let value = await askAt(look, path, from, at)
  let begin = from.last === null ? 0 : indexOf(value.data, from.last) + 1
  if (begin === 0 && at > 0) {
    at = 0
    value = await askAt(look, path, from, at)
    begin = indexOf(value.data, from.last!) + 1
  }
  const rows = value.data.slice(begin)
  const read = rows.map((row) => ({ row, one: dated(row) }))
  return {
    value,
    at,
    rows,
    fresh: read.flatMap(({ one }) => one ?? []),
    unreadable: read.flatMap(({ row, one }) => (one ? [] : [row])),
  }
}

async function askAt(
  { client, size, signal }: Look,
  path: string,
  from: Position,
  at: number,
): Promise<Page> {
  const column = columnOf(from)
  const window = from.window ?? from.since
  const query = [
    ...(path === paths.people ? included : []),
    ['order', column],
    ['per_page', size],
    ...(window === null ? [] : [[`where[${column}][gte]`, window] as const]),
    ...(at === 0 ? [] : [['offset', at] as const]),
  ] as const
  const request = { method: 'GET', path, query, missing: 'config', signal } as const
  return (await client.json(collection, request)).value
}

function indexOf(rows: readonly unknown[], id: string): number {
  return rows.findIndex((row) => vertex.safeParse(row).data?.id === id)
}

/** Where the walk stands after a page. */
function stepped(from: Position, { value, at, rows, fresh }: Found) {
  const column = columnOf(from)
  const { meta, links, data } = value
  const more = rows.length > 0 && ((meta.next ?? null) !== null || (links.next ?? null) !== null)
  const expected = from.last === null ? (meta.total_count ?? null) : from.expected
  const seen = from.seen + rows.length
  const last = fresh.at(-1)
  const window = last ? timeOf(last, column) : from.window
  const sameSecond = (row: unknown) => {
    const one = dated(row)
    return one !== null && timeOf(one, column) === window
  }
  const offset = window === from.window ? at + data.length : data.filter(sameSecond).length
  const to: Position = { ...from, window, offset, last: last?.id ?? from.last, seen, expected }
  return { position: to, more, seen, expected }
}

/** Changes are asked for from the newest one seen; a clock that was ahead there must not hide what comes. */
function nextWalk(from: Position, to: Position, now: number | null): Position {
  if (from.pass === 'all') {
    return { ...beginning, pass: from.next === null ? 'all' : 'since', since: from.next }
  }
  const newestSeen = stampFromIso(to.window)
  if (newestSeen === null) return { ...beginning, pass: 'since', since: from.since }
  const since = secondOf(Math.min(newestSeen, now ?? newestSeen) - overlap)
  return { ...beginning, pass: 'since', since: since > from.since! ? since : from.since }
}

/** When the newest change was, less the overlap; null where there is nobody. */
async function newest({ client, signal }: Look): Promise<string | null> {
  const query = [
    ['order', '-updated_at'],
    ['per_page', 1],
  ] as const
  const request = { method: 'GET', path: paths.people, query, missing: 'config', signal } as const
  const { value } = await client.json(collection, request)
  const one = vertex.safeParse(value.data[0]).data
  const stamp = one ? stampFromIso(one.attributes['updated_at']) : null
  if (stamp === null) return null
  return secondOf(Math.min(stamp, serverStamp(client) ?? stamp) - overlap)
}

/** A cursor nobody can read starts over: everybody is seen again, nobody is missed. */
function readCursor(cursor: string | null): Position {
  try {
    return position.parse(JSON.parse(cursor ?? ''))
  } catch {
    return beginning
  }
}
