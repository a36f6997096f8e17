/** Where this installation keeps credentials, for sentences about them: never named before it is known. */
import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'
import type { AboutView } from '../../main/contract/settings.ts'
import { useEngine } from './use-engine.ts'

/** `unknown` until the engine has told. Message keys end with it. */
export function useSecretPlace(): ComputedRef<AboutView['secrets'] | 'unknown'> {
  const { orpc } = useEngine()
  const { data: about } = useQuery(orpc.settings.about.queryOptions({ staleTime: Infinity }))
  return computed(() => about.value?.secrets ?? 'unknown')
}
