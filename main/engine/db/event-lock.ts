/**
 * The event lock: until a day a person chose, no version of Marshal changes the form of the database. It lies among the
 * settings, where it is read before anything of a newer version touches the file.
 */
import type { Clock } from '../ports.ts'
import { DatabaseProblem, problemBehind } from './database-problem.ts'
import { openConnection, type SqliteConnection } from './sqlite-connection.ts'

/** Its name among the settings. */
export const lockKey = 'lockedUntil'

/** The day is over everywhere: it ends last at twelve hours behind UTC. Milliseconds. */
const dayEverywhereMs = 36 * 60 * 60_000

/**
 * Whether a lock holds.
 * @param until the last day, as `2026-05-17`; null where there is no lock
 * @param now milliseconds since 1970 UTC
 */
export function isLocked(until: string | null, now: number): boolean {
  return until !== null && now < Date.parse(`${until}T00:00:00Z`) + dayEverywhereMs
}

/** Throws `DatabaseProblem` `event-lock` while a lock holds; called before the first step of bringing a file up to date. */
export async function refuseWhileLocked(
  connection: SqliteConnection,
  clock: Clock,
  appVersion: string,
): Promise<void> {
  const until = await readLock(connection)
  if (!isLocked(until, clock.now())) return
  throw new DatabaseProblem(
    'event-lock',
    `An event is on: until ${until} no update may change the database ${connection.file}, and Marshal ${appVersion} would have to.`,
    'Go on with the version of Marshal you had. If it has to be this one, lift the lock first with `marshal event-lock --off`.',
  )
}

/** Takes the lock away from a database nobody has open. Throws `DatabaseProblem`. */
export async function liftEventLock(file: string): Promise<void> {
  const connection = await openConnection(file, { mode: 'write' })
  try {
    if (await hasSettings(connection))
      await connection.execute('delete from setting where key = ?', [lockKey])
  } catch (error) {
    throw problemBehind(error, file) ?? error
  } finally {
    await connection.close()
  }
}

async function readLock(connection: SqliteConnection): Promise<string | null> {
  if (!(await hasSettings(connection))) return null
  const [row] = await connection.all<{ value: string }>('select value from setting where key = ?', [
    lockKey,
  ])
  const value: unknown = row === undefined ? null : JSON.parse(row.value)
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : null
}

async function hasSettings(connection: SqliteConnection): Promise<boolean> {
  const tables = await connection.all(
    `select 1 from sqlite_schema where type = 'table' and name = 'setting'`,
  )
  return tables.length > 0
}
