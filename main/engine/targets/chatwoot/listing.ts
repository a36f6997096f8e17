/**
 * Contacts and conversations, page by page. Neither is told by when it changed, so there are two walks: through everything,
 * and through what is new – contacts made since, the newest first, and conversations that were active since the day before.
 * Edits of contacts come by webhook, and with the walk through everything.
 *
 * Pages go by number, and rows move while somebody works there. So the ids that were seen are counted: only a walk that
 * has seen as many as there are tells what is absent, and one that has not begins anew.
 */
import { z } from 'zod'
import type { RemotePage, RemoteRecord, UnreadableRecord } from '../kit/adapter.ts'
import { clockSlack, isSetBack, serverStamp } from '../kit/server-clock.ts'
import { SyncError } from '../kit/sync-error.ts'
import { contactRows, conversationRows, onlyWhere, type Contact, type Site } from './api.ts'
import {
  activeOn,
  contactRecord,
  conversationRecords,
  readContact,
  readConversation,
} from './reading.ts'

/** Where a walk stands. Times in seconds since 1970 UTC. */
const position = z.object({
  /** What is newer than this; null for everything. */
  since: z.number().nullable(),
  page: z.int().min(1),
  /** The newest time seen. */
  newest: z.number().nullable(),
  /** How many there were by the page before. */
  total: z.number().nullable(),
  /** How often it began anew. */
  anew: z.int().min(0),
  /** The list cannot be sorted by when contacts were made. */
  byName: z.boolean(),
})
type Position = z.infer<typeof position>
const beginning: Position = {
  ...{ since: null, page: 1, newest: null, total: null, anew: 0, byName: false },
}

/** How often a walk is begun anew because rows moved. */
const mostAnew = 3
/** Contacts made at once are not stored at once, s. */
const overlap = 2
const day = 86_400

/** A row, as far as a walk has to know it. */
interface Row {
  readonly id: number
  /** Seconds since 1970 UTC, null where not told. */
  readonly at: number | null
  readonly records: readonly RemoteRecord[]
}

interface Found {
  readonly rows: readonly Row[]
  readonly unreadable: readonly UnreadableRecord[]
  readonly length: number
  /** How many there are on all pages, null where not told. */
  readonly total: number | null
}

/** The ids that a walk through everything has seen. They are lost with the connection: then it tells no absence. */
export class Walks {
  readonly #seen = new Map<string, { readonly cursor: string; readonly ids: Set<number> }>()

  /** Null where the walk did not begin here. */
  of(kind: string, cursor: string | null, page: number): Set<number> | null {
    if (page === 1) return new Set()
    const kept = this.#seen.get(kind)
    return kept && kept.cursor === cursor ? kept.ids : null
  }

  keep(kind: string, cursor: string, ids: Set<number> | null): void {
    if (ids === null) this.#seen.delete(kind)
    else this.#seen.set(kind, { cursor, ids })
  }
}

export interface Look extends Site {
  readonly walks: Walks
}

/** The page of contacts after `cursor`. */
export async function contactPage(look: Look, cursor: string | null): Promise<RemotePage> {
  const from = startOf(look, readCursor(cursor))
  if (from.since === null) {
    const found = await askContacts(look, from, from.byName ? 'name' : 'created_at')
    if (from.byName || isInOrder(found.rows, 1)) {
      return wholePage({ look, kind: 'contacts', cursor }, from, found)
    }
    return contactPage(look, JSON.stringify({ ...beginning, byName: true }))
  }
  const found = await askContacts(look, from, '-created_at')
  // A release that does not know the order gives any: then everything has to be looked through.
  if (!isInOrder(found.rows, -1)) return contactPage(look, null)
  const since = from.since - overlap
  const fresh = found.rows.filter(({ at }) => at! >= since)
  const more = found.length > 0 && fresh.length === found.rows.length
  return newPage(look, from, { ...found, rows: fresh }, more)
}

/** The page of conversations after `cursor`, each with its last message. */
export async function conversationPage(look: Look, cursor: string | null): Promise<RemotePage> {
  const from = startOf(look, readCursor(cursor))
  const found = await askConversations(look, from)
  if (from.since === null) return wholePage({ look, kind: 'conversations', cursor }, from, found)
  return newPage(look, from, found, found.length > 0)
}

/** Asks for contacts in an order, which is said each time: without one pages skip and repeat. */
async function askContacts(
  { client, account, signal }: Site,
  { page }: Position,
  sort: string,
): Promise<Found> {
  const query = [
    ['page', page],
    ['sort', sort],
  ] as const
  const path = `${account}/contacts`
  const request = { method: 'GET', path, query, missing: 'config', signal } as const
  const { value } = await client.json(contactRows, request)
  return {
    ...foundIn(
      value.payload,
      value.payload.map((row) => {
        const one = readContact(row)
        return one && { id: one.id, at: one.created_at ?? null, records: [contactRecord(one)] }
      }),
    ),
    total: value.meta.count,
  }
}

