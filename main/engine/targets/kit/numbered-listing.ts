/**
 * Whole listings of a collection page by page, by number: for services without a filter to go on behind the last id. Rows
 * that are added come at the end. When one is deleted meanwhile, those behind it move up and one may be left out: the
 * told total gives that away, and the listing begins anew.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import { contentHash } from '../../model/record.ts'
import type { RemotePage, RemoteRecord, UnreadableRecord } from './adapter.ts'
import { storedEntity, totalOf, unaskedSize } from './entity-collection.ts'
import type { HttpClient } from './http-client.ts'
import { SyncError } from './sync-error.ts'

/** Rows are read one by one, so that a bad one does not spoil the others. */
const rawPage = z.array(z.unknown(), { error: 'a bare array of records was expected' })

/** Rows read before the event loop gets a turn. */
const atOnce = 200
/** A listing is longer than this only where it does not end. */
const mostPages = 20_000
/** How often a listing is begun anew because rows were deleted while it was read. */
const mostAnew = 5

const position = z.object({
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

export interface NumberedListing {
  readonly client: HttpClient
  readonly path: string
  /** Their name of the collection, for messages. */
  readonly name: string
  readonly entity: EntityName
  /** Records asked for at once; a server may give fewer. */
  readonly size: number
  readonly signal: AbortSignal
}

/** The page after `cursor`. Throws `SyncError` `bad-response` for a listing that repeats itself or does not end. */
export async function numberedPage(
  listing: NumberedListing,
  cursor: string | null,
): Promise<RemotePage> {
  const from = readCursor(cursor)
  const { client, path, name, entity, size, signal } = listing
  if (from.page >= mostPages)
    throw refused(`The listing of ${name} has more than ${mostPages} pages.`)
  const query = [
    ['page', from.page],
    ['size', size],
    ['sort', 'id,asc'],
  ] as const
  const answer = await client.json(rawPage, {
    method: 'GET',
    path,
    query,
    missing: 'config',
    signal,
  })
  const rows = answer.value
  const records: RemoteRecord[] = []
  const unreadable: UnreadableRecord[] = []
  for (const [at, row] of rows.entries()) {
    if (at % atOnce === atOnce - 1) await nextTurn()
    const read = storedEntity.safeParse(row)
    if (read.success) records.push(recordOf(entity, read.data))
    else
      unreadable.push({ remoteId: null, error: refused(`A record of ${name} has no usable id.`) })
  }
  const total = totalOf(answer)
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
      ? rows.length > 0 && rows.length >= Math.min(to.length, size) && rows.length >= unaskedSize
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

function recordOf(entity: EntityName, body: RemoteRecord['body'] & { id: number }): RemoteRecord {
  return {
    entity,
    remoteId: String(body.id),
    version: contentHash(JSON.stringify(body)),
    modifiedOn: null,
    deleted: false,
    body,
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

const refused = (message: string) => new SyncError('bad-response', message)
