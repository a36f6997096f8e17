/** The newest run of every target, kept current by the live stream. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useEngine } from '../../composables/use-engine.ts'
import { useLive } from '../../composables/use-live.ts'
import { guardOf, latestRuns, signInRefused } from './latest-runs.ts'

/** `guard(name)` and `refused(name)`: why a target waits for a person although it is not failing records. */
export function useLatestRuns() {
  const { orpc } = useEngine()
  const live = useLive()
  const { data } = useQuery(orpc.sync.runs.queryOptions({ input: { limit: 200 } }))
  const latest = computed(() => latestRuns([...live.runs.values(), ...(data.value?.runs ?? [])]))
  return {
    guard: (name: string) => guardOf(latest.value, name),
    refused: (name: string) =>
      live.target(name)?.state === 'paused' && signInRefused(latest.value, name),
  }
}
