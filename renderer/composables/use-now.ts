/** A clock shared by everything that shows "12 s ago"; ticks once a second while anybody looks. */
import { onScopeDispose, readonly, shallowRef, type ShallowRef } from 'vue'

const now = shallowRef(Date.now())
let lookers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The present in milliseconds, updated every second for the life of the calling component. */
export function useNow(): Readonly<ShallowRef<number>> {
  if (lookers++ === 0) {
    now.value = Date.now()
    timer = setInterval(() => (now.value = Date.now()), 1000)
  }
  onScopeDispose(() => {
    if (--lookers === 0) clearInterval(timer)
  })
  return readonly(now)
}
