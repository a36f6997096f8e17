/** The desk modes of each event, the PIN that locks them, and what is locked. */
import type { DeskAction, DeskPart } from '../../../contract/desk-mode-words.ts'
import type { DeskLock, DeskMode } from '../../../contract/desk-modes.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { rows, run } from '../sql/statement.ts'

interface StoredMode {
  readonly id: string
  readonly name: string
  readonly race: string | null
  readonly actions: string
  readonly shows: string
}

/** In the order somebody gave them. */
export async function readDeskModes(db: Db, event: string): Promise<DeskMode[]> {
  const stored = await rows<StoredMode>(
    db,
    `SELECT id, name, race, actions, shows FROM desk_mode WHERE event = ? ORDER BY place`,
    event,
  )
  return stored.map(({ actions, shows, ...mode }) => ({
    ...mode,
    actions: JSON.parse(actions) as DeskAction[],
    shows: JSON.parse(shows) as DeskPart[],
  }))
}

/** These, and no others. */
export async function writeDeskModes(
  trx: Trx,
  event: string,
  modes: readonly DeskMode[],
): Promise<void> {
  await run(trx, `DELETE FROM desk_mode WHERE event = ?`, event)
  await run(
    trx,
    `INSERT INTO desk_mode (event, id, place, name, race, actions, shows)
     SELECT ?1, value ->> 'id', key, value ->> 'name', value ->> 'race', value -> 'actions', value -> 'shows'
       FROM json_each(?2)`,
    event,
    JSON.stringify(modes),
  )
}

/** Ids of the races an event has. */
export async function readRaceIds(db: Db, event: string): Promise<ReadonlySet<string>> {
  const found = await rows<{ id: string }>(
    db,
    `SELECT id FROM race WHERE event = ? AND deletedOn IS NULL`,
    event,
  )
  return new Set(found.map(({ id }) => id))
}

/** A PIN as it is kept. */
export interface StoredPin {
  readonly salt: string
  /** Base64 of what scrypt makes of PIN and salt. */
  readonly hash: string
}

/** Their names among the settings; `db/own-settings.ts` knows them too. */
type Key = 'deskPin' | 'deskLocks'

/** Null while none is set. */
export function readPin(db: Db): Promise<StoredPin | null> {
  return readSetting(db, 'deskPin') as Promise<StoredPin | null>
}

export function writePin(db: Db, pin: StoredPin): Promise<void> {
  return writeSetting(db, 'deskPin', pin)
}

/** The lock of each browser, by its id; whatever stands there. */
export function readLocks(db: Db): Promise<unknown> {
  return readSetting(db, 'deskLocks')
}

export function writeLocks(db: Db, locks: Readonly<Record<string, DeskLock>>): Promise<void> {
  return writeSetting(db, 'deskLocks', locks)
}

async function readSetting(db: Db, key: Key): Promise<unknown> {
  const [row] = await rows<{ value: string }>(db, `SELECT value FROM setting WHERE key = ?`, key)
  return row ? JSON.parse(row.value) : null
}

async function writeSetting(db: Db, key: Key, value: unknown): Promise<void> {
  await run(
    db,
    `INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    key,
    JSON.stringify(value),
  )
}
