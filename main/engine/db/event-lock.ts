/**
 * The event lock: until a day a person chose, no version of Marshal changes the form of the database. It lies among the
 * settings, where it is read before anything of a newer version touches the file.
 */
import { isLocked } from '../../contract/event-lock.ts'
import type { Clock } from '../ports.ts'
import { DatabaseProblem, problemBehind } from './database-problem.ts'
import { appliedSteps, type NamedStep } from './file-identity.ts'
import { openConnection, type SqliteConnection } from './sqlite-connection.ts'

/** Its name among the settings. */
export const lockKey = 'lockedUntil'

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

export interface OlderForm {
  /** The database in use, whose lock it is. */
  readonly file: string
  readonly from: string
  /** A proven copy of the backup. */
  readonly copy: string
  readonly clock: Clock
  readonly steps: readonly NamedStep[]
}

/**
 * Throws `DatabaseProblem` `event-lock` for a backup of an older version while a lock holds: the next start would have to
 * bring it up to date, and would be refused then.
 */
export async function refuseOlderFormWhileLocked(backup: OlderForm): Promise<void> {
  const { file, from, copy, clock, steps } = backup
  const until = await lockOf(file)
  if (!isLocked(until, clock.now())) return
  const connection = await openConnection(copy, { mode: 'read' })
  try {
    if ((await appliedSteps(connection)).length >= steps.length) return
  } finally {
    await connection.close()
  }
  throw new DatabaseProblem(
    'event-lock',
    `The backup ${from} is of an older version, and until ${until} no update may change the database: Marshal could not start with it.`,
    'Choose a backup made by this version. If it has to be this one, lift the event lock first.',
  )
}

/** The day of a database that may not be there or not be readable; null then. */
async function lockOf(file: string): Promise<string | null> {
  const connection = await openConnection(file, { mode: 'read' }).catch(() => null)
  try {
    return connection && (await readLock(connection))
  } catch {
    return null
  } finally {
    await connection?.close().catch(() => {
      // What cannot be read may refuse to be closed as well.
    })
  }
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

/** The day until which a database is locked, over or not; null where there is none. */
export async function readLock(connection: SqliteConnection): Promise<string | null> {
  if (!(await hasSettings(connection))) return null
  const [row] = await connection.all<{ value: string }>('select value from setting where key = ?', [
    lockKey,
  ])
  const value: unknown = row === undefined ? null : JSON.parse(row.value)
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : null
}

/** False in a database made before there were settings. */
export async function hasSettings(connection: SqliteConnection): Promise<boolean> {
  const tables = await connection.all(
    `select 1 from sqlite_schema where type = 'table' and name = 'setting'`,
  )
  return tables.length > 0
}
