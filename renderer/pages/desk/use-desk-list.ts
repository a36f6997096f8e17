/** What stands under the search box of the desk, and who of it is in front. */
import { computed } from 'vue'
import type { useEntrantDesk } from './use-entrant-desk.ts'

export function useDeskList(desk: ReturnType<typeof useEntrantDesk>) {
  const { query, search, chosen } = desk
  const shown = computed(() => {
    if (query.value.trim() !== '') return 'found'
    return desk.isListed.value ? 'list' : 'recent'
  })
  const rows = computed(() => {
    if (shown.value === 'recent') return desk.recent.value
    // Who was on the list before a text was typed is no answer to it.
    return shown.value === 'found' && search.answered.value === '' ? [] : search.rows.value
  })
  return {
    shown,
    rows,
    /** Who is in front, where the list has them: a list may be of others. */
    chosenRow: computed(() => rows.value.find(({ id }) => id === chosen.value?.id)),
    nothingFound: computed(
      () =>
        shown.value === 'found' && search.answered.value !== '' && search.rows.value.length === 0,
    ),
    /** Who has what was refused, each of them once. */
    holders: computed(() => {
      const { value } = desk.actions.refusal
      const found = Object.values(desk.refused.value).map((refused) => refused?.holder)
      if (value && value.entrantId === (chosen.value?.id ?? null)) found.push(value.problem.holder)
      return new Map(found.flatMap((holder) => (holder ? [[holder.id, holder]] : []))).values()
    }),
    move(by: number) {
      if (rows.value.length === 0) return
      const at = rows.value.findIndex(({ id }) => id === chosen.value?.id)
      const next = rows.value[Math.min(rows.value.length - 1, Math.max(0, at + by))]
      if (next) desk.choose(next, 'moved')
    },
  }
}
