/** Counts requests in flight per key; beyond `limit` the server answers 429 at once. */
export class InFlightLimit {
  readonly limit: number
  readonly #inFlight = new Map<string, number>()

  constructor(limit: number) {
    this.limit = limit
  }

  /** Takes a place; `false` when the key already has `limit` requests in flight. */
  enter(key: string): boolean {
    const count = this.#inFlight.get(key) ?? 0
    if (count >= this.limit) return false
    this.#inFlight.set(key, count + 1)
    return true
  }

  /** Gives the place back. Call once for each successful `enter`. */
  leave(key: string): void {
    const count = this.#inFlight.get(key) ?? 0
    if (count <= 1) this.#inFlight.delete(key)
    else this.#inFlight.set(key, count - 1)
  }
}
