/** The adapters there are, speaking the language of the window. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { inLanguage } from '../adapter-words/adapter-words.ts'
import { useEngine } from './use-engine.ts'

export function useAdapters() {
  const { orpc } = useEngine()
  const { locale } = useI18n()
  const { data, error, refetch } = useQuery(
    orpc.targets.adapters.queryOptions({ staleTime: Infinity }),
  )
  return {
    /** Undefined while they are not read. */
    adapters: computed(() => data.value?.map((adapter) => inLanguage(locale.value, adapter))),
    error,
    refetch,
  }
}
