/** The engine's live events. A listener that throws cannot hurt the work that is going on. */
import type { LiveEvent } from '../contract/sync.ts'
import type { Log } from './ports.ts'

export interface Live {
  emit(event: LiveEvent): void
  /** Returns the function that ends the subscription. */
  on(listener: (event: LiveEvent) => void): () => void
}

export function createLive(log: Log): Live {
  const listeners = new Set<(event: LiveEvent) => void>()
  return {
    emit(event) {
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          log.error('A live listener failed', { error: String(error), event: event.type })
        }
      }
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
