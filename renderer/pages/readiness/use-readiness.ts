/** Readiness as the engine sees it, looked at rarely: the header and the page share one answer. */
import { useQuery } from '@tanstack/vue-query'
import { computed, watch } from 'vue'
import { useRoute } from 'vue-router'
import { useEngine } from '../../composables/use-engine.ts'
import { useLive } from '../../composables/use-live.ts'
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
  const { targets } = useLive()
  const standing = computed(() =>
    targets.value
      .map(({ name, paused, failed, held, conflicts }) =>
        [name, paused?.code, failed > 0, held > 0, conflicts > 0].join(' '),
      )
      .join('\n'),
  )
  const query = useQuery(
    computed(() =>
      orpc.readiness.get.queryOptions({
        input: { eventId: eventId.value },
        enabled: connection.value === 'connected',
        refetchOnMount: anew ? 'always' : true,
        refetchInterval: everyMs,
      }),
    ),
  )
  // What somebody decides, pauses or resumes is seen at once; how many changes are on their way is not.
  watch(standing, () => void query.refetch())
  return query
}
