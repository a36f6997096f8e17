/** Listings, page by page: what is asked, where the records are, which of them are received, and how it goes on. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { contentHash } from '../../model/record.ts'
import type {
  RemoteBody,
  RemotePage,
  RemoteRecord,
  Sample,
  UnreadableRecord,
} from '../kit/adapter.ts'
import { isRecord } from '../kit/is-record.ts'
import type { Query } from '../kit/base-url.ts'
import { clockSlack, isSetBack, serverStamp } from '../kit/server-clock.ts'
import { isoFromStamp, stampFromIso } from '../kit/stamp-text.ts'
import { SyncError } from '../kit/sync-error.ts'
import { ask, idIn, itemIn, itemPath, type Answer, type Site } from './exchange.ts'
import { insideIn } from './inside.ts'
import { beginning, followed, onward, parametersOf, position, type Position } from './paging.ts'
import { canonicalText, textOf, valueAt } from './places.ts'
import { recordsIn } from './results.ts'
import { placesIn } from './sample.ts'
import { inOurWords, wanted } from './translate.ts'

/** Where a walk stands: `since` what it asks for (microseconds, null for all), `newest` where the next one begins. */
const cursorShape = z.object({
  at: position.nullable(),
  since: z.int().nullable(),
  newest: z.int().nullable(),
})
type Cursor = z.infer<typeof cursorShape>

/** A server that keeps whole seconds, or asks for what is later than, would leave out what shares a second. */
const overlap = 1_000_000

/** What one request for a page answers, before anything is received of it. */
export interface RawPage {
  readonly answer: Answer
  readonly rows: readonly unknown[]
  readonly to: Position
  readonly more: boolean
  readonly complete: boolean
}

/** The page after `cursor`. Throws `SyncError`. */
export async function readPage(site: Site, cursor: string | null): Promise<RemotePage> {
  const { binding, client, collection } = site
  const from = readCursor(cursor)
  const isSince = binding.changes === 'since'
  const now = serverStamp(client)
  const isOutdated = isSetBack(from.since, now === null ? null : now + clockSlack)
  const since = isSince && !isOutdated ? from.since : null
  const page = await rawPage(site, from.at ?? beginning, since)
  const received = await receive(site, page.rows)
  const stamps = received.records.flatMap(({ modifiedOn }) => modifiedOn ?? [])
  const newest = Math.max(from.newest ?? 0, ...stamps) || null
  const to: Cursor = page.more
    ? { at: page.to, since, newest }
    : { at: null, since: newest ?? since, newest: null }
  return {
    ...received,
    cursor: isSince || page.more ? JSON.stringify(to) : null,
    more: page.more,
    torn: since === null && !page.more && !page.complete,
    // Who stands inside a record that is left alone is there too, and nobody knows who that is.
    complete:
      page.complete &&
      since === null &&
      !collection.restrictDeletion &&
      (site.inside.length === 0 || received.passedOver.length === 0),
  }
}

/** Records of a sample that are shown as they would be here. */
const sampled = 5

/** The first page, whatever is in it, and what its first records would be here. Throws `SyncError`. */
export async function samplePage(site: Site): Promise<Sample> {
  const { collection } = site
  const { answer } = await askPage(site, beginning, null)
  const found = recordsIn(answer.body, collection.resultsPosition)
  const page = await receive(site, found.ok ? found.rows.slice(0, sampled) : [])
  return { ...placesIn(answer, collection), page }
}

/** One page as it came. Throws `SyncError` `bad-response` where its records cannot be found or it cannot go on. */
export async function rawPage(site: Site, at: Position, since: number | null): Promise<RawPage> {
  const { collection, base } = site
  const { answer, path, query, usual, isLink } = await askPage(site, at, since)
  const refused = (why: string) =>
    new SyncError('bad-response', `The listing of ${site.binding.remoteName} ${why}.`)
  const found = recordsIn(answer.body, collection.resultsPosition)
  if (!found.ok) {
    throw new SyncError(
      'bad-response',
      `The answer to GET ${path || '/'} has an unexpected shape: ${found.why}.`,
    )
  }
  const { rows, isCertain } = found
  const first = rows.map((row) => idIn(site, row)).find((id) => id !== null) ?? null
  const went = onward(collection, at, { ...answer, rows: rows.length, first, isCertain })
  if (!went.ok) throw refused(went.why)
  const { to, more, complete } = went
  if (!isLink || to.next === null) return { answer, rows, to, more, complete }
  const current = `${base}${path}?${asText(query)}`
  const link = followed(to.next, { base, current, again: usual.query })
  if (!link.ok) throw refused(link.why)
  return {
    ...{ answer, rows, more, complete },
    // Some repeat a key in their links: it is added to each request anyway, and a place is kept in the database.
    to: { ...to, next: `${link.path}?${asText(withoutKey(collection, link.query))}` },
  }
}

const withoutKey = ({ apiKeyName }: Site['collection'], query: Query): Query =>
  query.filter(([name]) => name !== apiKeyName)

/** Asks for a page. A link says where it is; what it leaves out of `usual` is said again. */
async function askPage(site: Site, at: Position, since: number | null) {
  const { collection } = site
  const fixed: Query = [
    ...new URLSearchParams(collection.query),
    ...(since === null
      ? []
      : ([[collection.sinceParameter, isoFromStamp(since - overlap)]] as const)),
  ]
  const isLink = collection.paging === 'next-link' || collection.paging === 'link-header'
  const usual = {
    path: collection.path,
    query: [...fixed, ...parametersOf(collection, at)] as Query,
  }
  const { path, query } = isLink && at.next !== null ? linkIn(at.next) : usual
  const request = { method: 'GET', path, query, missing: 'config', effect: 'none' } as const
  const answer = await ask(site, request)
  return { answer, path, query, usual, isLink }
}

