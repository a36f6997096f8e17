/**
 * A clock that stands still until a test moves it; timers fire while it is moved. As on a real computer, correcting the
 * clock moves no timer.
 */
import type { Clock } from '../../main/engine/ports.ts'

export interface FakeClock extends Clock {
  /** Moves time on and fires the timers that fall due, in their order. */
  advance(ms: number): void
  /** The same, but lets the promises each timer starts settle before the next one fires. */
  walk(ms: number): Promise<void>
  /** Sets the time without firing anything: a clock somebody corrected. */
  jumpTo(ms: number): void
  /** Milliseconds since the clock was made, whatever the wall shows. */
  elapsed(): number
  /** Timers that have not fired. */
  readonly waiting: number
}

/** 2026-04-18T06:00:00Z, a race morning. */
export const raceMorning = Date.UTC(2026, 3, 18, 6)

/** Lets everything that waits for nothing but promises come to rest. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export function fakeClock(start: number = raceMorning): FakeClock {
  /** Time since the clock was made; timers count by it. */
  let elapsed = 0
  /** What the clock on the wall shows beyond it. */
  let offset = start
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>()
  const fireNext = (end: number): boolean => {
    const next = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
    if (!next) return false
    timers.delete(next)
    elapsed = Math.max(elapsed, next.at)
    next.callback()
    return true
  }
  return {
    now: () => elapsed + offset,
    timer(delayMs, callback) {
      const timer = { at: elapsed + Math.max(0, delayMs), callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const end = elapsed + ms
      while (fireNext(end));
      elapsed = end
    },
    async walk(ms) {
      const end = elapsed + ms
      await settle()
      while (fireNext(end)) await settle()
      elapsed = end
    },
    jumpTo(ms) {
      offset = ms - elapsed
    },
    elapsed: () => elapsed,
    get waiting() {
      return timers.size
    },
  }
}
