/** The settings of this installation: read once, changed field by field, applied at once. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { ref, shallowRef } from 'vue'
import type { Settings } from '../../../main/contract/settings.ts'
import { toShownProblem, type ShownProblem } from '../../connection/shown-problem.ts'
import { useEngine } from '../../composables/use-engine.ts'

export function useSettings() {
  const { client, orpc } = useEngine()
  const cache = useQueryClient()
  // The same cache entry as the window's look follows.
  const query = useQuery(orpc.settings.get.queryOptions({ staleTime: Infinity }))
  const problem = shallowRef<ShownProblem | null>(null)
  const saving = ref<ReadonlySet<string>>(new Set())

  /** Answers whether it was saved. */
  async function change(changes: Partial<Settings>): Promise<boolean> {
    saving.value = new Set(Object.keys(changes))
    problem.value = null
    try {
      const settings = await client.settings.set(changes)
      cache.setQueryData(orpc.settings.get.queryKey(), settings)
      // It speaks of the lock, the name of this computer and what is paused.
      void cache.invalidateQueries({ queryKey: orpc.readiness.key() })
      return true
    } catch (error) {
      problem.value = toShownProblem(error)
      return false
    } finally {
      saving.value = new Set()
    }
  }

  return { ...query, settings: query.data, problem, saving, change }
}
