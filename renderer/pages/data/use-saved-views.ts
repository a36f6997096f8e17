/** Filters and orders of a list that somebody gave a name; a habit of this computer. */
import { computed } from 'vue'
import { useKept } from '../../composables/use-kept.ts'

interface SavedView {
  readonly name: string
  /** As in the address. */
  readonly view: Readonly<Record<string, string>>
}

/** @param entity the kind of record they are for */
export function useSavedViews(entity: () => string) {
  const all = useKept<Readonly<Record<string, readonly SavedView[]>>>(
    'marshal.saved-views',
    {},
    localStorage,
  )
  const views = computed(() => all.value[entity()] ?? [])
  const set = (next: readonly SavedView[]) => (all.value = { ...all.value, [entity()]: next })
  const without = (name: string) => views.value.filter((one) => one.name !== name)
  return {
    views,
    /** One of the same name is replaced. */
    keep: (name: string, view: SavedView['view']) => set([...without(name), { name, view }]),
    forget: (name: string) => set(without(name)),
  }
}
