/** Which targets wait for somebody to decide about deletions. Pure. */
import type { Guard, RunView } from '../../../main/contract/sync.ts'

/** The newest run of each target that really ran and came to an end. */
export function latestRuns(runs: readonly RunView[]): ReadonlyMap<string, RunView> {
  const latest = new Map<string, RunView>()
  for (const run of runs) {
    if (run.rehearsal || run.result === null) continue
    const known = latest.get(run.target)
    if (!known || known.startedOn < run.startedOn) latest.set(run.target, run)
  }
  return latest
}

/** The guard that stopped a target's newest run, null when none did. */
export function guardOf(latest: ReadonlyMap<string, RunView>, target: string): Guard | null {
  return latest.get(target)?.guard ?? null
}
