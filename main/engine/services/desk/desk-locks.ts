/** Which browsers are locked to which desk mode: kept in the settings, and at hand for every call. */
import { z } from 'zod'
import { deskMode, type DeskLock, type DeskMode } from '../../../contract/desk-modes.ts'
import type { Db } from '../../db/schema.ts'
import { SerialQueue } from '../../db/serial-queue.ts'
import { readLocks, writeLocks } from '../../store/desk/desk-modes.ts'

export interface DeskLocks {
  /** Null for a browser that is not locked, and for callers that are no browser. */
  of(browser: string | undefined): DeskLock | null
  lock(browser: string, lock: DeskLock): Promise<void>
  release(browser: string): Promise<void>
  /** Modes of an event were changed; a lock to one that is gone stays as it was. */
  follow(eventId: string, modes: readonly DeskMode[]): Promise<void>
}

/** As many sessions as there can be. */
const mostLocks = 200

const stored = z.record(z.string(), z.object({ eventId: z.string(), mode: deskMode }))

/** Reads the locks; what cannot be read as one is none. */
export async function createDeskLocks(db: Db): Promise<DeskLocks> {
  const read = stored.safeParse(await readLocks(db))
  let locks: ReadonlyMap<string, DeskLock> = new Map(Object.entries(read.data ?? {}))
  // Each starts from what the one before left, or one of two locks at once would be lost.
  const queue = new SerialQueue()
  const become = (
    next: (now: ReadonlyMap<string, DeskLock>) => ReadonlyMap<string, DeskLock> | null,
  ): Promise<void> =>
    queue.add(async () => {
      const changed = next(locks)
      if (changed === null) return
      const kept = new Map([...changed].slice(-mostLocks))
      await writeLocks(db, Object.fromEntries(kept))
      // Not before it is durable.
      locks = kept
    })
  return {
    of: (browser) => (browser === undefined ? null : (locks.get(browser) ?? null)),
    lock: (browser, lock) => become((now) => new Map([...now, [browser, lock]])),
    release: (browser) =>
      become((now) =>
        now.has(browser) ? new Map([...now].filter(([id]) => id !== browser)) : null,
      ),
    follow(eventId, modes) {
      const byId = new Map(modes.map((mode) => [mode.id, mode]))
      return become((now) => {
        if (![...now.values()].some((lock) => lock.eventId === eventId)) return null
        return new Map(
          [...now].map(([browser, lock]) => {
            const mode = lock.eventId === eventId ? byId.get(lock.mode.id) : undefined
            return [browser, mode ? { eventId, mode } : lock]
          }),
        )
      })
    },
  }
}
