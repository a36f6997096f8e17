/**
 * EMS as its published description and the habits of JHipster servers have it: state and answers, without network. What
 * neither says is an assumption:
 * - Deleting what others refer to, and giving somebody a tag or race number another entrant of the event has: 409.
 * - A reference to nothing: 400. Ids come from one sequence.
 * - A new event gets categories, race types and courses from a template, as its manager would set them up.
 * - `POST /api/admin/person-merge {"survivorId", "mergedId"}`.
 */
import type { PlainAnswer } from '../kit/problem.ts'
import { json, problem } from '../kit/problem.ts'
import { collections, isCollection, type CollectionName, type Row } from './dtos.ts'
import { plainFurniture, plainKnobs, type EmsFurniture, type EmsKnobs } from './knobs.ts'
import { list, queryPeople, searchIdentity } from './listing.ts'
import { EmsStore, type Shown } from './store.ts'
import { missingFrom, readBody } from './validation.ts'

const firstId = 1051

/** What an event has of its own from the start, and takes along when it goes. */
const eventSetUp = ['event-categories', 'event-race-types', 'courses'] as const

type Body = Readonly<Record<string, unknown>>

export class EmsServer {
  knobs: EmsKnobs = plainKnobs
  apiKey: string
  #furniture: EmsFurniture = plainFurniture
  #store = new EmsStore()
  #nextId = firstId
  #numberType = 0

  constructor(apiKey: string) {
    this.apiKey = apiKey
    this.reset()
  }

