/** The list of the desk: kept while the window is open, and given up with its event. */
import { computed, watch, type Ref } from 'vue'
import type { DeskFilter } from '../../../main/contract/desk.ts'
import { useKept } from '../../composables/use-kept.ts'

export const noFilter: DeskFilter = { missing: [], startGroupId: null, race: null }

/** Whether it holds anybody back. Pure. */
export function isFiltered({ missing, startGroupId, race }: DeskFilter): boolean {
  return missing.length > 0 || startGroupId !== null || race !== null
}

/** `filter` is what is chosen; `asked` is what a search is asked with, null where nobody is held back. */
export function useDeskFilter(eventId: Readonly<Ref<string | null>>) {
  const filter = useKept('marshal.desk.list', noFilter)
  watch(eventId, (now, before) => {
    if (before !== null && now !== before) filter.value = noFilter
  })
  return { filter, asked: computed(() => (isFiltered(filter.value) ? filter.value : null)) }
}
