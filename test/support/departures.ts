/** What left the engine, in short words. */
import type { Departure } from './test-engine.ts'

/** Writes as `PUT people`; look-ups and probes do not count. */
export function writesOf(departures: readonly Departure[]): readonly string[] {
  return departures
    .filter(({ method }) => method !== 'GET')
    .map(({ method, url }) => `${method} ${new URL(url).pathname.split('/')[2] ?? ''}`.trim())
}

/** How many of each, like `{ 'PUT people': 3 }`. */
export function countWrites(departures: readonly Departure[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const write of writesOf(departures)) counts[write] = (counts[write] ?? 0) + 1
  return counts
}
