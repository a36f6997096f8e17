/** Who leads at each target: it says what becomes of a record that is nobody's. */
import { useQuery } from '@tanstack/vue-query'
import type { Mode } from '../../../../main/contract/words.ts'
import { useEngine } from '../../../composables/use-engine.ts'

/** `modeOf(target)`; null until it is read. */
export function useTargetModes() {
  const { orpc } = useEngine()
  const { data: targets } = useQuery(orpc.targets.list.queryOptions())
  const { data: adapters } = useQuery(orpc.targets.adapters.queryOptions({ staleTime: Infinity }))
  return {
    modeOf(name: string): Mode | null {
      const config = targets.value?.find((target) => target.config.name === name)?.config
      if (!config) return null
      const adapter = adapters.value?.find((one) => one.name === config.adapter)
      return config.mode ?? adapter?.defaults.mode ?? null
    },
  }
}
