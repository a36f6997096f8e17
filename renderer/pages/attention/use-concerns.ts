/** What of each target itself waits for a person. */
import { computed } from 'vue'
import { useLive } from '../../composables/use-live.ts'
import { useLatestRuns } from '../sync/use-latest-runs.ts'
import { concernsOf } from './target-concerns.ts'

export function useConcerns() {
  const live = useLive()
  const { guard, refused } = useLatestRuns()
  return computed(() => concernsOf(live.targets.value, guard, refused))
}
