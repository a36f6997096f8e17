/**
 * Whole listings of a collection, page by page, so that rows that come, go or change meanwhile are neither left out nor
 * seen twice. Where EMS has the filter, each page starts after the last id of the one before. Where it has none, pages go
 * by their number, and the row in front of each is looked at: rows that were deleted move the others up.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { RemotePage, RemoteRecord, UnreadableRecord } from '../kit/adapter.ts'
import type { Query } from '../kit/base-url.ts'
import { storedEntity, totalOf, unaskedSize } from '../kit/entity-collection.ts'
import { eventCollections, type EventEntity } from '../kit/event-collections.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { SyncError } from '../kit/sync-error.ts'
import { collectionPath, unfiltered } from './api.ts'
import { remoteRecord } from './reading.ts'

/** Rows are read one by one, so that a bad one does not spoil the others. */
const rawPage = z.array(z.unknown(), { error: 'a bare array of records was expected' })

/** Rows read before the event loop gets a turn. */
const atOnce = 200

/** Where a walk stands. A walk begins at 0, and a finished one leaves the next to begin there again. */
const position = z.object({
  /** The last id handed out. */
  after: z.int().min(0),
  /** Something before it had no id: nobody can say what is absent. */
  torn: z.boolean(),
  /** Number of the next page, where pages go by number. */
  page: z.int().min(0).default(0),
  /** Rows the server puts on a page, told by the first one; 0 before that. */
  rows: z.int().min(0).default(0),
})
type Position = z.infer<typeof position>

const beginning: Position = { after: 0, torn: false, page: 0, rows: 0 }

/** What a listing is asked for. */
export interface Listing {
  readonly client: HttpClient
  readonly entity: EventEntity
  readonly size: number
  readonly signal: AbortSignal
}

/** What one request brings. */
interface Answer {
  readonly rows: readonly unknown[]
  /** Length of the listing, of what was asked for; null where not told. */
  readonly total: number | null
}

/**
 * The page after `cursor`. The end is a page below the size a server gives unasked, or a header that says so: a server may
 * give shorter pages than asked for. Throws `SyncError` `bad-response` when the ids do not rise: then something would be left out.
 */
export async function listPage(listing: Listing, cursor: string | null): Promise<RemotePage> {
  const from = readCursor(cursor)
  return unfiltered.has(listing.entity) ? byNumber(listing, from) : afterId(listing, from)
}

async function afterId(listing: Listing, from: Position): Promise<RemotePage> {
  const filter: Query = from.after > 0 ? [['id.greaterThan', from.after]] : []
  const answer = await ask(listing, 0, listing.size, filter)
  const read = await readRows(listing.entity, answer.rows, from.after, 0)
  const { length } = answer.rows
  if (length > 0 && read.records.length === 0) throw notInOrder(listing.entity)
  const more = length >= Math.min(listing.size, unaskedSize) && answer.total !== length
  return pageOf(read, more, { ...from, after: read.after })
}

async function byNumber(listing: Listing, from: Position): Promise<RemotePage> {
  const { entity, size } = listing
  let { page } = from
  let answer = await ask(listing, page, size)
  const mayLeaveOut = () => answer.rows.length === 0 || firstId(answer.rows) > from.after
  while (page > 0 && mayLeaveOut() && !(await joins(listing, from, page))) {
    // Rows in front of it were deleted, so some that were to come are on the page before by now.
    page -= 1
    answer = await ask(listing, page, size)
  }
  const { length } = answer.rows
  // What was handed out already comes once more where the walk had to go back, and nowhere else.
  const read = await readRows(entity, answer.rows, from.after, from.after)
  if (page === from.page && length > 0 && read.records.length === 0) throw notInOrder(entity)
  const rows = page === 0 ? length : from.rows
  const told = answer.total === null ? null : page * rows + length < answer.total
  const more = told ?? (page === 0 ? length >= Math.min(size, unaskedSize) : length >= rows)
  return pageOf(read, more, { after: read.after, torn: from.torn, page: page + 1, rows })
}

/** Whether the row in front of a page was handed out: then nothing between the two was left out. */
async function joins(listing: Listing, from: Position, page: number): Promise<boolean> {
  const { rows } = await ask(listing, page * from.rows - 1, 1)
  return rows.length > 0 && firstId(rows) <= from.after
}

function firstId(rows: readonly unknown[]): number {
  const ids = rows.flatMap((row) => storedEntity.safeParse(row).data?.id ?? [])
  return ids[0] ?? 0
}

async function ask(
  { client, entity, signal }: Listing,
  page: number,
  size: number,
  filter: Query = [],
): Promise<Answer> {
  const query: Query = [['page', page], ['size', size], ['sort', 'id,asc'], ...filter]
  const request = { method: 'GET', path: collectionPath(entity), query, signal } as const
  const answer = await client.json(rawPage, { ...request, missing: 'config' })
  return { rows: answer.value, total: totalOf(answer) }
}

interface ReadRows {
  readonly records: readonly RemoteRecord[]
  readonly unreadable: readonly UnreadableRecord[]
  readonly after: number
}

/** @param known ids up to this one may come once more, and are left out */
async function readRows(
  entity: EventEntity,
  rows: readonly unknown[],
  handedOut: number,
  known: number,
): Promise<ReadRows> {
  const records: RemoteRecord[] = []
  const unreadable: UnreadableRecord[] = []
  let last = 0
  for (const [at, row] of rows.entries()) {
    if (at % atOnce === atOnce - 1) await nextTurn()
    const read = storedEntity.safeParse(row)
    if (!read.success) {
      unreadable.push(cannotRead(entity, row))
      continue
    }
    const { id } = read.data
    if (id <= last || (id <= handedOut && id > known)) throw notInOrder(entity)
    last = id
    if (id > known) records.push(remoteRecord(entity, read.data))
  }
  return { records, unreadable, after: Math.max(handedOut, last) }
}

function pageOf({ records, unreadable }: ReadRows, more: boolean, at: Position): RemotePage {
  const torn = at.torn || unreadable.some(({ remoteId }) => remoteId === null)
  return {
    records,
    unreadable,
    cursor: JSON.stringify(more ? { ...at, torn } : beginning),
    more,
    complete: !more && !torn,
  }
}

/** A cursor nobody can read starts over: everything is seen again, nothing is missed. */
function readCursor(cursor: string | null): Position {
  if (cursor === null) return beginning
  try {
    return position.parse(JSON.parse(cursor))
  } catch {
    return beginning
  }
}

function cannotRead(entity: EventEntity, row: unknown): UnreadableRecord {
  const id = typeof row === 'object' && row !== null && 'id' in row ? row.id : null
  const remoteId = typeof id === 'string' || typeof id === 'number' ? String(id) : null
  const which = remoteId === null ? 'without an id' : `with the id ${remoteId}`
  const message = `A record of ${eventCollections[entity]} ${which} cannot be read: ids are whole numbers up to 2^53.`
  return { remoteId, error: new SyncError('bad-response', message) }
}

function notInOrder(entity: EventEntity): SyncError {
  return new SyncError(
    'bad-response',
    `The listing of ${eventCollections[entity]} does not go on in the order of ids, so records would be left out.`,
  )
}
