/** How many requests may be in flight and how fast they may start. One gate per connection to a target. */
import { HttpError, type Clock } from '../../ports.ts'

export interface GateOptions {
  /** Requests in flight at most. */
  readonly concurrency: number
  /** Requests started a second at most; left out: no limit. A second's worth may start at once. */
  readonly perSecond?: number
}

interface Waiting {
  readonly enter: () => void
  readonly refuse: (error: HttpError) => void
}

const shortestRefillMs = 20

export class RequestGate {
  readonly #clock: Clock
  readonly #concurrency: number
  readonly #perSecond: number | null
  readonly #most: number
  readonly #queue = new Set<Waiting>()
  #inFlight = 0
  #tokens: number
  #cancelRefill: (() => void) | null = null
  #cancelPause: (() => void) | null = null
  #closed = false

  constructor(clock: Clock, options: GateOptions) {
    this.#clock = clock
    this.#concurrency = Math.max(1, options.concurrency)
    this.#perSecond = options.perSecond ?? null
    this.#most = this.#perSecond === null ? Infinity : Math.max(1, Math.floor(this.#perSecond))
    this.#tokens = this.#most
  }

  /**
   * Takes a place: null at once where one is free, else a promise in order of asking.
   * Rejects with `HttpError` `aborted` (nothing sent) when the signal fires or the gate closes first.
   * Call `leave` once for each place taken.
   */
  enter(signal: AbortSignal): Promise<void> | null {
    if (signal.aborted || this.#closed) return Promise.reject(notSent())
    if (this.#queue.size === 0 && this.#isOpen()) {
      this.#take()
      return null
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#queue.delete(waiting)
        reject(notSent())
      }
      const waiting: Waiting = {
        enter: () => {
          signal.removeEventListener('abort', abort)
          resolve()
        },
        refuse: (error) => {
          signal.removeEventListener('abort', abort)
          reject(error)
        },
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#queue.add(waiting)
    })
  }

  leave(): void {
    this.#inFlight--
    if (this.#queue.size > 0) this.#admit()
  }

  /** Starts nothing for so long: the server said that this window is used up. */
  pause(ms: number): void {
    this.#cancelPause?.()
    this.#cancelPause = this.#clock.timer(ms, () => {
      this.#cancelPause = null
      this.#admit()
    })
  }

  /** Refuses everybody who waits and everybody who comes. */
  close(): void {
    this.#closed = true
    this.#cancelPause?.()
    this.#cancelRefill?.()
    for (const waiting of this.#queue) waiting.refuse(notSent())
    this.#queue.clear()
  }

  #isOpen(): boolean {
    return this.#inFlight < this.#concurrency && this.#tokens >= 1 && this.#cancelPause === null
  }

  #take(): void {
    this.#inFlight++
    if (this.#perSecond === null) return
    this.#tokens--
    this.#refillLater(this.#perSecond)
  }

  #admit(): void {
    for (const waiting of this.#queue) {
      if (!this.#isOpen()) return
      this.#queue.delete(waiting)
      this.#take()
      waiting.enter()
    }
  }

  /** Counts with timers, not with times: the clock may jump. */
  #refillLater(perSecond: number): void {
    if (this.#cancelRefill !== null) return
    const ms = Math.max(shortestRefillMs, Math.ceil(1000 / perSecond))
    this.#cancelRefill = this.#clock.timer(ms, () => {
      this.#cancelRefill = null
      this.#tokens = Math.min(this.#most, this.#tokens + (perSecond * ms) / 1000)
      if (this.#tokens < this.#most) this.#refillLater(perSecond)
      this.#admit()
    })
  }
}

function notSent(): HttpError {
  return new HttpError('aborted', 'Stopped before the request was sent.', false)
}
