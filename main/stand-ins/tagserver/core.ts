/**
 * TagServer as Marshal assumes it: the state and the answers, without network, clock or files.
 *
 * ASSUMPTION, not a copy: the timing system's API is not public. This server follows the contract
 * Marshal's `tagserver` adapter assumes, which leans on the published conventions of the event
 * management system around it (JHipster/Spring style REST). Where that contract is silent:
 * - Deleting something others refer to: 409 whose `detail` names one of them. A SQL database behind
 *   such a server has foreign keys without cascade; nothing disappears behind the caller's back.
 * - One id sequence for all collections (JHipster's shared sequence): an id used in the wrong
 *   collection is a 400, never by accident a different thing.
 * - `GET /api/<c>/{id}` exists (200 or 404). Other methods: 405.
 * - PUT without an `id` in the body: 400. Order of refusals: 401, 404, 400, 409.
 * - A page size above 2,000 is cut to 2,000; an unreadable page or size counts as the default.
 * - Required: the name of organisation, event, race and start group, the tag's number, and every
 *   parent; text over 255 characters is refused.
 * - A participant holds its tag unless `active` is false; a bib stays taken by a withdrawn one.
 */
import type { CollectionName, Entity } from './collections.ts'
import { collectionNames, collectionRules, referrersOf } from './collections.ts'
import { list } from './listing.ts'
import type { FieldError, PlainAnswer } from '../kit/problem.ts'
import { json, problem } from '../kit/problem.ts'
import { Rows } from './rows.ts'
import { validate } from './validation.ts'

/** A change that was stored. */
export type TagServerChange =
  | {
      readonly kind: 'created' | 'replaced'
      readonly collection: CollectionName
      readonly entity: Entity
    }
  | {
      readonly kind: 'deleted'
      readonly collection: CollectionName
      readonly entity: { readonly id: number }
    }

/** `apiKey`: the only accepted `X-API-KEY`. `onChange` is called after each stored change. */
export interface TagServerOptions {
  readonly apiKey: string
  readonly onChange?: (change: TagServerChange) => void
}

type Stored =
  | { readonly ok: true; readonly entity: Entity }
  | { readonly ok: false; readonly refusal: PlainAnswer }

/** First id the server gives away (JHipster's sequences start there). */
const firstId = 1051

/** Splits `/api/<collection>[/<id>][?query]`; `null` for any other address. */
export function readTarget(
  target: string,
): { readonly collection: string; readonly id: string | null; readonly query: string } | null {
  if (!target.startsWith('/api/')) return null
  const mark = target.indexOf('?')
  const path = mark < 0 ? target.slice(5) : target.slice(5, mark)
  const query = mark < 0 ? '' : target.slice(mark + 1)
  const slash = path.indexOf('/')
  if (slash < 0) return { collection: path, id: null, query }
  return { collection: path.slice(0, slash), id: path.slice(slash + 1), query }
}

/** The server's memory and its answers. Every method is synchronous. */
export class TagServer {
  /** Collections that ignore every filter, as the system around it does for people. */
  unfiltered: ReadonlySet<string> = new Set()
  readonly #onChange: ((change: TagServerChange) => void) | undefined
  #apiKey: string
  #nextId = firstId
  #rows = emptyRows()

  constructor(options: TagServerOptions) {
    this.#apiKey = options.apiKey
    this.#onChange = options.onChange
  }

  get apiKey(): string {
    return this.#apiKey
  }

  /** From now on only this key is accepted. */
  set apiKey(key: string) {
    this.#apiKey = key
  }

