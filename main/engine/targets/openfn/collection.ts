/**
 * Receiving from a collection: `GET /collections/NAME`, where an item's key is `<entity>:<id>` and its value the record, as
 * JSON in text. An item changed later keeps its place in the listing, so news are asked for by `updated_after`, with an
 * overlap; OpenFn's own cursor only leads through one listing. A deletion is a value that says so: what is removed from a
 * collection leaves nothing.
 */
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import type { Connection, RemotePage, RemoteRecord, UnreadableRecord } from '../kit/adapter.ts'
import type { Query } from '../kit/base-url.ts'
import type { Connecting } from '../kit/define-adapter.ts'
import { HttpClient } from '../kit/http-client.ts'
import { parseExactly } from '../kit/large-numbers.ts'
import { firstWalk, nextWalk, readWalkPlace, type WalkPlace } from '../kit/news-walk.ts'
import { isSetBack, serverStamp } from '../kit/server-clock.ts'
import { storedSecret } from '../kit/sign-in.ts'
import { stampFromIso } from '../kit/stamp-text.ts'
import { SyncError } from '../kit/sync-error.ts'
import { isRecord } from '../kit/is-record.ts'
import { readPulled } from '../kit/told-record.ts'
import { readsCollection } from './refusals.ts'

/** Items asked for at once; OpenFn gives up to 1,000 unasked. */
const pageSize = 500
/** How long after its time an item may still turn up, µs. */
const overlap = 120_000_000

interface Chosen {
  readonly collection: string
  readonly project: string
  readonly wholeCollection: boolean
}

export interface Collection extends Required<Pick<Connection, 'fetch' | 'probe'>> {
  readonly page: NonNullable<Connection['changes']>
  close(): void
}

const listed = z.looseObject({
  items: z.array(z.unknown(), { error: 'a list of items was expected' }),
  cursor: z.string().nullish(),
})

/** `updated`: ISO 8601 UTC, as long as there is such a thing. */
const item = z.looseObject({
  key: z.string(),
  value: z.unknown(),
  updated: z.string().nullish(),
})

/** Opens a collection of the platform the webhook belongs to. Throws `SyncError` `config` and `auth` for what is missing. */
export async function openCollection(
  context: Connecting,
  { collection, project, wholeCollection }: Chosen,
): Promise<Collection> {
  // A key of the webhook is no good here, and a personal token none there.
  const token = await storedSecret(context, 'collectionToken', 'personal access token')
  const secrets = await Promise.all(
    ['apiKey', 'password', 'callbackToken'].map((key) => context.secret(key)),
  )
  const client = new HttpClient(
    { ...context, url: platformOf(context.url) },
    {
      signIn: {
        headers: { authorization: `Bearer ${token}` },
        query: [],
        secrets: [token, ...secrets.filter((secret) => secret !== null)],
      },
      limits: { concurrency: 1 },
      reads: readsCollection,
    },
  )
  const ask = async (query: Query, signal: AbortSignal) => {
    const path = `/collections/${encodeURIComponent(collection)}`
    const own: Query = project === '' ? query : [...query, ['project_id', project]]
    const request = { method: 'GET', path, query: own, missing: 'config', signal } as const
    const { value } = await client.json(listed, request)
    return { ...value, serverNow: serverStamp(client) }
  }
  const page = async (
    entity: EntityName,
    from: WalkPlace,
    signal: AbortSignal,
  ): Promise<RemotePage> => {
    const answer = await ask(queryFor(entity, from), signal)
    if (from.next === null && isSetBack(stampFromIso(from.since), answer.serverNow)) {
      context.log.info('the clock of OpenFn was set back; everything is asked for once', {
        since: from.since,
      })
      return page(entity, { ...firstWalk, whole: false }, signal)
    }
    const { records, unreadable, newest } = readItems(entity, answer.items, from.newest)
    const began = from.next === null ? answer.serverNow : from.began
    const next = answer.cursor ?? null
    const walked = { ...from, next, began, newest }
    const to = next === null ? nextWalk(walked, overlap) : walked
    return {
      ...{ records, unreadable, cursor: JSON.stringify(to), more: next !== null },
      complete: wholeCollection && from.whole && unreadable.length === 0,
    }
  }
  return {
    async probe(signal) {
      await ask([['limit', 1]], signal)
    },
    async page(entity, cursor, signal) {
      const from = readWalkPlace(cursor)
      try {
        return await page(entity, from, signal)
      } catch (error) {
        // Cursors of one build are none of another.
        const isStale = error instanceof SyncError && error.status === 400 && from.next !== null
        if (!isStale || from.anew) throw error
        return page(entity, { ...from, next: null, anew: true }, signal)
      }
    },
    async fetch(entity, remoteId, signal) {
      const { items } = await ask([['key', keyOf(entity, remoteId)]], signal)
      const { records, unreadable } = readItems(entity, items, null)
      const one = records.find((record) => record.remoteId === remoteId)
      const bad = unreadable.find((record) => record.remoteId === remoteId)
      if (!one && bad) throw bad.error
      return one ?? null
    },
    close: () => client.close(),
  }
}

