/** Collections: keys and values for workflows and programs, read as a feed by time, or page by page. */
import { json } from '../kit/problem.ts'
import type { CoreAnswer, CoreRequest } from '../kit/stand-in-core.ts'
import type { OpenfnKnobs } from './knobs.ts'
import type { Item, Store } from './store.ts'
import { projectId } from './webhook.ts'

/** The one there is. */
export const collectionName = 'marshal'
/** Items in an answer where nobody says how many. */
const usualLimit = 1_000
/** ISO 8601 with an offset: a time without one is no time. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const times = ['created_after', 'created_before', 'updated_after', 'updated_before'] as const
const known: readonly string[] = ['key', 'cursor', 'limit', 'project_id', ...times]

interface Keeping {
  readonly knobs: OpenfnKnobs
  readonly store: Store
  /** Personal access token. */
  readonly token: string
}

/** Answers a request below `/collections/`. */
export function answerCollection(keeping: Keeping, request: CoreRequest): CoreAnswer {
  const { knobs, store, token } = keeping
  if (request.headers.authorization !== `Bearer ${token}`) {
    return json(401, { error: 'Unauthorized' })
  }
  const { pathname, searchParams: query } = new URL(request.target, 'http://stand-in')
  const [, , ...path] = pathname.split('/').map(decodeURIComponent)
  const isInProject = path[0] === projectId
  const [name, key] = isInProject ? path.slice(1) : path
  if (name !== collectionName) return json(404, { error: 'Not Found' })
  if (knobs.twoProjects && !isInProject && query.get('project_id') !== projectId) {
    return json(409, { error: 'More than one project has a collection of this name' })
  }
  const { method, body } = request
  if (method === 'GET') return key === undefined ? listed(keeping, query) : one(store, key)
  if (method === 'PUT' && key !== undefined) {
    const { value } = parsed(body)
    if (typeof value !== 'string') return json(200, { upserted: 0, error: 'Format error' })
    return stored(keeping, [{ key, value }])
  }
  if (method === 'POST' && key === undefined) return storedAll(keeping, body)
  if (method === 'DELETE' && key !== undefined) {
    // What was removed leaves nothing.
    return json(200, { key, deleted: store.items.delete(key) ? 1 : 0, error: null })
  }
  return json(404, { error: 'Not Found' })
}

function listed({ knobs, store }: Keeping, query: URLSearchParams): CoreAnswer {
  const badTime = times.find((name) => query.has(name) && !instant.test(query.get(name)!))
  const strange = [...query.keys()].find((name) => !known.includes(name))
  const after = afterCursor(knobs, query.get('cursor'))
  if (badTime ?? strange ?? (after === null ? 'cursor' : undefined)) {
    return json(400, { error: 'Bad Request' })
  }
  const pattern = likePattern(query.get('key'))
  const time = (name: (typeof times)[number]) => Date.parse(query.get(name) ?? '')
  const fits = [...store.items.values()]
    .filter(
      (item) =>
        pattern.test(item.key) &&
        // From a time on, and before one. Nothing is compared with a time that is not given.
        !(item.created < time('created_after') || item.updated < time('updated_after')) &&
        !(item.created >= time('created_before') || item.updated >= time('updated_before')) &&
        after!(item),
    )
    .sort((a, b) => a.id - b.id)
  const page = fits.slice(0, Number(query.get('limit') ?? usualLimit))
  const last = page.length < fits.length ? page.at(-1) : undefined
  return json(200, { items: page.map(shown), cursor: last ? cursorOf(knobs, last) : null })
}

function one(store: Store, key: string): CoreAnswer {
  const item = store.items.get(key)
  return item ? json(200, shown(item)) : { status: 204, headers: {}, body: '' }
}

function storedAll(keeping: Keeping, body: string): CoreAnswer {
  const { items } = parsed(body)
  const isItem = (one: unknown): one is Pick<Item, 'key' | 'value'> => {
    const { key, value } = (one ?? {}) as { readonly key?: unknown; readonly value?: unknown }
    return typeof key === 'string' && typeof value === 'string'
  }
  if (!Array.isArray(items) || !items.every(isItem)) {
    return json(422, { upserted: 0, error: 'Missing key or value' })
  }
  const keys = items.map(({ key }) => key)
  if (new Set(keys).size < keys.length) {
    return json(422, { upserted: 0, error: 'Duplicate key found' })
  }
  return stored(keeping, items)
}

function stored(
  { knobs, store }: Keeping,
  items: readonly Pick<Item, 'key' | 'value'>[],
): CoreAnswer {
  const added = items.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0)
  if (knobs.quota !== null && store.size + added > knobs.quota) {
    return json(422, { upserted: 0, error: 'Storage limit exceeded' })
  }
  for (const { key, value } of items) store.put(key, value)
  return json(200, { upserted: items.length, error: null })
}

const shown = ({ key, value, created, updated }: Item) => ({
  ...{ key, value },
  created: new Date(created).toISOString(),
  updated: new Date(updated).toISOString(),
})

/** `*` stands for anything, and as in SQL `_` for any one sign. */
function likePattern(pattern: string | null): RegExp {
  if (pattern === null) return /^/
  const text = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${text.replaceAll('*', '.*').replaceAll('_', '.')}$`, 's')
}

/** Older builds count by time: what shares one with the last of a page is lost. */
const cursorOf = ({ cursor }: OpenfnKnobs, { id, created }: Item) =>
  Buffer.from(cursor === 'id' ? String(id) : new Date(created).toISOString()).toString('base64')

/** Whether an item comes behind a cursor; null for a cursor of another kind. */
function afterCursor(knobs: OpenfnKnobs, cursor: string | null): ((item: Item) => boolean) | null {
  if (cursor === null) return () => true
  const text = Buffer.from(cursor, 'base64').toString()
  if (knobs.cursor === 'id') return /^\d+$/.test(text) ? ({ id }) => id > Number(text) : null
  return instant.test(text) ? ({ created }) => created > Date.parse(text) : null
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
