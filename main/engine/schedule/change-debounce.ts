/** Gathers changes until they pause, so that typing and imports lead to one run instead of hundreds. */
import type { EntityName } from '../../contract/words.ts'
import type { Clock } from '../ports.ts'

/** A change goes out this long after the last one. */
export const quietMs = 2_000

/** An import, or a busy desk, never pauses: the first change does not wait longer than this. */
export const longestMs = 10_000

/** The same of a hub, whose desks are to see a check-in within a second. */
export const quickMs = { quiet: 200, longest: 1_000 } as const

/** Entities that changed, and where that came from. */
export interface GatheredChange {
  readonly entities: readonly EntityName[]
  /** The target that told of it, null for a change made here. */
  readonly from: string | null
}

export interface ChangeDebounce {
  add(change: GatheredChange): void
  stop(): void
}

/** @param flush told what changed since it was called last, each source once */
export function createChangeDebounce(
  clock: Pick<Clock, 'timer'>,
  flush: (changes: readonly GatheredChange[]) => void,
  times: { readonly quiet: number; readonly longest: number } = {
    quiet: quietMs,
    longest: longestMs,
  },
): ChangeDebounce {
  const gathered = new Map<string | null, Set<EntityName>>()
  let cancelQuiet = () => {}
  let cancelLongest: (() => void) | null = null
  const reset = () => {
    cancelQuiet()
    cancelLongest?.()
    cancelLongest = null
  }
  const go = () => {
    reset()
    const changes = [...gathered].map(([from, entities]) => ({ from, entities: [...entities] }))
    gathered.clear()
    flush(changes)
  }
  return {
    add({ entities, from }) {
      if (entities.length === 0) return
      gathered.set(from, new Set([...(gathered.get(from) ?? []), ...entities]))
      cancelQuiet()
      cancelQuiet = clock.timer(times.quiet, go)
      cancelLongest ??= clock.timer(times.longest, go)
    },
    stop() {
      reset()
      gathered.clear()
    },
  }
}