/** The address of OpenFn itself: all before `/i/…`. */
function platformOf(webhook: string): string {
  const { origin, pathname } = new URL(webhook)
  const at = pathname.lastIndexOf('/i/')
  if (at === -1) {
    const message = `The address is not that of a webhook of OpenFn (…/i/…), so it is not known where its collections are.`
    throw new SyncError('config', message)
  }
  return origin + pathname.slice(0, at)
}

const keyOf = (entity: EntityName, id: string) => `${entity}:${id}`

function queryFor(entity: EntityName, { since, next }: WalkPlace): Query {
  return [
    ['key', keyOf(entity, '*')],
    ['limit', pageSize],
    ...(since === null ? [] : ([['updated_after', since]] as const)),
    ...(next === null ? [] : ([['cursor', next]] as const)),
  ]
}

/** The records of a page, and the newest time of all its items, µs. */
function readItems(entity: EntityName, items: readonly unknown[], before: number | null) {
  const records: RemoteRecord[] = []
  const unreadable: UnreadableRecord[] = []
  let newest = before
  for (const raw of items) {
    const read = item.safeParse(raw)
    if (!read.success) {
      unreadable.push(refused(entity, null, 'has no key'))
      continue
    }
    const { key, value, updated } = read.data
    const stamp = stampFromIso(updated)
    if (stamp !== null && (newest === null || stamp > newest)) newest = stamp
    // In a pattern, `_` stands for any sign, and capitals may count like others.
    if (!key.startsWith(keyOf(entity, ''))) continue
    const record = readItem(entity, key.slice(entity.length + 1), value, updated ?? undefined)
    if ('error' in record) unreadable.push(record)
    else records.push(record)
  }
  return { records, unreadable, newest }
}

/** One item: its key says which record it is, its value the rest. */
function readItem(
  entity: EntityName,
  remoteId: string,
  value: unknown,
  updated: string | undefined,
): RemoteRecord | UnreadableRecord {
  const told = decoded(value)
  if (!isRecord(told)) return refused(entity, remoteId, 'is no JSON object')
  const read = readPulled(
    { ...told, id: remoteId, timestamp: told['timestamp'] ?? updated },
    entity,
  )
  if (read.kind === 'unreadable') return read.what
  const said = read.kind === 'foreign' ? read.entity : read.record.entity
  if (read.kind === 'foreign' || said !== entity) {
    return refused(entity, remoteId, `says that it is a ${said}`)
  }
  return read.record
}

/** Values are text with JSON in it. */
function decoded(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return parseExactly(value)
  } catch {
    return undefined
  }
}

function refused(entity: EntityName, remoteId: string | null, why: string): UnreadableRecord {
  const who = remoteId === null ? 'An item' : `The item ${keyOf(entity, remoteId)}`
  return { remoteId, error: new SyncError('bad-response', `${who} of the collection ${why}.`) }
}
