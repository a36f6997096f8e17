/** Which of several events people mean when none was chosen. Pure. */
import type { DeskEvent } from './desk.ts'

/** The event nearest in time, and among undated ones that with most entrants; `now` in milliseconds since 1970 UTC. */
export function likeliestEvent(events: readonly DeskEvent[], now: number): DeskEvent | null {
  const away = ({ startDateTime }: DeskEvent) =>
    startDateTime === null ? Number.MAX_VALUE : Math.abs(Date.parse(startDateTime) - now)
  const [first] = events.toSorted((a, b) => away(a) - away(b) || b.entrants - a.entrants)
  return first ?? null
}
