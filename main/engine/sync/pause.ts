/** Whether a target may run: one rule for the pause of one target and for that of all. Pure. */
import type { Target } from '../store/targets.ts'

/** Why a target is at rest, in words; null while it may run. */
export function pauseReason(
  { pausedReason }: Pick<Target, 'pausedReason'>,
  pausedAll: boolean,
): string | null {
  return pausedReason ?? (pausedAll ? 'Everything is paused' : null)
}

/** A target that nobody has finished setting up. */
export const setUpUnfinished = 'The set-up is not finished'

/** A target on its way out. */
export const beingRemoved = 'It is being removed'
