/** The laptops of the event as the engine knows them; the header and the page share one answer. */
import { useQuery } from '@tanstack/vue-query'
import { computed, shallowRef, watch } from 'vue'
import { useEngine } from '../../composables/use-engine.ts'
import { useLive } from '../../composables/use-live.ts'
import { hubStanding } from './hub-standing.ts'

/** Who comes is told; who goes, and who falls behind, is asked for. */
const usualMs = 15_000

/** @param options.everyMs how often an open hub looks who is still here */
export function useDevices({ everyMs = usualMs }: { readonly everyMs?: number } = {}) {
  const { orpc, connection } = useEngine()
  const live = useLive()
  const isOpen = shallowRef(false)
  const query = useQuery(
    computed(() =>
      orpc.devices.get.queryOptions({
        enabled: connection.value === 'connected',
        refetchInterval: isOpen.value ? everyMs : false,
      }),
    ),
  )
  watch(query.data, (view) => (isOpen.value = Boolean(view?.open)), { immediate: true })
  const names = computed(() => live.targets.value.map(({ name }) => name).join('\n'))
  // A hub that is removed among the targets is none any more.
  watch(names, () => void query.refetch())

  const target = computed(() => {
    const name = query.data.value?.hub?.target
    return name === undefined ? undefined : live.target(name)
  })
  /** Null until it is known. */
  const standing = computed(() =>
    query.data.value ? hubStanding(query.data.value, target.value) : null,
  )
  return { ...query, target, standing }
}
