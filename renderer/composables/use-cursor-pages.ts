/** Going through a list the engine gives out page by page: it tells where the next page starts, never where one was. */
import { computed, ref, watch } from 'vue'

/** @param asked what the list is about; a change of it starts again at the first page */
export function useCursorPages(asked: () => unknown) {
  /** Where the pages up to the present one start. */
  const starts = ref<(string | null)[]>([null])
  watch(
    () => JSON.stringify(asked()),
    () => (starts.value = [null]),
    { flush: 'sync' },
  )
  return {
    after: computed(() => starts.value.at(-1) ?? null),
    /** Counts from 1. */
    page: computed(() => starts.value.length),
    hasPrevious: computed(() => starts.value.length > 1),
    previous: () => {
      if (starts.value.length > 1) starts.value = starts.value.slice(0, -1)
    },
    /** @param start the position the present page names as the next one */
    next: (start: string | null) => {
      if (start !== null) starts.value = [...starts.value, start]
    },
  }
}
