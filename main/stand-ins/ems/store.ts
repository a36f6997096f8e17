/** The rows of the EMS stand-in and how they look from outside. */
import { collectionNames, collections, type CollectionName, type Row, type Value } from './dtos.ts'

/** A record as the API shows it: references as nested records. */
export type Shown = Readonly<Record<string, unknown>>

/** How deep records are nested in each other; below that only id and name. */
const depth = 2

export class EmsStore {
  readonly #rows = new Map<CollectionName, Map<number, Row>>(
    collectionNames.map((name) => [name, new Map()]),
  )

  get(collection: CollectionName, id: number): Row | undefined {
    return this.#of(collection).get(id)
  }

  /** All rows, lowest id first. */
  all(collection: CollectionName): readonly Row[] {
    return [...this.#of(collection).values()].sort((a, b) => a.id - b.id)
  }

  put(collection: CollectionName, row: Row): void {
    this.#of(collection).set(row.id, row)
  }

  remove(collection: CollectionName, id: number): boolean {
    return this.#of(collection).delete(id)
  }

  /** Who refers to a row, null for nobody; some collections do not count. */
  referrer(
    collection: CollectionName,
    id: number,
    ignored: readonly CollectionName[],
  ): string | null {
    for (const name of collectionNames.filter((one) => !ignored.includes(one))) {
      const own = collections[name].references.filter(({ to }) => to === collection)
      const found = this.all(name).find((row) =>
        own.some((reference) => row[reference.name] === id),
      )
      if (found) return `${collections[name].singular} ${found.id}`
    }
    return null
  }

  /** Lets everything that refers to one row refer to another. */
  redirect(collection: CollectionName, from: number, to: number): void {
    for (const name of collectionNames) {
      for (const reference of collections[name].references) {
        if (reference.to !== collection) continue
        for (const row of this.all(name)) {
          if (row[reference.name] === from) this.put(name, { ...row, [reference.name]: to })
        }
      }
    }
  }

  /** A record with what it refers to nested inside, names and all. */
  show(collection: CollectionName, row: Row, levels = depth): Shown {
    const { fields, references } = collections[collection]
    const name = this.#nameOf(collection, row)
    if (levels < 0) return { id: row.id, name }
    const shown: Record<string, unknown> = { id: row.id, name }
    for (const field of fields) shown[field.name] = row[field.name] ?? null
    for (const reference of references) {
      const id = row[reference.name]
      const other = typeof id === 'number' ? this.get(reference.to, id) : undefined
      shown[reference.name] = other ? this.show(reference.to, other, levels - 1) : null
    }
    return { ...shown, ...this.#derived(collection, row, levels) }
  }

  /** What the server works out for each answer. */
  #derived(collection: CollectionName, row: Row, levels: number): Shown {
    if (collection === 'events' && levels === depth) {
      const ofEvent = (name: CollectionName) =>
        this.all(name).filter(({ event }) => event === row.id)
      return {
        categories: ofEvent('event-categories').map(({ id, name }) => ({ id, name })),
        participantCount: ofEvent('event-participants').length,
      }
    }
    if (collection === 'event-participants') return { age: ageOf(row['dateOfBirth']), orders: [] }
    if (collection !== 'start-group-participants') return {}
    const entrant = this.get('event-participants', Number(row['eventParticipant']))
    const copied = ['firstName', 'lastName', 'dateOfBirth', 'gender']
    return Object.fromEntries(copied.map((field) => [field, entrant?.[field] ?? null]))
  }

  #nameOf(collection: CollectionName, row: Row): Value {
    switch (collection) {
      case 'people':
        return words(`${words(row['lastName'], row['firstName'])}`, row['dateOfBirth'])
      case 'event-participants':
        return words(row['firstName'], row['lastName'])
      case 'start-group-participants': {
        const entrant = this.get('event-participants', Number(row['eventParticipant']))
        return entrant ? words(entrant['firstName'], entrant['lastName']) : null
      }
      default:
        return row['name'] ?? null
    }
  }

  #of(collection: CollectionName): Map<number, Row> {
    const rows = this.#rows.get(collection)
    if (rows === undefined) throw new Error(`There is no collection "${collection}".`)
    return rows
  }
}

function words(...parts: readonly (Value | undefined)[]): string {
  return parts.filter((part) => part !== null && part !== undefined && part !== '').join(' ')
}

function ageOf(dateOfBirth: Value | undefined): number | null {
  return typeof dateOfBirth === 'string' ? 2026 - Number(dateOfBirth.slice(0, 4)) : null
}
