/** What the stand-in keeps: items of the one collection, and work orders with what their runs were given. */

/** An item as it is kept. Times are milliseconds since 1970 UTC. */
export interface Item {
  /** Counts up; an item that is changed keeps it. */
  readonly id: number
  readonly key: string
  /** Text, whatever is in it. */
  readonly value: string
  readonly created: number
  readonly updated: number
}

/** A request that was accepted. */
export interface WorkOrder {
  readonly id: string
  readonly state: 'pending' | 'rejected' | 'success' | 'failed'
  readonly body: unknown
  /** What is kept of the request. Secrets that were used up are not. */
  readonly request: {
    readonly method: string
    readonly path: readonly string[]
    readonly queryParams: Readonly<Record<string, string>>
    readonly headers: Readonly<Record<string, string>>
  }
}

export class Store {
  readonly items = new Map<string, Item>()
  readonly workOrders: WorkOrder[] = []
  /** The clock times of items are taken from, ms; null: the real one. */
  clock: number | null = null
  #lastId = 0

  now(): number {
    return this.clock ?? Date.now()
  }

  /** Makes or changes an item. */
  put(key: string, value: string): void {
    const known = this.items.get(key)
    const now = this.now()
    const id = known?.id ?? ++this.#lastId
    this.items.set(key, { id, key, value, created: known?.created ?? now, updated: now })
  }

  /** The record in an item, null where there is none. */
  recordAt(key: string): Readonly<Record<string, unknown>> | null {
    const value = this.items.get(key)?.value
    return value === undefined ? null : (JSON.parse(value) as Record<string, unknown>)
  }

  /** Bytes of all values. */
  get size(): number {
    return [...this.items.values()].reduce((sum, { value }) => sum + Buffer.byteLength(value), 0)
  }
}
