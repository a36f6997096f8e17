/**
 * Whole listings of a collection, page by page, each page starting after the last id of the one before: rows that come,
 * go or change meanwhile shift nothing, and nothing is seen twice or left out.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { RemotePage, RemoteRecord, UnreadableRecord } from '../kit/adapter.ts'
import { storedEntity, totalOf, unaskedSize } from '../kit/entity-collection.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { SyncError } from '../kit/sync-error.ts'
import { collectionPath, collections, type EmsEntity } from './api.ts'
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
})
type Position = z.infer<typeof position>

const beginning: Position = { after: 0, torn: false }

/**
 * The page after `cursor`. The end is a page below the size a server gives unasked, or a header that says so: a server may
 * give shorter pages than asked for. Throws `SyncError` `bad-response` when the ids do not rise: then something would be left out.
 */
export async function listPage(
  client: HttpClient,
  entity: EmsEntity,
  size: number,
  cursor: string | null,
  signal: AbortSignal,
): Promise<RemotePage> {
  const from = readCursor(cursor)
  const query = [
    ['page', 0],
    ['size', size],
    ['sort', 'id,asc'],
    ...(from.after > 0 ? ([['id.greaterThan', from.after]] as const) : []),
  ] as const
  const request = { method: 'GET', path: collectionPath(entity), query, signal } as const
  const answer = await client.json(rawPage, { ...request, missing: 'config' })
  const records: RemoteRecord[] = []
  const unreadable: UnreadableRecord[] = []
  let after = from.after
  for (const [at, row] of answer.value.entries()) {
    if (at % atOnce === atOnce - 1) await nextTurn()
    const read = storedEntity.safeParse(row)
    if (!read.success) {
      unreadable.push(cannotRead(entity, row))
      continue
    }
    if (read.data.id <= after) throw notInOrder(entity)
    after = read.data.id
    records.push(remoteRecord(entity, read.data))
  }
  const { length } = answer.value
  if (length > 0 && records.length === 0) throw notInOrder(entity)
  const more = length >= Math.min(size, unaskedSize) && totalOf(answer) !== length
  const torn = from.torn || unreadable.some(({ remoteId }) => remoteId === null)
  return {
    records,
    unreadable,
    cursor: JSON.stringify(more ? { after, torn } : beginning),
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

function cannotRead(entity: EmsEntity, row: unknown): UnreadableRecord {
  const id = typeof row === 'object' && row !== null && 'id' in row ? row.id : null
  const remoteId = typeof id === 'string' || typeof id === 'number' ? String(id) : null
  const which = remoteId === null ? 'without an id' : `with the id ${remoteId}`
  const message = `A record of ${collections[entity]} ${which} cannot be read: ids are whole numbers.`
  return { remoteId, error: new SyncError('bad-response', message) }
}

function notInOrder(entity: EmsEntity): SyncError {
  return new SyncError(
    'bad-response',
    `The listing of ${collections[entity]} does not go on in the order of ids, so records would be left out.`,
  )
}
