/** What the generic server keeps: collections of records, each with an id it gives and the time of its last change. */
import type { HttpKnobs } from './knobs.ts'

/** A record as it is kept. */
export interface KeptRecord {
  readonly id: string | number
  /** ISO 8601 UTC. */
  readonly updatedAt: string
  readonly [field: string]: unknown
}

/** What it says to a write. */
export type Written =
  | { readonly kind: 'kept'; readonly record: KeptRecord }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'missing' }

type Sent = Readonly<Record<string, unknown>>

export class Collections {
  readonly #records = new Map<string, Map<string, KeptRecord>>()
  #deleted: { readonly collection: string; readonly record: KeptRecord }[] = []
  #lastId = 0
  /** Of changes from now on, ms since 1970; null: the real time. */
  time: number | null = null

  /** Records of a collection in the order they were made. */
  all(collection: string): readonly KeptRecord[] {
    return [...(this.#records.get(collection)?.values() ?? [])]
  }

  one(collection: string, id: string): KeptRecord | undefined {
    return this.#records.get(collection)?.get(id)
  }

  /** Makes a record; what stands inside it and is a record of its own is made with it. */
  create(collection: string, sent: Sent, knobs: HttpKnobs): Written {
    if (Object.hasOwn(sent, 'id')) {
      return { kind: 'refused', why: 'id: is given by the server' }
    }
    const body = this.#apart(collection, sent, knobs)
    return { kind: 'kept', record: this.#keep(collection, this.#newId(knobs), body) }
  }

  /** @param whole what is not said is gone */
  change(
    collection: string,
    id: string,
    { sent, whole }: { readonly sent: Sent; readonly whole: boolean },
    knobs: HttpKnobs,
  ): Written {
    const known = this.one(collection, id)
    if (!known) return { kind: 'missing' }
    const said = sent['id']
    if (said !== undefined && String(said) !== id) {
      return { kind: 'refused', why: 'id: is another one than in the address' }
    }
    if (said === undefined && knobs.wantsIdInBody) {
      return { kind: 'refused', why: 'id: must be in the body' }
    }
    const body = this.#apart(collection, sent, knobs)
    return {
      kind: 'kept',
      record: this.#keep(collection, known.id, whole ? body : { ...known, ...body }),
    }
  }

  remove(collection: string, id: string): boolean {
    const deleted = this.#records.get(collection)?.delete(id) ?? false
    if (!deleted) return false
    const deletedAt = new Date(this.time ?? Date.now()).toISOString()
    this.#deleted.push({ collection, record: { id, deletedAt, updatedAt: deletedAt } })
    return true
  }

  /** What is left of those that were deleted. */
  deleted(collection: string): readonly KeptRecord[] {
    return this.#deleted.filter((one) => one.collection === collection).map(({ record }) => record)
  }

  /** Puts records there as somebody else's work; answers their ids. */
  load(collection: string, records: readonly Sent[], knobs: HttpKnobs): readonly string[] {
    return records.map((sent) => {
      const { id = this.#newId(knobs), updatedAt, ...rest } = sent
      const time = typeof updatedAt === 'string' ? updatedAt : undefined
      return String(this.#keep(collection, id as string | number, rest, time).id)
    })
  }

  clear(): void {
    this.#records.clear()
    this.#deleted = []
    this.#lastId = 0
    this.time = null
  }

  /** Objects inside become records of their own, changed by their id or made; the record keeps their id. */
  #apart(collection: string, sent: Sent, knobs: HttpKnobs): Sent {
    const body: Record<string, unknown> = { ...sent }
    for (const [field, other] of Object.entries(knobs.embeds[collection] ?? {})) {
      const inside = body[field]
      if (typeof inside !== 'object' || inside === null || Array.isArray(inside)) continue
      const { id, ...rest } = inside as Sent
      const known = id === undefined ? undefined : this.one(other, String(id))
      body[field] = this.#keep(other, known?.id ?? this.#newId(knobs), { ...known, ...rest }).id
    }
    return body
  }

  #newId({ textIds }: HttpKnobs): string | number {
    const number = ++this.#lastId
    return textIds ? `r-${number}` : number
  }

  #keep(collection: string, id: string | number, body: Sent, time?: string): KeptRecord {
    const records = this.#records.get(collection) ?? new Map<string, KeptRecord>()
    this.#records.set(collection, records)
    const updatedAt = time ?? new Date(this.time ?? Date.now()).toISOString()
    const record = { ...body, id, updatedAt }
    records.set(String(id), record)
    return record
  }
}
