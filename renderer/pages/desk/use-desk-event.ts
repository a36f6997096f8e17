/** The event the desk works for: the one chosen last on this computer, else the likeliest. */
import { useQuery } from '@tanstack/vue-query'
import { computed, watch } from 'vue'
import { likeliestEvent } from '../../../main/contract/likeliest-event.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useKept } from '../../composables/use-kept.ts'
import { keptMode } from './modes/kept-mode.ts'

/** Events with their counters, and the chosen one. */
export function useDeskEvent() {
  const { orpc } = useEngine()
  const kept = useKept<string | null>('marshal.desk.event', null, localStorage)
  const events = useQuery(orpc.desk.events.queryOptions())
  /** A locked desk stays with its event. */
  const wanted = () => (keptMode.value?.locked ? keptMode.value.eventId : kept.value)
  const chosen = computed(
    () =>
      events.data.value?.find(({ id }) => id === wanted()) ??
      likeliestEvent(events.data.value ?? [], Date.now()),
  )
  // Kept at once: counters change all day, the event in front must not.
  watch(chosen, (event) => {
    if (event && event.id !== kept.value) kept.value = event.id
  })
  return {
    events,
    chosen,
    chosenId: computed(() => chosen.value?.id ?? null),
    choose(id: string) {
      kept.value = id
    },
  }
}
