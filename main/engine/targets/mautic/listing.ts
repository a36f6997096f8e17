/**
 * Contacts that changed, page by page in the order of their ids, which no change moves. Where a walk goes on is found out
 * before it begins: what changes meanwhile is newer than the newest of then, and comes with the next walk.
 *
 * Not every release notes each change (6.0.4 notes no edit), and who was deleted or merged leaves nothing: so the complete
 * walk of a reconcile cannot be left out.
 */
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import { contentHash } from '../../model/record.ts'
import type { RemotePage, RemoteRecord, UnreadableRecord } from '../kit/adapter.ts'
import { clockSlack, isSetBack, serverStamp } from '../kit/server-clock.ts'
import { stampFromIso } from '../kit/stamp-text.ts'
import { SyncError } from '../kit/sync-error.ts'
import { ofAll, pageOf, singular, thing, type Collection, type Site, type Thing } from './api.ts'
import { channels, withdrawnIn, type Channel } from './do-not-contact.ts'

export interface Look extends Site {
  /** Records to a page. */
  readonly size: number
}

/** Where a walk stands. */
const position = z.object({
  /** `all` by id, or those changed since, then those made since that were never changed. */
  pass: z.enum(['all', 'modified', 'added']),
  /** Microseconds since 1970 UTC, null for all. */
  since: z.int().nullable(),
  /** Where the next walk begins; found out before the first page. */
  next: z.int().nullable(),
  /** The last id that was seen in this pass. */
  after: z.string().nullable(),
})
type Position = z.infer<typeof position>
const beginning: Position = { pass: 'all', since: null, next: null, after: null }

/** Times there have no fractions of a second, so the second that was asked for is asked for again. */
const overlap = 1_000_000

/** Visitors without a name are contacts there too. */
const people = ['search', '!is:anonymous'] as const

const columns = { modified: 'date_modified', added: 'date_added' } as const

/** The page after `cursor`: persons, and with each the channels she withdrew in. */
export async function contactPage(look: Look, cursor: string | null): Promise<RemotePage> {
  let at = readCursor(cursor)
  if (at.after === null && at.pass !== 'added') {
    at = { ...at, next: await newest(look) }
    const now = serverStamp(look.client)
    if (now !== null && isSetBack(at.since, now + clockSlack)) at = { ...beginning, next: at.next }
  }
  let found = await ask(look, 'contacts', [people], at)
  if (found.last === null && at.pass === 'modified') {
    at = { ...at, pass: 'added', after: null }
    found = await ask(look, 'contacts', [people], at)
  }
  const more = found.last !== null
  const since = at.next ?? at.since
  const whole = at.since === null
  const to: Position = more
    ? { ...at, after: found.last }
    : { ...beginning, pass: since === null ? 'all' : 'modified', since }
  return {
    records: found.things.flatMap(contactRecords),
    unreadable: found.unreadable,
    cursor: JSON.stringify(to satisfies Position),
    more,
    complete: !more && whole,
  }
}

/** Companies by their ids; always all of them. */
export async function companyPage(look: Look, cursor: string | null): Promise<RemotePage> {
  const found = await ask(look, 'companies', [], { ...beginning, after: cursor })
  return {
    records: found.things.map((one) => recordOf('organisation', one, one)),
    unreadable: found.unreadable,
    cursor: found.last ?? cursor,
    more: found.last !== null,
    complete: found.last === null,
  }
}

/** One record, null where there is none. */
export async function fetchOne(
  site: Site,
  entity: EntityName,
  remoteId: string,
): Promise<RemoteRecord | null> {
  const collection = entity === 'organisation' ? 'companies' : 'contacts'
  const [id = '', channel = 'email'] = remoteId.split('/')
  const path = `/api/${collection}/${encodeURIComponent(id)}`
  const one = z.looseObject({ [singular[collection]]: thing })
  try {
    const { value } = await site.client.json(one, { method: 'GET', path, signal: site.signal })
    const found = value[singular[collection]] as Thing
    return entity === 'contactPreference'
      ? consentRecord(found, channels.find((known) => known === channel) ?? 'email')
      : recordOf(entity, found, found)
  } catch (error) {
    if (error instanceof SyncError && error.code === 'gone') return null
    throw error
  }
}

