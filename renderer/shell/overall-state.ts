/** One state for all targets together, for the chip in the top bar. Pure. */
import type { TargetStatus } from '../../main/contract/targets.ts'

/** What stands out most, strongest first: something to do, then something going on, then something missing. */
const order: readonly TargetStatus['state'][] = [
  'attention',
  'sending',
  'receiving',
  'waiting',
  'unknown',
  'paused',
  'up-to-date',
]

/** The target that speaks for all, with the counts of all; null without targets. */
export function overallState(targets: readonly TargetStatus[]): TargetStatus | null {
  const [first] = targets.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  if (!first) return null
  const total = (field: 'pending' | 'held' | 'failed' | 'conflicts' | 'unmatched') =>
    targets.reduce((sum, target) => sum + target[field], 0)
  return {
    ...first,
    failed: total('failed'),
    conflicts: total('conflicts'),
    unmatched: total('unmatched'),
    held: total('held'),
  }
}
