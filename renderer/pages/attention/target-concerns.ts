/** What about a target itself, not about single records, waits for a person. Pure. */
import type { Guard } from '../../../main/contract/sync.ts'
import type { TargetStatus } from '../../../main/contract/targets.ts'

/**
 * - `sign-in`: the target refused its credentials and is paused for it.
 * - `guard`: a run stopped before deleting suspiciously much.
 * - `stopped`: the last run could not go on for a reason of its own.
 */
export type Concern =
  | { readonly kind: 'sign-in'; readonly target: TargetStatus }
  | { readonly kind: 'guard'; readonly target: TargetStatus; readonly guard: Guard }
  | { readonly kind: 'stopped'; readonly target: TargetStatus }

/** The concerns of all targets, in the order of the targets. */
export function concernsOf(
  targets: readonly TargetStatus[],
  guardOf: (name: string) => Guard | null,
  isRefused: (name: string) => boolean,
): readonly Concern[] {
  return targets.flatMap((target): readonly Concern[] => {
    if (isRefused(target.name)) return [{ kind: 'sign-in', target }]
    const guard = guardOf(target.name)
    if (guard) return [{ kind: 'guard', target, guard }]
    const blamesRecords = target.failed + target.conflicts + target.unmatched > 0
    if (target.state === 'attention' && target.lastError && !blamesRecords) {
      return [{ kind: 'stopped', target }]
    }
    return []
  })
}
