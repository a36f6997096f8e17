/** Keeps the `limit` most recently used values; `dropped` is told of each one that has to go. */
export class BoundedCache<Value> {
  readonly #limit: number
  readonly #dropped: (value: Value) => void
  readonly #values = new Map<string, Value>()

  constructor(limit: number, dropped: (value: Value) => void = () => {}) {
    this.#limit = limit
    this.#dropped = dropped
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key)
    if (value === undefined) return undefined
    // A Map keeps insertion order, so the first key is always the one unused for longest.
    this.#values.delete(key)
    this.#values.set(key, value)
    return value
  }

  set(key: string, value: Value): void {
    this.remove(key)
    this.#values.set(key, value)
    if (this.#values.size <= this.#limit) return
    for (const oldest of this.#values.keys()) {
      this.remove(oldest)
      return
    }
  }

  remove(key: string): void {
    const value = this.#values.get(key)
    if (value === undefined) return
    this.#values.delete(key)
    this.#dropped(value)
  }

  clear(): void {
    for (const key of this.#values.keys()) this.remove(key)
  }

  get size(): number {
    return this.#values.size
  }
}