  /** Empty but for the furniture; ids go on, as a database sequence does. */
  reset(furniture: EmsFurniture = this.#furniture): void {
    this.knobs = plainKnobs
    this.#furniture = furniture
    this.#store = new EmsStore()
    for (const code of furniture.countries) this.load('countries', [{ code, name: `Land ${code}` }])
    for (const name of furniture.organisations) this.load('organisations', [{ name }])
    for (const name of furniture.tagTypes) this.load('tag-types', [{ name }])
    ;[this.#numberType = 0] = this.load('number-types', [{ name: 'Plates' }])
    const type = { id: this.#numberType }
    for (const number of furniture.numbers) {
      this.load('race-numbers', [{ number, type, state: 'IN_STOCK' }])
    }
  }

  /** Answers one request. Never throws. */
  answer(method: string, target: string, body: string, isSignedIn: boolean): PlainAnswer {
    const [path = '', query = ''] = target.split('?', 2)
    const [api, first = '', second, third] = path.split('/').slice(1)
    if (api !== 'api') return problem(404, `There is nothing at ${path}.`)
    if (!isSignedIn) return problem(401, 'Full authentication is required.')
    if (`${first}/${second}` === 'admin/person-merge') return this.#merge(method, body)
    if (!isCollection(first)) return problem(404, `There is no ${first}.`)
    if (second === undefined) {
      if (method === 'GET') return list(this.#store, first, query, this.knobs)
      return method === 'POST' ? this.#create(first, body) : problem(405, `Not ${method}.`)
    }
    if (`${first}/${second}` === 'people/query' && method === 'GET') {
      return this.knobs.searches
        ? queryPeople(this.#store, query, this.knobs.mostFound)
        : problem(400, 'Failed to convert "query".')
    }
    if (`${first}/${second}` === 'people/idsearch' && method === 'POST') {
      return this.knobs.searches
        ? searchIdentity(this.#store, parseObject(body)?.['identityNumber'])
        : problem(405, `Not ${method}.`)
    }
    const row = this.#store.get(first, Number(second))
    if (row === undefined)
      return problem(404, `There is no ${collections[first].singular} ${second}.`)
    if (third === 'reassign-number' && first === 'event-participants' && method === 'POST') {
      return this.#reassign(row, body)
    }
    if (third !== undefined) return problem(404, `There is nothing at ${path}.`)
    switch (method) {
      case 'GET':
        return json(200, this.#store.show(first, row))
      case 'PUT':
        return this.#change(first, row, body, 'replace')
      case 'PATCH':
        return this.knobs.patch
          ? this.#change(first, row, body, 'amend')
          : problem(405, 'Request method PATCH is not supported.')
      case 'DELETE':
        return this.#delete(first, row)
      default:
        return problem(405, `Not ${method}.`)
    }
  }

  /** Everything of a collection as the API shows it. */
  dump(collection: CollectionName): readonly Shown[] {
    return this.#store.all(collection).map((row) => this.#store.show(collection, row))
  }

  /** Stores records by the rules of POST; answers their ids. Throws for one that would be refused. */
  load(collection: CollectionName, bodies: readonly Body[]): number[] {
    return bodies.map((body) => {
      const { stated } = readBody(collections[collection], body)
      const row = this.#keep(collection, { ...blank(collection), ...stated, id: this.#nextId })
      if ('status' in row) throw new Error(`Cannot load ${collection}: ${row.body}`)
      return row.stored.id
    })
  }

  /** Changes a record as somebody else would. */
  amend(collection: CollectionName, id: number, fields: Body): void {
    const row = this.#store.get(collection, id)
    if (!row) throw new Error(`There is no ${collection} ${id}.`)
    const { stated } = readBody(collections[collection], fields)
    this.#store.put(collection, { ...row, ...stated })
  }

  remove(collection: CollectionName, id: number): void {
    this.#store.remove(collection, id)
  }

  #create(collection: CollectionName, text: string): PlainAnswer {
    const body = parseObject(text)
    if (body === null) return problem(400, 'The body is not a JSON object.')
    if ((body['id'] ?? null) !== null) {
      return problem(400, `A new ${collections[collection].singular} cannot already have an ID`)
    }
    const { stated, errors } = readBody(collections[collection], body)
    if (errors.length > 0) return invalid(errors)
    const row = { ...blank(collection), ...stated, id: this.#nextId }
    const result = this.#keep(collection, row)
    if ('status' in result) return result
    const status = this.knobs.statuses === 'generated' ? 201 : 200
    return json(status, this.#changed(collection, result.stored))
  }

  #change(
    collection: CollectionName,
    row: Row,
    text: string,
    how: 'replace' | 'amend',
  ): PlainAnswer {
    const body = parseObject(text)
    if (body === null) return problem(400, 'The body is not a JSON object.')
    if (body['id'] !== row.id) return problem(400, 'Invalid ID')
    const { stated, errors } = readBody(collections[collection], body)
    if (errors.length > 0) return invalid(errors)
    const given = Object.entries(stated).filter(
      ([, value]) => how === 'replace' || value !== null || this.knobs.patchNulls === 'clear',
    )
    const base = how === 'replace' ? blank(collection) : row
    const result = this.#keep(collection, { ...base, ...Object.fromEntries(given), id: row.id })
    return 'status' in result ? result : json(200, this.#changed(collection, result.stored))
  }

  #changed(collection: CollectionName, row: Row): Shown {
    const shown = this.#store.show(collection, row)
    if (this.knobs.changedNests === 'records') return shown
    const ids = collections[collection].references.map(({ name }) => {
      const id = row[name] ?? null
      return [name, id === null ? null : { id }] as const
    })
    return { ...shown, ...Object.fromEntries(ids) }
  }

  /** Checks what holds for every row, and stores it. */
  #keep(collection: CollectionName, row: Row): PlainAnswer | { readonly stored: Row } {
    const missing = missingFrom(collections[collection], row)
    if (missing.length > 0) return invalid(missing)
    for (const { name, to } of collections[collection].references) {
      const id = row[name]
      if (typeof id === 'number' && !this.#store.get(to, id)) {
        return invalid([
          { field: name, message: `${collections[to].singular} ${id} does not exist` },
        ])
      }
    }
    const isNew = row.id === this.#nextId
    const stored = isNew && collection === 'events' ? this.#withNumberType(row) : row
    if (collection === 'event-participants') {
      const clash = this.#clash(stored)
      if (clash !== null) return problem(409, clash)
    }
    this.#store.put(collection, stored)
    if (isNew) this.#nextId++
    if (isNew && collection === 'events') this.#furnish({ id: stored.id })
    return { stored }
  }

  #withNumberType(event: Row): Row {
    return { ...event, numberType: event['numberType'] ?? this.#numberType }
  }

  #furnish(event: { readonly id: number }): void {
    const { categories, raceTypes, courses } = this.#furniture
    this.load(
      'event-categories',
      categories.map((name) => ({ name, event })),
    )
    this.load(
      'event-race-types',
      raceTypes.map((name) => ({ name, event })),
    )
    this.load(
      'courses',
      courses.map((name) => ({ name, event })),
    )
  }

  /** Tag and race number are on one entrant of an event at a time; a withdrawn one lets go of the tag. */
  #clash(row: Row): string | null {
    const others = this.#store
      .all('event-participants')
      .filter((other) => other.id !== row.id && other['event'] === row['event'])
    const holds = (name: string) =>
      others.find((one) => row[name] !== null && one[name] === row[name])
    const tag = row['active'] === false ? undefined : holds('tag')
    if (tag && tag['active'] !== false)
      return `The tag is assigned to ${nameOf(tag)} in this event.`
    const number = holds('number')
    return number ? `The number is in use by ${nameOf(number)} in this event.` : null
  }

  #reassign(row: Row, text: string): PlainAnswer {
    const numberId = parseObject(text)?.['numberId']
    if (typeof numberId !== 'number')
      return invalid([{ field: 'numberId', message: 'must not be null' }])
    const result = this.#keep('event-participants', { ...row, number: numberId })
    return 'status' in result ? result : json(200, { swapped: true })
  }

  #delete(collection: CollectionName, row: Row): PlainAnswer {
    const setUp = collection === 'events' ? eventSetUp : []
    const referrer = this.#store.referrer(collection, row.id, setUp)
    if (referrer !== null) {
      const { singular } = collections[collection]
      return problem(409, `The ${singular} ${row.id} is in use: ${referrer} refers to it.`)
    }
    for (const name of setUp) {
      const own = this.#store.all(name).filter(({ event }) => event === row.id)
      for (const { id } of own) this.#store.remove(name, id)
    }
    this.#store.remove(collection, row.id)
    if (this.knobs.statuses === 'documented') return json(200, {})
    return { status: 204, headers: {}, body: '' }
  }

  #merge(method: string, text: string): PlainAnswer {
    const { survivorId, mergedId } = parseObject(text) ?? {}
    const both = [survivorId, mergedId].map((id) => this.#store.get('people', Number(id)))
    if (method !== 'POST' || both.includes(undefined)) return problem(400, 'Which persons?')
    this.#store.redirect('people', Number(mergedId), Number(survivorId))
    this.#store.remove('people', Number(mergedId))
    return json(200, { survivorId })
  }
}

function blank(collection: CollectionName): Record<string, null> {
  const { fields, references } = collections[collection]
  return Object.fromEntries([...fields, ...references].map(({ name }) => [name, null]))
}

function nameOf(row: Row): string {
  return `${String(row['firstName'] ?? '')} ${String(row['lastName'])}`.trim()
}

function invalid(fieldErrors: readonly { readonly field: string; readonly message: string }[]) {
  return problem(400, 'Method argument not valid', { fieldErrors })
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
