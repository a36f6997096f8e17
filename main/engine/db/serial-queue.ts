/** Runs what it is given one after the other, in the order given; a failure does not stop the next. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()

  add<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }
}
