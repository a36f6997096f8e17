/** Works that must not happen at once, one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Does the work when all works of the same key before it are done, well or not; with no key at once. */
  take<Result>(key: string | null, work: () => Promise<Result>): Promise<Result> {
    if (key === null) return work()
    const mine = (this.#last.get(key) ?? Promise.resolve()).then(work)
    const leave = (): void => {
      if (this.#last.get(key) === over) this.#last.delete(key)
    }
    const over: Promise<void> = mine.then(leave, leave)
    this.#last.set(key, over)
    return mine
  }
}
