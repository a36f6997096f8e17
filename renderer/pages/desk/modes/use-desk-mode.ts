/** The mode of this desk: chosen by whoever works here, followed when somebody changes it for the event. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, watch, type Ref } from 'vue'
import type { DeskAction } from '../../../../main/contract/desk-mode-words.ts'
import type { DeskLock, PinAnswer } from '../../../../main/contract/desk-modes.ts'
import { useEngine } from '../../../composables/use-engine.ts'
import { keptMode, lockedMode, type KeptMode } from './kept-mode.ts'
import { everything, mayDo } from './mode-rules.ts'

export type DeskModes = ReturnType<typeof useDeskMode>

export function useDeskMode(eventId: Readonly<Ref<string | null>>) {
  const { client, orpc } = useEngine()
  const cache = useQueryClient()
  /** An older answer that is still on its way must not undo it; the two are never seen to differ. */
  async function become(next: KeptMode | null): Promise<void> {
    const queryKey = orpc.desk.locked.queryKey()
    await cache.cancelQueries({ queryKey })
    keptMode.value = next
    const lock: DeskLock | null = next && { eventId: next.eventId, mode: next.mode }
    cache.setQueryData(queryKey, { lock })
  }
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
    /** From then on the engine refuses this browser what the mode does not allow. */
    async lock(pin: string): Promise<PinAnswer> {
      const { value } = keptMode
      if (!value) throw new Error('No mode is chosen')
      const answer = await client.desk.lock({ eventId: value.eventId, modeId: value.mode.id, pin })
      if (answer.right) await become({ ...value, locked: true })
      return answer
    },
    /** Out of the lock, and of the mode. */
    async leave(pin: string): Promise<PinAnswer> {
      const answer = await client.desk.unlock({ pin })
      if (answer.right) await become(null)
      return answer
    },
  }
}
