import type { CollectionRule, Entity, EntityValue, UniqueRule } from './collections.ts'

/** A place that keeps its identity while the entity in it is replaced. */
export interface Row {
  entity: Entity
}

/** The value an index or a filter compares: a reference counts by its id. `null` is never indexed. */
export function comparable(value: EntityValue | undefined): string | number | boolean | null {
  if (value === undefined || value === null) return null
  return typeof value === 'object' ? value.id : value
}

/**
 * value → rows. A value held by one row (most e-mails, bibs, persons) costs no Set: the index of
 * 96,000 records stays small and quick to fill.
 */
class EqualityIndex {
  readonly #rows = new Map<string | number | boolean, Row | Set<Row>>()

  add(value: string | number | boolean | null, row: Row): void {
    if (value === null) return
    const held = this.#rows.get(value)
    if (held === undefined) this.#rows.set(value, row)
    else if (held instanceof Set) held.add(row)
    else this.#rows.set(value, new Set([held, row]))
  }

  remove(value: string | number | boolean | null, row: Row): void {
    if (value === null) return
    const held = this.#rows.get(value)
    if (held === row) this.#rows.delete(value)
    else if (held instanceof Set) {
      held.delete(row)
      if (held.size === 0) this.#rows.delete(value)
    }
  }

  count(value: string | number | boolean): number {
    const held = this.#rows.get(value)
    if (held === undefined) return 0
    return held instanceof Set ? held.size : 1
  }

  get(value: string | number | boolean): Iterable<Row> {
    const held = this.#rows.get(value)
    if (held === undefined) return []
    return held instanceof Set ? held : [held]
  }
}

/** The rows of one collection with their equality and uniqueness indexes. No validation here. */
export class Rows {
  readonly #rule: CollectionRule
  readonly #byId = new Map<number, Row>()
  readonly #indexes = new Map<string, EqualityIndex>()
  readonly #unique: readonly { readonly rule: UniqueRule; readonly held: Map<string, Row> }[]
  #ordered: Row[] | null = null

  constructor(rule: CollectionRule) {
    this.#rule = rule
    for (const name of rule.indexed) this.#indexes.set(name, new EqualityIndex())
    for (const reference of rule.references) this.#indexes.set(reference.name, new EqualityIndex())
    this.#unique = rule.unique.map((unique) => ({ rule: unique, held: new Map<string, Row>() }))
  }

  get rule(): CollectionRule {
    return this.#rule
  }

  get size(): number {
    return this.#byId.size
  }

  get(id: number): Entity | undefined {
    return this.#byId.get(id)?.entity
  }

  /** The uniqueness rule `entity` would break, and who holds the key; `null` when it may be stored. */
  clash(entity: Entity): { readonly rule: UniqueRule; readonly holder: Entity } | null {
    for (const { rule, held } of this.#unique) {
      const key = rule.keyOf(entity)
      const holder = key === null ? undefined : held.get(key)
      if (holder !== undefined && holder.entity.id !== entity.id)
        return { rule, holder: holder.entity }
    }
    return null
  }

  /** Stores a new entity or replaces the one with the same id. */
  put(entity: Entity): void {
    const existing = this.#byId.get(entity.id)
    if (existing !== undefined) {
      this.#unindex(existing)
      existing.entity = entity
      this.#index(existing)
      return
    }
    const row: Row = { entity }
    this.#byId.set(entity.id, row)
    this.#index(row)
    const last = this.#ordered?.at(-1)
    if (last !== undefined && last.entity.id < entity.id) this.#ordered?.push(row)
    else this.#ordered = null
  }

  remove(id: number): boolean {
    const row = this.#byId.get(id)
    if (row === undefined) return false
    this.#unindex(row)
    this.#byId.delete(id)
    this.#ordered = null
    return true
  }

  /** All rows, lowest id first. The array is shared: do not change it. */
  inIdOrder(): readonly Row[] {
    this.#ordered ??= [...this.#byId.values()].sort((a, b) => a.entity.id - b.entity.id)
    return this.#ordered
  }

  /** How many rows an index holds for this value; `null` when the field has no index. */
  indexedCount(name: string, value: string | number | boolean): number | null {
    return this.#indexes.get(name)?.count(value) ?? null
  }

  /** The rows an index holds for this value, in no particular order. */
  indexed(name: string, value: string | number | boolean): Iterable<Row> {
    return this.#indexes.get(name)?.get(value) ?? []
  }

  #index(row: Row): void {
    for (const [name, index] of this.#indexes) index.add(comparable(row.entity[name]), row)
    for (const { rule, held } of this.#unique) {
      const key = rule.keyOf(row.entity)
      if (key !== null) held.set(key, row)
    }
  }

  #unindex(row: Row): void {
    for (const [name, index] of this.#indexes) index.remove(comparable(row.entity[name]), row)
    for (const { rule, held } of this.#unique) {
      const key = rule.keyOf(row.entity)
      if (key !== null && held.get(key) === row) held.delete(key)
    }
  }
}