const asText = (query: Query): string =>
  String(new URLSearchParams(query.map(([name, value]): [string, string] => [name, String(value)])))

/** Path and query that were put together above. */
function linkIn(next: string): { readonly path: string; readonly query: Query } {
  const { pathname, searchParams } = new URL(next, 'http://below')
  return { path: next.startsWith('?') ? '' : pathname, query: [...searchParams] }
}

/** One record by its id, null where it is not there. Throws `SyncError`. */
export async function readOne(site: Site, id: string): Promise<RemoteRecord | 'silent' | null> {
  const request = { method: 'GET', path: itemPath(site, id), effect: 'none' } as const
  const answer = await ask(site, request).catch((error: unknown) => {
    if (error instanceof SyncError && error.code === 'gone') return null
    throw error
  })
  if (answer === null) return null
  const item = itemIn(site, answer)
  if (item === null)
    throw new SyncError('bad-response', `The record ${id} has an unexpected shape.`)
  const { records, unreadable } = await receive(site, [item])
  const [fault] = unreadable
  if (fault) throw fault.error
  return records.find(({ entity }) => entity === site.binding.entity) ?? 'silent'
}

type Received = Pick<RemotePage, 'records' | 'unreadable'> & {
  readonly passedOver: readonly string[]
}

/** Which of their records are received, and how they are here. A bad one does not spoil the others. */
export async function receive(site: Site, rows: readonly unknown[]): Promise<Received> {
  const { box, collection, binding } = site
  const unreadable: UnreadableRecord[] = []
  const records: RemoteRecord[] = []
  const there: Named[] = []
  for (const row of rows) {
    const id = isRecord(row) ? idIn(site, row) : null
    if (id === null) {
      const message = `A record of ${binding.remoteName} has no usable id at ${collection.sourceIdField}.`
      unreadable.push({ remoteId: null, error: new SyncError('bad-response', message) })
    } else if (isDeleted(site, row)) {
      // What is left of it need not have what a condition or a mapping looks for.
      records.push(recordOf(site, { id, row }, null))
    } else there.push({ id, row })
  }
  const rowsOf = (all: readonly Named[]) => all.map(({ row }) => row)
  const kept = await wanted(box, collection, rowsOf(there))
  const taken = there.filter((_, at) => kept[at] === true)
  const bodies = await inOurWords(box, collection, rowsOf(taken))
  for (const [at, one] of taken.entries()) {
    if (at % 200 === 199) await nextTurn()
    const body = bodies[at] ?? { ok: false, why: 'nothing came' }
    if (body.ok)
      records.push(recordOf(site, one, body.value), ...insideRecords(site, one, body.value))
    else {
      const message = `The record ${one.id} of ${binding.remoteName} cannot be mapped: ${body.why}.`
      unreadable.push({ remoteId: one.id, error: new SyncError('bad-response', message) })
    }
  }
  const passedOver = there.flatMap(({ id }, at) => (kept[at] === true ? [] : [id]))
  return { records, unreadable, passedOver }
}

/** What stands inside a record and has an id of its own. */
function insideRecords(
  { inside, collection }: Site,
  { row }: Named,
  body: RemoteBody,
): readonly RemoteRecord[] {
  return inside.flatMap((own) => {
    const found = insideIn(body, own)
    if (!found) return []
    return {
      entity: own.entity,
      remoteId: found.id,
      version: contentHash(canonicalText(found.body)),
      modifiedOn: timeOf(collection, row),
      deleted: false,
      body: found.body,
    }
  })
}

const timeOf = ({ modifiedPosition }: Site['collection'], row: unknown): number | null =>
  modifiedPosition === '' ? null : stampOf(valueAt(row, modifiedPosition))

/** One of their records with its id. */
interface Named {
  readonly id: string
  readonly row: unknown
}

/** @param body null for one that was deleted */
function recordOf(
  { binding, collection }: Site,
  { id, row }: Named,
  body: RemoteBody | null,
): RemoteRecord {
  return {
    entity: binding.entity,
    remoteId: id,
    // In the order of names: who writes them otherwise has not changed anything.
    version: contentHash(canonicalText(body ?? row)),
    modifiedOn: timeOf(collection, row),
    deleted: body === null,
    body: body ?? {},
  }
}

/** A told deletion: a mark, or the time it was made. */
function isDeleted({ collection: { deletedPosition } }: Site, row: unknown): boolean {
  const told = deletedPosition === '' ? null : (textOf(valueAt(row, deletedPosition)) ?? null)
  return told !== null && !['', 'false', '0', 'no'].includes(String(told).trim().toLowerCase())
}

/** Microseconds since 1970 of a time as servers write it: ISO with a zone, seconds or milliseconds; null for anything else. */
export function stampOf(value: unknown): number | null {
  const plain = textOf(value)
  const number = typeof plain === 'string' && /^\d{9,13}$/.test(plain) ? Number(plain) : plain
  if (!Number.isSafeInteger(number) || (number as number) <= 0) return stampFromIso(plain)
  const ms = (number as number) >= 100_000_000_000 ? (number as number) : (number as number) * 1000
  return Number.isSafeInteger(ms * 1000) ? ms * 1000 : null
}

/** A cursor nobody can read starts over: everything is seen again, nothing is missed. */
function readCursor(cursor: string | null): Cursor {
  try {
    return cursorShape.parse(JSON.parse(cursor ?? ''))
  } catch {
    return { at: null, since: null, newest: null }
  }
}
