/** Settings that are about this computer and this day, not about the data: they stay when a backup takes its place. */
import { hasSettings, lockKey } from './event-lock.ts'
import { openConnection, type SqliteConnection } from './sqlite-connection.ts'

/** Of these a value that was set here goes before the backup's. */
const ours: readonly string[] = [
  ...['deviceName', 'operatorName', 'theme', 'language', 'webhooks', 'pausedAll'],
]

/** These are as they are now, also where there are none: an old or another computer's does not come back. */
const onlyOurs: readonly string[] = [lockKey, 'deskPin', 'deskLocks']

interface Setting {
  readonly key: string
  readonly value: string
}

/**
 * Writes them into the copy of a backup that is about to take the place of a database. Event lock, PIN and locked desks are
 * as they are now, also where there are none: no old one comes back, and no present one is lost.
 * @param file the database; where it is not there or cannot be read, the backup's own stay
 */
export async function keepOwnSettings(file: string, copy: string): Promise<void> {
  const present = await settingsOf(file)
  if (present === null) return
  const connection = await openConnection(copy, { mode: 'write' })
  try {
    if (!(await hasSettings(connection))) return
    const kept = present.filter(({ key }) => onlyOurs.includes(key) || ours.includes(key))
    await connection.execute('delete from setting where key in (select value from json_each(?))', [
      JSON.stringify(onlyOurs),
    ])
    await connection.execute(
      `insert into setting (key, value) select value ->> 'key', value ->> 'value' from json_each(?) where true
       on conflict (key) do update set value = excluded.value`,
      [JSON.stringify(kept)],
    )
  } finally {
    await connection.close()
  }
}

async function settingsOf(file: string): Promise<readonly Setting[] | null> {
  let connection: SqliteConnection | null = null
  try {
    connection = await openConnection(file, { mode: 'read' })
    if (!(await hasSettings(connection))) return null
    return await connection.all<Setting>('select key, value from setting')
  } catch {
    // What is damaged is replaced as it is.
    return null
  } finally {
    await connection?.close().catch(() => {
      // What cannot be read may refuse to be closed as well.
    })
  }
}
