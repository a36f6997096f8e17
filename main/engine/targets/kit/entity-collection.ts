/**
 * Collections of REST services in the manner of JHipster: records with an integer `id`, listings as bare arrays, filters
 * `<field>.equals` (a reference as `<field>Id.equals`), pages from 0, and perhaps the length of the listing in a header.
 */
import { z } from 'zod'
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityBinding, FromRemote, RemoteBody, RemoteRecord } from './adapter.ts'
import type { Query } from './base-url.ts'
import type { ClientAnswer, HttpClient } from './http-client.ts'
import { itemRecord } from './items.ts'
import type { PageForm } from './numbered-listing.ts'
import { numberedPages } from './paging.ts'
import { hasContent, same } from './same-content.ts'
import { SyncError } from './sync-error.ts'

/** Any stored entity. Ids above 2^53 would come rounded, so they are refused. */
export const storedEntity = z.looseObject({ id: z.int() })
export type StoredEntity = z.infer<typeof storedEntity>

/** A page of a listing. */
export const entityPage = z.array(storedEntity)

/** Header with the length of the whole listing. */
const totalHeader = 'x-total-count'

/** Page size of look-ups and the most pages one look-up reads: a million and a half records, where no filter helps. */
const pageSize = 200
const mostPages = 7_500

/** What such a server gives unasked, so it gives as much when asked: a shorter page was not cut, it is the last. */
export const unaskedSize = 20

/** Whole listings of them; see `numberedPage`. */
export const collectionPages: PageForm<unknown[]> = {
  first: 0,
  query: (page, size) => [
    ['page', page],
    ['size', size],
    ['sort', 'id,asc'],
  ],
  // Rows are read one by one, so that a bad one does not spoil the others.
  answer: z.array(z.unknown(), { error: 'a bare array of records was expected' }),
  read: (answer) => ({ rows: answer.value, total: totalOf(answer) }),
  unasked: unaskedSize,
}

/** Asks for one record of a collection: the lightest request that proves that the sign-in may read. Throws `SyncError`. */
export async function probeCollection(
  client: HttpClient,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const query = [
    ['page', 0],
    ['size', 1],
  ] as const
  await client.json(entityPage, { method: 'GET', path, query, missing: 'config', signal })
}

/** Length of the whole listing by its header, null where it is not told. */
export function totalOf({ headers }: Pick<ClientAnswer<unknown>, 'headers'>): number | null {
  const told = headers[totalHeader]
  return told !== undefined && /^\d+$/.test(told) ? Number(told) : null
}

/**
 * Everything a filter lets through, by id. A server that does not know a filter ignores it and lists all there is, so only
 * what is kept is remembered.
 * @param keep what is looked for; the filters only save pages
 */
export async function listFiltered(
  client: HttpClient,
  path: string,
  { filters, keep = () => true }: { filters: Query; keep?: (item: StoredEntity) => boolean },
  signal: AbortSignal,
): Promise<readonly StoredEntity[]> {
  const kept = new Map<number, StoredEntity>()
  const pages = numberedPages({
    first: 0,
    maxPages: mostPages,
    keyOf: (item: StoredEntity) => String(item.id),
    read: async (page) => {
      const query = [['page', page], ['size', pageSize], ['sort', 'id,asc'], ...filters] as const
      const request = { method: 'GET', path, query, missing: 'config', signal } as const
      const answer = await client.json(entityPage, request)
      const { length } = answer.value
      const only = page === 0 && length < unaskedSize ? length : null
      return { items: answer.value, total: totalOf(answer) ?? only }
    },
  })
  for await (const items of pages) for (const item of items) if (keep(item)) kept.set(item.id, item)
  return [...kept.values()]
}

export interface KeyLookUp {
  readonly client: HttpClient
  readonly path: string
  readonly binding: EntityBinding
  /** Sets of our fields that identify a record there, first usable set first: every field must have a value. */
  readonly keys: readonly (readonly string[])[]
  /** Filters for a record without a natural key; what they find must then have the very content that was sent. */
  readonly contentKeys: readonly string[]
  /** What was sent. */
  readonly body: RemoteBody
  /** A quicker way to some that may be it; what it does not find is looked for among all. */
  search?(): Promise<readonly StoredEntity[]>
  /** What was found, in the shape of what is sent. Default: as it is. */
  comparable?(item: StoredEntity): RemoteBody
  readonly signal: AbortSignal
}

/** Looks for what a lost answer may have created; `undecidable` where nothing names the record. */
export async function findByKeys(
  look: KeyLookUp,
): Promise<readonly RemoteRecord[] | 'undecidable'> {
  const { binding, body, contentKeys, comparable } = look
  const read = binding.fromRemote
  if (!read) return 'undecidable'
  const sent = read(body)
  const has = (field: string): boolean => valueOf(sent, field) !== null
  const key = look.keys.find((fields) => fields.every(has))
  const fields = key ?? contentKeys.filter(has)
  if (fields.length === 0) return 'undecidable'
  const filters = fields.map(
    (field) =>
      [filterName(binding, field), String(filterValue(binding, body, sent, field))] as const,
  )
  const isSought = (item: StoredEntity): boolean => {
    const theirs = read(item)
    return (
      fields.every((field) => sameKey(field, valueOf(theirs, field), valueOf(sent, field))) &&
      (key !== undefined || hasContent(comparable ? comparable(item) : item, body))
    )
  }
  const quickly = ((await look.search?.()) ?? []).filter(isSought)
  const all = { filters, keep: isSought }
  const found =
    quickly.length > 0 ? quickly : await listFiltered(look.client, look.path, all, look.signal)
  return found.map((item) =>
    itemRecord(binding.entity, { ...(comparable ? comparable(item) : item), id: item.id }),
  )
}

/** The id as the API takes it. Throws `SyncError` `local` for what cannot be one. */
export function entityId(remoteId: string | null, system: string): number {
  const id = Number(remoteId)
  if (remoteId === null || !Number.isSafeInteger(id)) {
    throw new SyncError('local', `"${remoteId}" is not an id of ${system}.`)
  }
  return id
}

function isReference({ hard, soft }: EntityBinding, field: string): boolean {
  return hard.includes(field) || soft.includes(field)
}

function filterName(binding: EntityBinding, field: string): string {
  return `${field}${isReference(binding, field) ? 'Id' : ''}.equals`
}

/** In their words: what was sent, or the id inside a reference. */
function filterValue(
  binding: EntityBinding,
  body: RemoteBody,
  sent: FromRemote,
  field: string,
): unknown {
  return isReference(binding, field) ? sent.refs[field] : body[field]
}

function valueOf({ fields, refs }: FromRemote, field: string): FieldValue {
  const value = refs[field] ?? fields[field] ?? null
  return value === '' ? null : value
}

/** Servers fold the case of e-mail addresses, and only of those. */
function sameKey(field: string, theirs: FieldValue, ours: FieldValue): boolean {
  const fold = (value: FieldValue) =>
    field === 'email' && typeof value === 'string' ? value.toLowerCase() : value
  return same(fold(theirs), fold(ours))
}
