/** The desk modes of each event, and the PIN that locks them. */
import type { DeskAction, DeskPart } from '../../../contract/desk-mode-words.ts'
import type { DeskMode } from '../../../contract/desk-modes.ts'
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

/** Its name among the settings; `db/own-settings.ts` knows it too. */
const pinKey = 'deskPin'

/** Null while none is set. */
export async function readPin(db: Db): Promise<StoredPin | null> {
  const [row] = await rows<{ value: string }>(db, `SELECT value FROM setting WHERE key = ?`, pinKey)
  return row ? (JSON.parse(row.value) as StoredPin) : null
}

export async function writePin(db: Db, pin: StoredPin): Promise<void> {
  await run(
    db,
    `INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    pinKey,
    JSON.stringify(pin),
  )
}
