/**
 * Virtual time. It only moves when the simulation moves it; timers count elapsed time, so setting a wall clock moves no
 * timer, as on a real computer.
 */
import type { Clock } from '../../main/engine/ports.ts'
import { raceMorning } from '../support/fake-clock.ts'

interface Timer {
  readonly at: number
  readonly callback: () => void
}

export class SimClock {
  #elapsed = 0
  readonly #timers = new Set<Timer>()

  /** Milliseconds since the simulation began. */
  get elapsed(): number {
    return this.#elapsed
  }

  /** The true time, ms since 1970. */
  get trueTime(): number {
    return raceMorning + this.#elapsed
  }

  /** Moves on to the next timer and fires it; false when there is none within so many ms, which then have passed. */
  fireNext(withinMs: number): boolean {
    const end = this.#elapsed + withinMs
    let next: Timer | null = null
    for (const timer of this.#timers) {
      if (timer.at <= end && (next === null || timer.at < next.at)) next = timer
    }
    if (!next) {
      this.#elapsed = end
      return false
    }
    this.#timers.delete(next)
    this.#elapsed = Math.max(this.#elapsed, next.at)
    next.callback()
    return true
  }

  /** Lets so many ms go by; whatever falls due fires. */
  pass(ms: number): void {
    const end = this.#elapsed + ms
    while (this.fireNext(end - this.#elapsed));
  }

  /** A clock that shows `offset()` ms more than the true time. `stop` cancels its timers, as the end of a process does. */
  shownWith(offset: () => number): Clock & { stop(): void } {
    const own = new Set<Timer>()
    let stopped = false
    return {
      now: () => this.trueTime + offset(),
      timer: (delayMs, callback) => {
        if (stopped) return () => {}
        const timer: Timer = {
          at: this.#elapsed + Math.max(0, delayMs),
          callback: () => {
            own.delete(timer)
            callback()
          },
        }
        own.add(timer)
        this.#timers.add(timer)
        return () => {
          own.delete(timer)
          this.#timers.delete(timer)
        }
      },
      stop: () => {
        stopped = true
        for (const timer of own) this.#timers.delete(timer)
      },
    }
  }
}
