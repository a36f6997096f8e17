import type { Clock } from '../engine/ports.ts'

/** Longest delay a Node timer takes; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1

/** The computer's clock and timers. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    timer(delayMs, callback) {
      let left = Math.max(0, delayMs)
      let running = setTimeout(step, Math.min(left, longestDelayMs))
      function step(): void {
        left -= longestDelayMs
        if (left <= 0) callback()
        else running = setTimeout(step, Math.min(left, longestDelayMs))
      }
      return () => clearTimeout(running)
    },
  }
}
