/** When to try again after a transient failure. Pure. */

const baseMs = 1_000
const capMs = 300_000

/**
 * Full jitter: a random delay up to `1 s × 2^(attempt − 1)`, at most 5 minutes; what the server asked for wins.
 * @param attempt 1 for the first retry
 * @param random uniform in [0, 1)
 * @returns milliseconds to wait
 */
export function backoff(attempt: number, retryAfterMs: number | null, random: number): number {
  if (retryAfterMs !== null) return retryAfterMs
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 20))
  return Math.round(random * ceiling)
}
