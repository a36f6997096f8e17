import { Kysely } from 'kysely'
import type { Clock, Probe } from '../ports.ts'
import { DatabaseProblem } from './database-problem.ts'
import { appliedSteps, stepNumber } from './file-identity.ts'
import type { Migration } from './migration.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { Sqlite3Dialect } from './sqlite3-dialect.ts'

export interface MigrateOptions {
  readonly steps: readonly Migration[]
  readonly clock: Clock
  /** Version of this Marshal, kept with every step it does. */
  readonly appVersion: string
  /** Throws when a person has said that the database is to stay as it is; called before the backup. */
  readonly refuse?: () => Promise<void>
  /** Makes a verified backup; called once, before the first step, when the database holds anything. */
  readonly backUp: () => Promise<void>
  /** Called at `migrate:backup` and, for each step, `migrate:<name>:begun`, `:written` (not yet durable), `:done`. */
  readonly probe?: Probe
}

/** A step failed. Nothing of it remains; earlier steps do. */
export class MigrationFailed extends DatabaseProblem {
  readonly step: string

  constructor(step: string, file: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(
      'migration-failed',
      `The database ${file} could not be brought up to date: step ${step} failed (${reason}).`,
      'Nothing of that step was kept, and a backup from before is in the folder `backups`. Go on with the version of Marshal you had, and report this.',
      { cause },
    )
    this.name = 'MigrationFailed'
    this.step = step
  }
}

/**
 * Brings the database up to date and returns the names of the steps done now.
 *
 * Each step and the note that it is done are one transaction, so a process killed anywhere leaves the old schema or
 * the new one. Another process doing the same waits, then finds the step done. Foreign keys are not enforced while a
 * step runs (SQLite cannot rebuild a parent table otherwise) but checked before it is committed.
 *
 * Throws `MigrationFailed`, or the `DatabaseProblem` behind it such as a full disk. The connection must have no
 * transaction open and no other user.
 */
export async function migrate(
  connection: SqliteConnection,
  options: MigrateOptions,
): Promise<readonly string[]> {
  refuseDisorder(options.steps)
  const before = await appliedSteps(connection)
  const pending = pendingSteps(options.steps, new Set(before.map((step) => step.name)))
  if (pending.length === 0) return []
  if (await holdsAnything(connection)) {
    await options.refuse?.()
    await options.probe?.('migrate:backup')
    await options.backUp()
  }
  const done: string[] = []
  // Has no effect inside a transaction, so it is switched here.
  await connection.exec('pragma foreign_keys = off')
  try {
    for (const step of pending) {
      if (await runStep(connection, step, options)) done.push(step.name)
    }
  } finally {
    await connection.exec('pragma foreign_keys = on')
  }
  return done
}

/** Does one step in one transaction; false when somebody else did it meanwhile. */
async function runStep(
  connection: SqliteConnection,
  step: Migration,
  options: MigrateOptions,
): Promise<boolean> {
  const db = new Kysely<unknown>({ dialect: new Sqlite3Dialect(connection) })
  let done: boolean
  try {
    done = await db.transaction().execute(async (trx) => {
      const applied = await appliedSteps(connection)
      if (applied.some(({ name }) => name === step.name)) return false
      await options.probe?.(`migrate:${step.name}:begun`)
      await step.up(trx)
      await refuseOrphans(connection)
      await recordStep(connection, step.name, options)
      await options.probe?.(`migrate:${step.name}:written`)
      return true
    })
  } catch (error) {
    // A table the step itself does not find is the step's fault.
    throw error instanceof DatabaseProblem && error.code !== 'incomplete'
      ? error
      : new MigrationFailed(step.name, connection.file, error)
  } finally {
    await db.destroy()
  }
  await options.probe?.(`migrate:${step.name}:done`)
  return done
}

/** Part of the step's own transaction. */
async function recordStep(
  connection: SqliteConnection,
  name: string,
  { clock, appVersion }: MigrateOptions,
): Promise<void> {
  await connection.execute(
    `create table if not exists migration (
      name text primary key, appliedOn text not null, appVersion text not null
    ) strict`,
  )
  await connection.execute('insert into migration (name, appliedOn, appVersion) values (?, ?, ?)', [
    name,
    new Date(clock.now()).toISOString(),
    appVersion,
  ])
  await connection.execute(`pragma user_version = ${stepNumber(name)}`)
}

async function refuseOrphans(connection: SqliteConnection): Promise<void> {
  const [orphan] = await connection.all<{ child: string; parent: string }>(
    'select "table" as child, parent from pragma_foreign_key_check limit 1',
  )
  if (orphan !== undefined) {
    throw new Error(`rows of ${orphan.child} would point to a missing ${orphan.parent}`)
  }
}

function pendingSteps(
  steps: readonly Migration[],
  applied: ReadonlySet<string>,
): readonly Migration[] {
  const firstPending = steps.findIndex((step) => !applied.has(step.name))
  if (firstPending === -1) return []
  const pending = steps.slice(firstPending)
  const late = pending.find((step) => applied.has(step.name))
  if (late !== undefined) {
    throw new Error(
      `Migration ${pending[0]?.name} comes before ${late.name}, which this database already has: number it after the newest one`,
    )
  }
  return pending
}

/** A defect in the list itself: names must be numbered and strictly ascending. */
function refuseDisorder(steps: readonly Migration[]): void {
  for (const [index, { name }] of steps.entries()) {
    if (!/^\d{4}-[a-z0-9-]+$/.test(name)) {
      throw new Error(`Migration ${name} must be named like 0010-master-data`)
    }
    const previous = steps[index - 1]
    if (previous !== undefined && stepNumber(previous.name) >= stepNumber(name)) {
      throw new Error(`Migration ${name} must be numbered after ${previous.name}`)
    }
  }
}

async function holdsAnything(connection: SqliteConnection): Promise<boolean> {
  const [table] = await connection.all('select 1 from sqlite_schema limit 1')
  return table !== undefined
}
