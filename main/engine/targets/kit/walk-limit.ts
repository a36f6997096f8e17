/** Every walk through pages ends: one that does not is a fault of the server, and is said in words. */
import type { Clock } from '../../ports.ts'
import { SyncError } from './sync-error.ts'

export interface WalkBounds {
  /** Records of one walk at most. A million is a large site. */
  readonly records: number
  /** Pages in a row that bring nothing, while the place they stand for goes on. */
  readonly emptyPages: number
  /** How long one walk may take, ms. A million records in pages of 200 take a quarter of an hour. */
  readonly ms: number
}

const widestWalk: WalkBounds = {
  records: 1_500_000,
  emptyPages: 1_000,
  ms: 2 * 3_600_000,
}

/** Counts what one walk brings. */
export class WalkLimit {
  readonly #what: string
  readonly #clock: Pick<Clock, 'now'>
  readonly #bounds: WalkBounds
  readonly #began: number
  #pages = 0
  #records = 0
  #empty = 0

  /** @param what whose pages these are, as in "The listing of people". */
  constructor(what: string, clock: Pick<Clock, 'now'>, bounds: Partial<WalkBounds> = {}) {
    this.#what = what
    this.#clock = clock
    this.#bounds = { ...widestWalk, ...bounds }
    this.#began = clock.now()
  }

  /** Notes a page that is not the last. Answers a `bad-response` where the walk does not end. */
  goesOn(records: number): SyncError | null {
    this.#pages += 1
    this.#records += records
    this.#empty = records === 0 ? this.#empty + 1 : 0
    const { emptyPages, ms, records: most } = this.#bounds
    if (this.#records >= most) {
      const { format } = new Intl.NumberFormat('en')
      return this.#endless(`${format(this.#records)} records came, and there were more`)
    }
    if (this.#empty >= emptyPages) return this.#endless(`${this.#empty} pages in a row were empty`)
    const minutes = Math.floor((this.#clock.now() - this.#began) / 60_000)
    if (minutes * 60_000 >= ms) {
      return this.#endless(`after ${minutes} minutes and ${this.#pages} pages there was still more`)
    }
    return null
  }

  #endless(why: string): SyncError {
    return new SyncError(
      'bad-response',
      `${this.#what} does not end: ${why}. Nothing of it was taken over; ask whoever runs the target.`,
    )
  }
}
