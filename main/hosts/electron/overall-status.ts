import type { StatusView } from '../../contract/sync.ts'
import type { TargetState } from '../../contract/words.ts'
import type { TrayStatus } from './tray.ts'

/** What one word can say about several targets: the first of these that any target is in. */
const mostTelling: readonly TargetState[] = [
  'attention',
  'sending',
  'receiving',
  'waiting',
  'unknown',
]

/**
 * All targets in one state. Pure. "Up to date" only if every target that is not paused is; "paused" only if all are.
 *
 * @param pausedAll the person's own switch for everything
 */
export function overallStatus(status: StatusView, pausedAll: boolean): TrayStatus {
  const { targets } = status
  const sum = (count: (target: (typeof targets)[number]) => number) =>
    targets.reduce((total, target) => total + count(target), 0)
  const needy = targets.filter((target) => target.state === 'attention').length
  return {
    targets: targets.length,
    state: overallState(targets.map((target) => target.state)),
    pending: sum((target) => target.pending),
    // A target can need attention without any failed record: a refused sign-in, a guarded deletion.
    attention: Math.max(
      needy,
      sum((target) => target.failed + target.conflicts),
    ),
    pausedAll,
  }
}

function overallState(states: readonly TargetState[]): TargetState {
  if (states.length === 0) return 'unknown'
  const telling = mostTelling.find((state) => states.includes(state))
  if (telling !== undefined) return telling
  return states.includes('up-to-date') ? 'up-to-date' : 'paused'
}
