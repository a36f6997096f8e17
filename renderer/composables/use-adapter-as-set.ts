/** An adapter as settings make it: what kinds of records a generic system has is said by its settings. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AdapterView } from '../../main/contract/targets.ts'
import { inLanguage } from '../adapter-words/adapter-words.ts'
import { useEngine } from './use-engine.ts'

/** While it is asked for, and for an adapter that is always the same, the adapter as it was given. */
export function useAdapterAsSet<Given extends AdapterView | null | undefined>(
  given: () => Given,
  settings: () => Record<string, unknown>,
): ComputedRef<Given | AdapterView> {
  const { orpc } = useEngine()
  const { locale } = useI18n()
  const { data } = useQuery(
    computed(() => ({
      ...orpc.targets.asSet.queryOptions({
        input: { adapter: given()?.name ?? '', settings: { ...settings() } },
      }),
      enabled: given()?.dependsOnSettings ?? false,
      placeholderData: keepPreviousData,
    })),
  )
  // Settings that do not fit yet, while they are typed, say nothing: what was told last holds.
  const told = shallowRef<AdapterView | null>(null)
  watch(data, (now) => (told.value = now ?? told.value), { immediate: true })
  return computed(() => {
    const adapter = given()
    const set = told.value
    return set && adapter?.dependsOnSettings && set.name === adapter.name
      ? inLanguage(locale.value, set)
      : adapter
  })
}
