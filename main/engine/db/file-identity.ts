import { databaseProblem, DatabaseProblem } from './database-problem.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** SQLite's `application_id` of our files: the letters MRSL. Tells them from other programs' databases. */
export const applicationId = 0x4d52534c

/** All that recognising a database needs of a migration. */
export interface NamedStep {
  readonly name: string
}

/** One migration step as the database remembers it. */
export interface AppliedStep {
  readonly name: string
  /** Version of the Marshal that did it. */
  readonly appVersion: string
}

/** The number a step's name starts with; kept as `user_version` so that any tool can show it. */
export function stepNumber(name: string): number {
  return Number.parseInt(name, 10)
}

/** Steps done so far, oldest first; none in a database that has just been made. */
export async function appliedSteps(connection: SqliteConnection): Promise<readonly AppliedStep[]> {
  const [table] = await connection.all(
    `select 1 from sqlite_schema where type = 'table' and name = 'migration'`,
  )
  if (table === undefined) return []
  return connection.all<{ name: string; appVersion: string }>(
    'select name, appVersion from migration order by name',
  )
}

/**
 * Throws `DatabaseProblem` when this is some other program's database (`not-a-database`), cannot be read (`damaged`)
 * or knows steps we do not (`newer`, naming both versions).
 */
export async function refuseForeignFile(
  connection: SqliteConnection,
  steps: readonly NamedStep[],
  appVersion: string,
): Promise<void> {
  if ((await pragmaNumber(connection, 'application_id')) !== applicationId) {
    throw databaseProblem('not-a-database', connection.file)
  }
  const known = new Set(steps.map((step) => step.name))
  const applied = await appliedSteps(connection)
  const unknown = applied.filter((step) => !known.has(step.name)).at(-1)
  const ours = steps.at(-1)?.name ?? 'none'
  const version = await pragmaNumber(connection, 'user_version')
  if (unknown === undefined && version <= stepNumber(steps.at(-1)?.name ?? '0')) return
  const theirs = unknown ?? { name: `step ${version}`, appVersion: 'a later version' }
  throw new DatabaseProblem(
    'newer',
    `The database ${connection.file} was written by a newer Marshal (${theirs.appVersion}, up to ${theirs.name}) than this one (${appVersion}, up to ${ours}).`,
    `Update Marshal on this computer to ${theirs.appVersion}, or restore a backup made by this version.`,
  )
}

/** The value of a pragma that answers with one number. */
export async function pragmaNumber(connection: SqliteConnection, name: string): Promise<number> {
  const [row] = await connection.all(`pragma ${name}`)
  return Number(Object.values(row ?? {})[0])
}