  /** Answers one request. `target` is path and query; `key` the `X-API-KEY` header. Never throws. */
  answer(method: string, target: string, body: string, key: string | undefined): PlainAnswer {
    const parts = readTarget(target)
    if (parts === null) return problem(404, `There is nothing at ${target}.`)
    if (key !== this.#apiKey) return problem(401, 'The X-API-KEY header is missing or wrong.')
    const rows = this.#rows.get(parts.collection as CollectionName)
    if (rows === undefined) return problem(404, `There is no collection "${parts.collection}".`)
    if (parts.id === null) {
      if (method === 'POST') return this.#create(rows, body)
      if (method === 'GET') return list(rows, parts.query, !this.unfiltered.has(parts.collection))
      return problem(405, `${method} is not possible on a collection.`)
    }
    const id = /^\d{1,15}$/.test(parts.id) ? Number(parts.id) : null
    if (id === null) return problem(400, `"${parts.id}" is not an id.`)
    if (method === 'PUT') return this.#replace(rows, id, body)
    if (method === 'DELETE') return this.#delete(rows, id)
    if (method === 'GET') {
      const entity = rows.get(id)
      return entity === undefined ? unknown(rows, id) : json(200, entity)
    }
    return problem(405, `${method} is not possible on an entity.`)
  }

  /** Number of entities per collection. */
  counts(): Record<CollectionName, number> {
    return Object.fromEntries(
      collectionNames.map((name) => [name, this.#rowsOf(name).size]),
    ) as Record<CollectionName, number>
  }

  /** All entities of a collection, lowest id first. */
  dump(collection: CollectionName): readonly Entity[] {
    return this.#rowsOf(collection)
      .inIdOrder()
      .map((row) => row.entity)
  }

  /**
   * Stores entities by the rules of POST, without HTTP. Returns their ids in order.
   * @throws when one of them would be refused; the ones before it are stored.
   */
  load(collection: CollectionName, bodies: readonly Readonly<Record<string, unknown>>[]): number[] {
    const rows = this.#rowsOf(collection)
    return bodies.map((body) => {
      const outcome = this.#store(rows, this.#nextId, body)
      if (!outcome.ok) throw new Error(`Cannot load ${collection}: ${outcome.refusal.body}`)
      return outcome.entity.id
    })
  }

  /** Takes a change as it was reported by `onChange`, without checks and without reporting it. */
  replay(change: TagServerChange): void {
    const rows = this.#rowsOf(change.collection)
    if (change.kind === 'deleted') rows.remove(change.entity.id)
    else rows.put(change.entity)
    this.#nextId = Math.max(this.#nextId, change.entity.id + 1)
  }

  /** Forgets everything; ids go on, as a database sequence does. */
  reset(): void {
    this.#rows = emptyRows()
  }

  #create(rows: Rows, body: string): PlainAnswer {
    const parsed = parseObject(body)
    if (parsed === null) return problem(400, 'The body is not a JSON object.')
    if ((parsed['id'] ?? null) !== null)
      return problem(400, `A new ${rows.rule.singular} cannot already have an id.`)
    const outcome = this.#store(rows, this.#nextId, parsed)
    return outcome.ok ? json(201, outcome.entity) : outcome.refusal
  }

  #replace(rows: Rows, id: number, body: string): PlainAnswer {
    const parsed = parseObject(body)
    if (parsed === null) return problem(400, 'The body is not a JSON object.')
    if (parsed['id'] !== id)
      return problem(
        400,
        `The id in the body (${String(parsed['id'])}) is not the ${id} of the path.`,
      )
    if (rows.get(id) === undefined) return unknown(rows, id)
    const outcome = this.#store(rows, id, parsed)
    return outcome.ok ? json(200, outcome.entity) : outcome.refusal
  }

  /** Validates, checks references and uniqueness, stores; the refusal otherwise. */
  #store(rows: Rows, id: number, body: Readonly<Record<string, unknown>>): Stored {
    const { rule } = rows
    const validated = validate(rule, id, body)
    if (!validated.ok) return refuse(400, `The ${rule.singular} is not valid.`, validated.errors)
    const { entity } = validated
    for (const reference of rule.references) {
      const value = entity[reference.name]
      if (typeof value !== 'object' || value === null) continue
      if (this.#rowsOf(reference.to).get(value.id) !== undefined) continue
      const what = `${collectionRules[reference.to].singular} ${value.id}`
      return refuse(400, `The ${rule.singular} refers to ${what}, which does not exist.`, [
        { field: reference.name, message: `${what} does not exist` },
      ])
    }
    const clash = rows.clash(entity)
    if (clash !== null)
      return refuse(409, clash.rule.complaint(entity, this.#describe(rule.name, clash.holder)))
    const kind = id === this.#nextId ? 'created' : 'replaced'
    if (kind === 'created') this.#nextId++
    rows.put(entity)
    this.#onChange?.({ kind, collection: rule.name, entity })
    return { ok: true, entity }
  }

  #delete(rows: Rows, id: number): PlainAnswer {
    if (rows.get(id) === undefined) return unknown(rows, id)
    const { name, singular } = rows.rule
    for (const referrer of referrersOf(name)) {
      const from = this.#rowsOf(referrer.collection)
      for (const row of from.indexed(referrer.field, id)) {
        const who = this.#describe(referrer.collection, row.entity)
        return problem(409, `The ${singular} ${id} cannot be deleted: ${who} refers to it.`)
      }
    }
    rows.remove(id)
    this.#onChange?.({ kind: 'deleted', collection: name, entity: { id } })
    return { status: 204, headers: {}, body: '' }
  }

  /** "event participant 1064 (bib 0042, Ana Silva)": enough for a person to find the holder. */
  #describe(collection: CollectionName, entity: Entity): string {
    const label = this.labelOf(collection, entity)
    const what = `${collectionRules[collection].singular} ${entity.id}`
    return label === '' ? what : `${what} (${label})`
  }

  /** A few words by which a person recognises the entity; `''` when it has none. */
  labelOf(collection: CollectionName, entity: Entity): string {
    if (collection === 'people') return fullName(entity)
    if (collection === 'tags') return `number ${String(entity['number'])}`
    if (collection === 'start-group-participants') return ''
    if (collection !== 'event-participants') return String(entity['name'] ?? '')
    const person = entity['person']
    const name =
      typeof person === 'object' && person !== null
        ? this.#rowsOf('people').get(person.id)
        : undefined
    const bib = entity['number'] === null ? '' : `bib ${String(entity['number'])}`
    return [bib, name === undefined ? '' : fullName(name)].filter((part) => part !== '').join(', ')
  }

  #rowsOf(collection: CollectionName): Rows {
    const rows = this.#rows.get(collection)
    if (rows === undefined) throw new Error(`There is no collection "${collection}".`)
    return rows
  }
}

function refuse(status: number, detail: string, fieldErrors?: readonly FieldError[]): Stored {
  return { ok: false, refusal: problem(status, detail, fieldErrors ? { fieldErrors } : {}) }
}

function emptyRows(): Map<CollectionName, Rows> {
  return new Map(collectionNames.map((name) => [name, new Rows(collectionRules[name])]))
}

function fullName(person: Entity): string {
  return [person['firstName'], person['lastName']].filter((part) => part !== null).join(' ')
}

function unknown(rows: Rows, id: number): PlainAnswer {
  return problem(404, `There is no ${rows.rule.singular} ${id}.`)
}

function parseObject(body: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
