/**
 * The one workflow: it keeps the newest state of each record in the collection, under `<entity>:<id>`, and tells an event
 * it has had by its `guid`. The page of the target shows the same as a job.
 */
import type { Store } from './store.ts'

interface Event {
  readonly guid: string
  readonly entityGuid: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>> & { readonly entity: string }
  readonly timestamp: string
}

export class Workflow {
  readonly #store: Store
  readonly #done = new Set<string>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Runs over a body. False where it cannot make anything of it. */
  run(body: unknown): boolean {
    const { entities } = body as { readonly entities?: readonly Event[] }
    if (!Array.isArray(entities)) return false
    for (const event of entities as readonly Event[]) {
      if (this.#done.has(event.guid)) continue
      this.#done.add(event.guid)
      this.#keep(event)
    }
    return true
  }

  #keep({ entityGuid, type, data, timestamp }: Event): void {
    const key = `${data.entity}:${entityGuid}`
    const known = this.#store.recordAt(key)
    if (known && String(known['timestamp']) > timestamp) return
    const { deleted: _, ...kept } = known ?? {}
    const isGone = type.startsWith('delete-')
    const record = { ...kept, ...data, timestamp, ...(isGone ? { deleted: true } : {}) }
    this.#store.put(key, JSON.stringify(record))
  }
}
