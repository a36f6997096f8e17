/** Which browsers are locked to which desk mode: kept in the settings, and at hand for every call. */
import { z } from 'zod'
import { deskMode, type DeskLock, type DeskMode } from '../../../contract/desk-modes.ts'
import type { Db } from '../../db/schema.ts'
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
  async function keep(next: ReadonlyMap<string, DeskLock>): Promise<void> {
    const kept = new Map([...next].slice(-mostLocks))
    await writeLocks(db, Object.fromEntries(kept))
    // Not before it is durable.
    locks = kept
  }
  return {
    of: (browser) => (browser === undefined ? null : (locks.get(browser) ?? null)),
    lock: (browser, lock) => keep(new Map([...locks, [browser, lock]])),
    async release(browser) {
      if (locks.has(browser)) await keep(new Map([...locks].filter(([id]) => id !== browser)))
    },
    async follow(eventId, modes) {
      const byId = new Map(modes.map((mode) => [mode.id, mode]))
      const concerned = [...locks.values()].some((lock) => lock.eventId === eventId)
      if (!concerned) return
      await keep(
        new Map(
          [...locks].map(([browser, lock]) => {
            const mode = lock.eventId === eventId ? byId.get(lock.mode.id) : undefined
            return [browser, mode ? { eventId, mode } : lock]
          }),
        ),
      )
    },
  }
}