/** Without `status` only the open ones are listed. A filter compares days, so the day before is asked for too. */
async function askConversations(site: Site, { page, since }: Position): Promise<Found> {
  const { client, account, signal } = site
  const path = `${account}/conversations`
  const request =
    since === null
      ? ({ method: 'GET', path, query: [...inAll, ['page', page]] } as const)
      : ({
          method: 'POST',
          path: `${path}/filter`,
          query: [['page', page]],
          body: onlyWhere('last_activity_at', 'is_greater_than', dayOf(since - day)),
          effect: 'none',
        } as const)
  const { value } = await client.json(conversationRows, { ...request, missing: 'config', signal })
  const read = async (row: unknown): Promise<Row | null> => {
    const one = readConversation(row)
    return one && { id: one.id, at: activeOn(one), records: await conversationRecords(site, one) }
  }
  return {
    ...foundIn(value.payload, await Promise.all(value.payload.map(read))),
    total: value.meta.all_count ?? null,
  }
}

const inAll = [
  ['status', 'all'],
  ['assignee_type', 'all'],
] as const

const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10)

/** Contacts by an exact value of an attribute. A filter folds case, so what comes is compared again. */
export async function contactsWith(
  { client, account, signal }: Site,
  key: 'identifier' | 'email' | 'phone_number',
  value: string,
): Promise<readonly Contact[]> {
  const { value: answer } = await client.json(contactRows, {
    method: 'POST',
    path: `${account}/contacts/filter`,
    query: [
      ['page', 1],
      ['sort', 'name'],
    ],
    body: onlyWhere(key, 'equal_to', value),
    effect: 'none',
    missing: 'config',
    signal,
  })
  return answer.payload.flatMap((row) => readContact(row) ?? []).filter((one) => one[key] === value)
}

interface Walking {
  readonly look: Look
  readonly kind: string
  readonly cursor: string | null
}

/** A page of the walk through everything. */
function wholePage({ look, kind, cursor }: Walking, from: Position, found: Found): RemotePage {
  const { walks } = look
  const ids = walks.of(kind, cursor, from.page)
  for (const { id } of found.rows) ids?.add(id)
  // What cannot be read was seen all the same, where its id can.
  for (const { remoteId } of found.unreadable) if (remoteId !== null) ids?.add(Number(remoteId))
  const newest = newestOf(look, from, found)
  const { total } = found
  // A row that went away moved those behind it up, perhaps onto a page that was read already.
  const shrunk = from.total !== null && total !== null && total < from.total
  const goesOn = found.length > 0 && (total === null || (ids?.size ?? 0) < total || ids === null)
  const misses = ids !== null && total !== null && ids.size < total
  const again = (shrunk || (!goesOn && misses)) && from.anew < mostAnew
  const more = goesOn || again
  const to: Position = again
    ? { ...beginning, newest, anew: from.anew + 1, byName: from.byName }
    : more
      ? { ...from, page: from.page + 1, newest, total }
      : { ...beginning, since: newest, byName: from.byName }
  const next = JSON.stringify(to)
  walks.keep(kind, next, more && !again ? ids : null)
  return {
    records: found.rows.flatMap(({ records }) => records),
    unreadable: found.unreadable,
    cursor: next,
    more,
    torn: !more && (shrunk || misses),
    complete: !more && !shrunk && ids !== null && !misses,
  }
}

/** A page of the walk through what is new. */
function newPage(look: Look, from: Position, found: Found, more: boolean): RemotePage {
  const newest = newestOf(look, from, found)
  const to = more
    ? { ...from, page: from.page + 1, newest }
    : { ...beginning, since: newest ?? from.since }
  return {
    records: found.rows.flatMap(({ records }) => records),
    unreadable: found.unreadable,
    cursor: JSON.stringify(to satisfies Position),
    more,
    complete: false,
  }
}

/** Where the server's clock was set back, everything once: what is made there now counts as older. */
function startOf({ client }: Look, from: Position): Position {
  const now = serverStamp(client)
  const since = from.since === null ? null : from.since * 1_000_000
  return isSetBack(since, now === null ? null : now + clockSlack)
    ? { ...beginning, byName: from.byName }
    : from
}

function newestOf({ client }: Look, from: Position, { rows }: Found): number | null {
  const now = serverStamp(client)
  const latest = now === null ? Infinity : Math.floor(now / 1_000_000)
  const told = rows.flatMap(({ at }) => (at === null ? [] : [Math.min(at, latest)]))
  return [...told, ...(from.newest === null ? [] : [from.newest])].reduce<number | null>(
    (most, at) => Math.max(most ?? 0, at),
    null,
  )
}

function isInOrder(rows: readonly Row[], way: 1 | -1): boolean {
  return rows.every(({ at }, n) => {
    const before = n === 0 ? at : rows[n - 1]!.at
    return at !== null && before !== null && way * (at - before) >= 0
  })
}

/** @param known what could be read of each row */
function foundIn(rows: readonly unknown[], known: readonly (Row | null)[]): Omit<Found, 'total'> {
  return {
    rows: known.flatMap((one) => one ?? []),
    unreadable: rows.flatMap((row, at) => (known[at] ? [] : [cannotRead(row)])),
    length: rows.length,
  }
}

function readCursor(cursor: string | null): Position {
  try {
    return position.parse(JSON.parse(cursor ?? ''))
  } catch {
    return beginning
  }
}

function cannotRead(row: unknown): UnreadableRecord {
  const id = z.looseObject({ id: z.int() }).safeParse(row).data?.id ?? null
  const message = `A record ${id ?? 'without an id'} cannot be read: it is not as Chatwoot describes it.`
  return {
    remoteId: id === null ? null : String(id),
    error: new SyncError('bad-response', message),
  }
}
