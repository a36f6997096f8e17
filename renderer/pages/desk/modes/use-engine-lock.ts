/** Keeps window and engine in the same lock, whatever became of what either of them keeps. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { watch } from 'vue'
import { useEngine } from '../../../composables/use-engine.ts'
import { keptMode, lockedMode, type KeptMode } from './kept-mode.ts'

export function useEngineLock(): void {
  const { client, orpc } = useEngine()
  const cache = useQueryClient()
  const { data } = useQuery(orpc.desk.locked.queryOptions())

  /** Who signs in anew is another browser to the engine. It locks nobody but itself, so no PIN is asked for. */
  async function lockAgain({ eventId, mode }: KeptMode): Promise<void> {
    const { right } = await client.desk.lock({ eventId, modeId: mode.id })
    if (right) cache.setQueryData(orpc.desk.locked.queryKey(), { lock: { eventId, mode } })
  }

  watch(
    data,
    (told) => {
      if (!told) return
      const { value: kept } = keptMode
      if (told.lock && !lockedMode.value) keptMode.value = { ...told.lock, locked: true }
      if (told.lock || !kept?.locked) return
      lockAgain(kept).catch(() => {
        // A mode or a PIN that is gone: the window stays in the mode, and the next start tries once more.
      })
    },
    { immediate: true },
  )
}
