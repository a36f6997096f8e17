/** How many records fit the filter that is being written; asked when the typing rests, and the question before is dropped. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { toShownProblem } from '../../../connection/shown-problem.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { useRested } from '../../../composables/use-rested.ts'

/** @param filter JSON Logic; null for none, or while it cannot be asked about */
export function useMatchCount(filter: () => Readonly<Record<string, unknown>> | null) {
  const { orpc } = useEngine()
  const wanted = computed(() => JSON.stringify(filter()))
  const asked = useRested(() => wanted.value)
  const { data, error, isFetching } = useQuery(
    computed(() =>
      orpc.targets.matching.queryOptions({
        input: { filter: (JSON.parse(asked.value) ?? {}) as Record<string, unknown> },
        enabled: asked.value !== 'null',
        retry: false,
        gcTime: 0,
      }),
    ),
  )
  const isCurrent = computed(() => asked.value === wanted.value && wanted.value !== 'null')
  return {
    /** Null while nothing is known of the filter as it is now. */
    counts: computed(() => (isCurrent.value && !error.value ? (data.value ?? null) : null)),
    counting: computed(() => wanted.value !== 'null' && (!isCurrent.value || isFetching.value)),
    /** Why it cannot be used; empty where it can. */
    problem: computed(() => {
      if (!isCurrent.value || !error.value) return ''
      const { fields, message } = toShownProblem(error.value)
      return fields?.['filter'] ?? message
    }),
  }
}
