/** The newest run of every target, kept current by the live stream. */
import { useQueries } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useEngine } from '../../composables/use-engine.ts'
import { useLive } from '../../composables/use-live.ts'
import { guardOf, latestRuns } from './latest-runs.ts'

/** Enough to find a real run behind some rehearsals. */
const perTarget = 10

/** `guard(name)` and `refused(name)`: why a target waits for a person although it is not failing records. */
export function useLatestRuns() {
  const { orpc } = useEngine()
  const live = useLive()
  // Asked for each target by itself: one that runs rarely would be missing among the last runs of all.
  const answers = useQueries({
    queries: computed(() =>
      live.targets.value.map(({ name }) =>
        orpc.sync.runs.queryOptions({ input: { name, limit: perTarget } }),
      ),
    ),
  })
  const latest = computed(() =>
    latestRuns([...live.runs.values(), ...answers.value.flatMap(({ data }) => data?.runs ?? [])]),
  )
  return {
    guard: (name: string) => guardOf(latest.value, name),
    /** Resuming alone does not help: the target refused its credentials. */
    refused: (name: string) => live.target(name)?.paused?.code === 'sign-in',
  }
}
