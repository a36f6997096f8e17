/** Whether a target may run: one rule for the pause of one target and for that of all. Pure. */
import type { PauseReason } from '../../contract/reasons.ts'
import type { Target } from '../store/runs/targets.ts'

/** Why a target is at rest; null while it may run. */
export function pauseOf(
  { pausedReason }: Pick<Target, 'pausedReason'>,
  pausedAll: boolean,
): PauseReason | null {
  return pausedReason ?? (pausedAll ? { code: 'all' } : null)
}
