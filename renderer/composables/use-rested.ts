/** A value that is typed, taken when the typing rests. */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

/**
 * @param typed what it is now
 * @param restMs how long it must not change, ms
 * @returns what it was when it last rested; at first, what it is
 */
export function useRested(typed: () => string, restMs = 300): Readonly<Ref<string>> {
  const rested = ref(typed())
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(typed, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => (rested.value = now), restMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  return rested
}
