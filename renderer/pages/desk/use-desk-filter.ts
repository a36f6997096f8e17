/** The list of the desk: kept while the window is open, and given up with its event. */
import { computed, watch, type Ref } from 'vue'
import type { DeskFilter } from '../../../main/contract/desk.ts'
import { useKept } from '../../composables/use-kept.ts'

export const noFilter: DeskFilter = { missing: [], startGroupId: null, race: null }

/** Whether it holds anybody back. Pure. */
export function isFiltered({ missing, startGroupId, race }: DeskFilter): boolean {
  return missing.length > 0 || startGroupId !== null || race !== null
}

/**
 * `filter` is what is chosen; `asked` is what a search is asked with, null where nobody is held back.
 * @param race the only one searched, chosen or not; null for all
 */
export function useDeskFilter(
  eventId: Readonly<Ref<string | null>>,
  race: Readonly<Ref<string | null>>,
) {
  const filter = useKept('marshal.desk.list', noFilter)
  watch(eventId, (now, before) => {
    if (before !== null && now !== before) filter.value = noFilter
  })
  // A start group of another race would leave nobody to find.
  watch(race, (only) => {
    if (only !== null) filter.value = { ...filter.value, startGroupId: null, race: null }
  })
  return {
    filter,
    asked: computed(() => {
      const all = { ...filter.value, race: race.value ?? filter.value.race }
      return isFiltered(all) ? all : null
    }),
  }
}