/** Contacts with exactly this address, by their ids. */
export async function holdersOf(site: Site, email: string): Promise<readonly string[]> {
  const query = [...where(0, 'email', 'eq', email), ['limit', 10]] as const
  const request = ofAll(site, { method: 'GET', path: '/api/contacts', query })
  const { value } = await site.client.json(pageOf('contacts'), request)
  return rowsIn(value, 'contacts').flatMap((row) => thing.safeParse(row).data?.id ?? [])
}

/** When a record was changed last, microseconds since 1970 UTC, null where not told. */
export function changedOn({ dateModified, dateAdded }: Thing): number | null {
  return stampFromIso(dateModified) ?? stampFromIso(dateAdded)
}

/** The newest time there is of any contact, and not after the server's own; null where there are none. */
async function newest(look: Look): Promise<number | null> {
  const times = await Promise.all(
    Object.values(columns).map(async (column) => {
      const query = [['limit', 1], ['orderBy', column], ['orderByDir', 'DESC'], people] as const
      const request = ofAll(look, { method: 'GET', path: '/api/contacts', query })
      const { value } = await look.client.json(pageOf('contacts'), request)
      const [row] = rowsIn(value, 'contacts')
      const { data } = thing.safeParse(row)
      return data ? changedOn(data) : null
    }),
  )
  const told = times.filter((time) => time !== null)
  if (told.length === 0) return null
  return Math.min(Math.max(...told), serverStamp(look.client) ?? Infinity) - overlap
}

async function ask(
  look: Look,
  collection: Collection,
  also: readonly (readonly [string, string])[],
  { pass, since, after }: Position,
) {
  const query = [
    ['limit', look.size],
    ['start', 0],
    ['orderBy', 'id'],
    ['orderByDir', 'ASC'],
    ...also,
    ...(after === null ? [] : where(0, 'id', 'gt', after)),
    ...(pass === 'all' || since === null ? [] : where(1, columns[pass], 'gte', inUtc(since))),
  ] as const
  const request = ofAll(look, { method: 'GET', path: `/api/${collection}`, query })
  const { value } = await look.client.json(pageOf(collection), request)
  const rows = rowsIn(value, collection)
  const read = rows.map((row) => thing.safeParse(row).data ?? null)
  const things = read.flatMap((one) => one ?? [])
  const unreadable = rows.flatMap((row, n) => (read[n] ? [] : [cannotRead(row)]))
  const last = things.reduce((most, { id }) => Math.max(most, Number(id)), Number(after ?? 0))
  if (rows.length > 0 && last <= Number(after ?? 0))
    throw new SyncError('bad-response', `The listing of ${collection} goes round in circles.`)
  return { things, unreadable, last: rows.length === 0 ? null : String(last) }
}

function rowsIn(value: Readonly<Record<string, unknown>>, collection: Collection) {
  return [...(value[collection] as ReadonlyMap<string, unknown>).values()]
}

function where(at: number, column: string, expression: string, value: string) {
  return [
    [`where[${at}][col]`, column],
    [`where[${at}][expr]`, expression],
    [`where[${at}][val]`, value],
  ] as const
}

/** As the database keeps times: UTC, without a zone. */
const inUtc = (stamp: number): string =>
  new Date(Math.floor(stamp / 1000)).toISOString().slice(0, 19).replace('T', ' ')

function contactRecords(one: Thing): readonly RemoteRecord[] {
  const withdrawn = withdrawnIn(one).map((channel) => consentRecord(one, channel))
  return [recordOf('person', one, one), ...withdrawn]
}

function consentRecord(one: Thing, channel: Channel): RemoteRecord {
  const isWithdrawn = withdrawnIn(one).includes(channel)
  const remoteId = channel === 'email' ? one.id : `${one.id}/${channel}`
  const record = recordOf('contactPreference', { ...one, channel }, [channel, isWithdrawn])
  return { ...record, remoteId }
}

function recordOf(entity: EntityName, one: Thing, said: unknown): RemoteRecord {
  return {
    entity,
    remoteId: one.id,
    version: contentHash(JSON.stringify(said)),
    modifiedOn: changedOn(one),
    deleted: false,
    body: one,
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
  const id = z.looseObject({ id: z.coerce.string() }).safeParse(row).data?.id ?? null
  const message = `A record ${id ?? 'without an id'} cannot be read: it has no number as id.`
  return { remoteId: id, error: new SyncError('bad-response', message) }
}
