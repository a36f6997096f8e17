/** The mode of this desk: chosen by whoever works here, followed when somebody changes it for the event. */
import { useQuery } from '@tanstack/vue-query'
import { computed, watch, type Ref } from 'vue'
import type { DeskAction } from '../../../../main/contract/desk-mode-words.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { keptMode, lockedMode } from './kept-mode.ts'
import { everything, mayDo } from './mode-rules.ts'

export type DeskModes = ReturnType<typeof useDeskMode>

export function useDeskMode(eventId: Readonly<Ref<string | null>>) {
  const { orpc } = useEngine()
  const modes = useQuery(
    computed(() =>
      orpc.desk.modes.queryOptions({
        input: { eventId: eventId.value ?? '' },
        enabled: eventId.value !== null,
      }),
    ),
  )
  const mode = computed(() => {
    const { value } = keptMode
    // A lock holds whatever event is in front.
    return value && (value.locked || value.eventId === eventId.value) ? value.mode : everything
  })
  watch(
    [modes.data, eventId],
    ([found]) => {
      const { value } = keptMode
      if (!found || !value || value.eventId !== eventId.value) return
      const now = found.find(({ id }) => id === value.mode.id)
      if (now) {
        if (JSON.stringify(now) !== JSON.stringify(value.mode))
          keptMode.value = { ...value, mode: now }
      } else if (!value.locked) keptMode.value = null
    },
    { immediate: true },
  )
  return {
    mode,
    /** Those of the event. */
    all: computed(() => modes.data.value ?? []),
    isLocked: computed(() => lockedMode.value !== null),
    may: (action: DeskAction) => mayDo(mode.value, action),
    /** @param id null for everything */
    choose(id: string | null) {
      const found = modes.data.value?.find((one) => one.id === id)
      keptMode.value =
        found && eventId.value ? { eventId: eventId.value, mode: found, locked: false } : null
    },
    lock() {
      if (keptMode.value) keptMode.value = { ...keptMode.value, locked: true }
    },
    /** Out of the lock, and of the mode. */
    leave() {
      keptMode.value = null
    },
  }
}
