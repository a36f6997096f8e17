/** How long a server asks to be left alone. */

const longestMs = 3_600_000

/**
 * `Retry-After` in milliseconds, at most one hour; null when absent or not understood.
 * @param text seconds or an HTTP date (RFC 9110, 10.2.3).
 * @param serverNow the server's own time, ms since 1970: a date is compared to the clock that wrote it.
 */
export function retryAfterMs(text: string | undefined, serverNow: number): number | null {
  const trimmed = text?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(trimmed)) return capped(Number(trimmed) * 1000)
  if (!/^[A-Z][a-z]{2}/.test(trimmed)) return null
  const date = Date.parse(trimmed)
  return Number.isNaN(date) ? null : capped(date - serverNow)
}

/**
 * How long to wait when the rate headers say that nothing is left in this window; null when something is.
 * `X-RateLimit-Remaining`/`-Reset` (seconds to go, or seconds since 1970) and the IETF draft's `RateLimit-*`.
 */
export function rateWindowMs(
  headers: Readonly<Record<string, string>>,
  serverNow: number,
): number | null {
  const remaining = headers['ratelimit-remaining'] ?? headers['x-ratelimit-remaining']
  if (remaining === undefined || Number(remaining) > 0 || remaining.trim() === '') return null
  const reset = Number(headers['ratelimit-reset'] ?? headers['x-ratelimit-reset'])
  if (!Number.isFinite(reset) || reset <= 0) return null
  const sinceEpoch = reset > 1_000_000_000
  return capped(sinceEpoch ? reset * 1000 - serverNow : reset * 1000)
}

function capped(ms: number): number {
  return Math.min(longestMs, Math.max(0, Math.round(ms)))
}
