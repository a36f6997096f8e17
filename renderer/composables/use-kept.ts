/** A value that survives reloads and page changes. */
import { customRef, type Ref } from 'vue'

/**
 * A ref whose value is written to `storage` at once, as JSON, and read from there when created.
 * `sessionStorage` (default) for what belongs to this sitting, `localStorage` for habits of this computer.
 */
export function useKept<T>(key: string, initial: T, storage: Storage = sessionStorage): Ref<T> {
  return customRef<T>((track, trigger) => {
    let value = readKept(storage, key, initial)
    return {
      get() {
        track()
        return value
      },
      set(next) {
        value = next
        try {
          storage.setItem(key, JSON.stringify(next))
        } catch {
          // Storage is full or forbidden: the value still lives as long as the window.
        }
        trigger()
      },
    }
  })
}

/** What is kept there now. */
export function readKept<T>(storage: Storage, key: string, initial: T): T {
  try {
    const text = storage.getItem(key)
    return text === null ? initial : (JSON.parse(text) as T)
  } catch {
    return initial
  }
}
