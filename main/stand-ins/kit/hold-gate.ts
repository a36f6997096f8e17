import type { RequestMatch } from './fault-rule.ts'
import { matches } from './fault-rule.ts'

/** Which requests to freeze, and when: before they are handled, or after the write was stored. */
export interface HoldOrder {
  readonly match?: RequestMatch
  readonly moment?: 'before' | 'after-write'
  /** Freeze only so many requests; later ones pass. Default: all until released. */
  readonly times?: number
}

/** What becomes of a frozen request. */
export type HoldOutcome = 'go' | 'drop'

/** Freezes requests until they are released, so that a test can act while they are in flight. */
export class HoldGate {
  #order: HoldOrder | null = null
  #left = 0
  #held: ((outcome: HoldOutcome) => void)[] = []
  #waiting: { readonly atLeast: number; readonly reached: () => void }[] = []

  get isArmed(): boolean {
    return this.#order !== null
  }

  hold(order: HoldOrder): void {
    this.#order = order
    this.#left = order.times ?? Infinity
  }

  /** Lets everything go, and everything that comes. */
  release(): void {
    this.#order = null
    const held = this.#held
    this.#held = []
    for (const go of held) go('go')
  }

  /** Forgets the frozen requests: they are neither handled nor answered. */
  drop(): void {
    this.#order = null
    const held = this.#held
    this.#held = []
    for (const go of held) go('drop')
  }

  /** Settles when at least so many requests are frozen. */
  reach(atLeast: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ atLeast, reached: resolve })
      this.#notify()
    })
  }

  /** A promise to wait for when this request is to be frozen at this moment, else `null`. */
  pass(
    moment: 'before' | 'after-write',
    method: string,
    target: string,
    body: string,
  ): Promise<HoldOutcome> | null {
    const order = this.#order
    if (order === null || (order.moment ?? 'before') !== moment || this.#left <= 0) return null
    if (!matches(order.match, method, target, body)) return null
    this.#left--
    return new Promise((resolve) => {
      this.#held.push(resolve)
      this.#notify()
    })
  }

  #notify(): void {
    this.#waiting = this.#waiting.filter(({ atLeast, reached }) => {
      if (this.#held.length < atLeast) return true
      reached()
      return false
    })
  }
}
