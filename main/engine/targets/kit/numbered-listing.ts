/**
 * Whole listings of a collection page by page, by number: for services without a filter to go on behind the last id. Rows
 * that are added come at the end. When one is deleted meanwhile, those behind it move up and one may be left out: a told
 * total gives that away, and the listing begins anew. Without a total nobody notices.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { RemotePage, RemoteRecord, UnreadableRecord } from './adapter.ts'
import type { Query } from './base-url.ts'
import type { ClientAnswer } from './http-client.ts'
import { itemNamed, itemRecord, type ItemPlace } from './items.ts'
import { SyncError } from './sync-error.ts'

/** Rows read before the event loop gets a turn. */
const atOnce = 200
/** A listing is longer than this only where it does not end. */
const mostPages = 20_000
/** How often a listing is begun anew because rows were deleted while it was read. */
const mostAnew = 5

const position = z.object({
  /** Pages read so far. */
  page: z.int().min(0),
  /** Rows read so far. */
  seen: z.int().min(0),
  /** Length of the first page: a shorter one is the last where no total is told. */
  length: z.int().min(0),
  /** Total that was told last, null where none is. */
  total: z.int().nullable(),
  /** Id of the first row of the page before: the same once more means that the number is ignored. */
  first: z.string().nullable(),
  anew: z.int().min(0),
})
type Position = z.infer<typeof position>

const beginning: Position = { page: 0, seen: 0, length: 0, total: null, first: null, anew: 0 }

/** How a service gives pages by number. */
export interface PageForm<Answer> {
  /** Number of the first page. */
  readonly first: 0 | 1
  /** What asks for a page of so many records, in an order that changes move nobody in. */
  query(page: number, size: number): Query
  /** Rows may be anything: they are read one by one, so that a bad one does not spoil the others. */
  readonly answer: z.ZodType<Answer>
  /**
   * The rows of an answer, and the length of the whole listing in records. Null where that is not told: a record deleted
   * meanwhile may then hide another one.
   */
  read(answer: ClientAnswer<Answer>): {
    readonly rows: readonly unknown[]
    readonly total: number | null
  }
  /** Rows it gives unasked: a page with fewer was not cut, it is the last. Left out: not known. */
  readonly unasked?: number
}

export interface NumberedListing<Answer> extends ItemPlace {
  readonly form: PageForm<Answer>
  /** Records asked for at once; a server may give fewer. */
  readonly size: number
}

/** The page after `cursor`. Throws `SyncError` `bad-response` for a listing that repeats itself or does not end. */
export async function numberedPage<Answer>(
  listing: NumberedListing<Answer>,
  cursor: string | null,
): Promise<RemotePage> {
  const from = readCursor(cursor)
  const { client, path, form, size, signal, idAt = 'id' } = listing
  const item = itemNamed(idAt)
  const { entity, remoteName: name } = listing.binding
  if (from.page >= mostPages)
    throw refused(`The listing of ${name} has more than ${mostPages} pages.`)
  const query = form.query(form.first + from.page, size)
  const request = { method: 'GET', path, query, missing: 'config', signal } as const
  const { rows, total } = form.read(await client.json(form.answer, request))
  const records: RemoteRecord[] = []
  const unreadable: UnreadableRecord[] = []
  for (const [at, row] of rows.entries()) {
    if (at % atOnce === atOnce - 1) await nextTurn()
    const read = item.safeParse(row)
    if (read.success) records.push(itemRecord(entity, read.data))
    else
      unreadable.push({ remoteId: null, error: refused(`A record of ${name} has no usable id.`) })
  }
  const first = records[0]?.remoteId ?? null
  if (first !== null && first === from.first) {
    throw refused(`The listing of ${name} repeats itself: every page is the same.`)
  }
  const to: Position = {
    page: from.page + 1,
    seen: from.seen + rows.length,
    length: from.page === 0 ? rows.length : from.length,
    total,
    first,
    anew: from.anew,
  }
  if (hasShrunk(from, to, rows.length)) {
    if (from.anew >= mostAnew) {
      throw refused(`Records of ${name} are deleted faster than they can be listed.`)
    }
    return pageOf(records, unreadable, { ...beginning, anew: from.anew + 1 }, true)
  }
  const more =
    total === null
      ? rows.length > 0 && rows.length >= Math.max(Math.min(to.length, size), form.unasked ?? 0)
      : to.seen < total
  return pageOf(records, unreadable, to, more)
}

/** Rows went missing while it was read: the total fell, or the pages ended before it. */
function hasShrunk(from: Position, to: Position, length: number): boolean {
  if (to.total === null) return false
  return (from.total !== null && to.total < from.total) || (length === 0 && to.seen < to.total)
}

function pageOf(
  records: readonly RemoteRecord[],
  unreadable: readonly UnreadableRecord[],
  to: Position,
  more: boolean,
): RemotePage {
  const complete = !more && unreadable.length === 0
  return { records, unreadable, cursor: JSON.stringify(to), more, complete }
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

const refused = (message: string) => new SyncError('bad-response', message)
