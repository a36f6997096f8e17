/** The event the desk works for: the one chosen last on this computer, else the likeliest. */
import { useQuery } from '@tanstack/vue-query'
import { computed, watch } from 'vue'
import type { DeskEvent } from '../../../main/contract/desk.ts'
import { useEngine } from '../../composables/use-engine.ts'
import { useKept } from '../../composables/use-kept.ts'

/** The event nearest in time, and among undated ones that with most entrants. Pure; `now` in milliseconds. */
export function likeliestEvent(events: readonly DeskEvent[], now: number): DeskEvent | null {
  const away = ({ startDateTime }: DeskEvent) =>
    startDateTime === null ? Number.MAX_VALUE : Math.abs(Date.parse(startDateTime) - now)
  const [first] = events.toSorted((a, b) => away(a) - away(b) || b.entrants - a.entrants)
  return first ?? null
}

/** Events with their counters, and the chosen one. */
export function useDeskEvent() {
  const { orpc } = useEngine()
  const kept = useKept<string | null>('marshal.desk.event', null, localStorage)
  const events = useQuery(orpc.desk.events.queryOptions())
  const chosen = computed(
    () =>
      events.data.value?.find(({ id }) => id === kept.value) ??
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
