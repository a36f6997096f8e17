/** When a change was made, as its target is told. Pure. Microseconds since 1970 UTC where not named otherwise. */

export interface ChangeTimeFacts {
  /** Stamp of the content here: by our clock. */
  readonly stamp: number
  /** Newest time on the target's clock that is known or possible there for the record, 0 for none. */
  readonly remoteNewestOn: number
  /** What our clock shows, ms. */
  readonly now: number
  /** Target's clock minus ours, ms; null until measured. */
  readonly clockOffsetMs: number | null
}

/** Within this, clocks count as right: measuring them is no more exact. Milliseconds. */
const toleranceMs = 2_000
/** The step in which targets tell times apart: a millisecond. */
const step = 1_000

/**
 * The stamp, told by the target's clock where ours is wrong and never in its future, or what others change there would
 * count as older than ours for years. But always later than what it replaces: a target that keeps what is newest by this
 * time would otherwise drop it without a word. In whole milliseconds.
 */
export function changeTime({ stamp, remoteNewestOn, ...clock }: ChangeTimeFacts): number {
  const offset = clock.clockOffsetMs ?? 0
  const told = Math.abs(offset) > toleranceMs ? stamp + offset * 1_000 : stamp
  const remoteNow = clock.now + offset
  const time = told > (remoteNow + toleranceMs) * 1_000 ? remoteNow * 1_000 : told
  return Math.floor(Math.max(time, remoteNewestOn + step) / step) * step
}
