/** A server whose clock was set back. */
import type { HttpClient } from './http-client.ts'

/**
 * Whether a clock was set back behind the time that changes are asked for since: what changes there from then on counts as
 * older than that, and would never come. Then everything is asked for once.
 * @param since null for everything; both in the same unit
 * @param now the server's own time, null where it does not tell
 */
export function isSetBack(since: number | null, now: number | null): boolean {
  return since !== null && now !== null && now < since
}

/** The server's time by its newest answer, microseconds since 1970 UTC; null before it has told. */
export function serverStamp(
  client: Pick<HttpClient, 'clockOffsetMs' | 'serverNow'>,
): number | null {
  return client.clockOffsetMs === null ? null : client.serverNow() * 1000
}

/** How far that time may be behind the real one, microseconds: it has whole seconds, and the answer took its time. */
export const clockSlack = 10_000_000
