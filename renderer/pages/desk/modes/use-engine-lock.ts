/** Keeps the window in the mode its browser is locked to, whatever became of what the browser keeps itself. */
import { useQuery } from '@tanstack/vue-query'
import { watch } from 'vue'
import { useEngine } from '../../../composables/use-engine.ts'
import { keptMode, lockedMode } from './kept-mode.ts'

export function useEngineLock(): void {
  const { orpc } = useEngine()
  const { data } = useQuery(orpc.desk.locked.queryOptions())
  watch(
    data,
    (told) => {
      if (told?.lock && !lockedMode.value) keptMode.value = { ...told.lock, locked: true }
    },
    { immediate: true },
  )
}
