/** Readiness as the engine sees it, looked at rarely: the header and the page share one answer. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { useEngine } from '../../composables/use-engine.ts'
import { readKept } from '../../composables/use-kept.ts'

/** Counting a large event is real work, and little of it changes by the minute. */
const everyMs = 5 * 60_000

/** @param options.anew looks again when the component appears */
export function useReadiness({ anew = false }: { readonly anew?: boolean } = {}) {
  const { orpc, connection } = useEngine()
  const route = useRoute()
  /** The event the Desk works for, looked up on each page; without one the engine takes the likeliest. */
  const eventId = computed(() => {
    void route.path
    return readKept<string | null>(localStorage, 'marshal.desk.event', null)
  })
  return useQuery(
    computed(() =>
      orpc.readiness.get.queryOptions({
        input: { eventId: eventId.value },
        enabled: connection.value === 'connected',
        refetchOnMount: anew ? 'always' : true,
        refetchInterval: everyMs,
      }),
    ),
  )
}
