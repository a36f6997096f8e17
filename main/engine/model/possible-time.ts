/** Times no race, no entrant and no change of either has: they are slips, and some do not fit where times are kept. */

export const earliestYear = 1900
export const latestYear = 2200

const earliest = Date.UTC(earliestYear, 0, 1)
const latest = Date.UTC(latestYear + 1, 0, 1)

/** Whether a moment (milliseconds since 1970 UTC) lies in these years, whatever the time zone. */
export function isPossibleTime(ms: number): boolean {
  return ms >= earliest && ms < latest
}
