/** The event lock: the last day on which no version of Marshal may change the form of the database. */

/** The day is over everywhere: it ends last at twelve hours behind UTC. Milliseconds. */
const dayEverywhereMs = 36 * 60 * 60_000

/**
 * Whether a lock holds. Pure.
 * @param until the last day, as `2026-05-17`; null where there is no lock
 * @param now milliseconds since 1970 UTC
 */
export function isLocked(until: string | null, now: number): boolean {
  return until !== null && now < Date.parse(`${until}T00:00:00Z`) + dayEverywhereMs
}
