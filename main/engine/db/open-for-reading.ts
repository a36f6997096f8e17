/**
 * Opens a database where nothing can be written: the disk is full, or it is write-protected. Reading must need no new
 * byte: no shared memory, no log, no note.
 */
import { stat } from 'node:fs/promises'
import { Kysely } from 'kysely'
import { DatabaseProblem, problemBehind } from './database-problem.ts'
import { exists, hasCode } from './durable-files.ts'
import { appliedSteps, refuseForeignFile } from './file-identity.ts'
import type { Migration } from './migration.ts'
import type { OpenDatabase } from './opened-database.ts'
import { openConnection, type SqliteConnection } from './sqlite-connection.ts'
import { Sqlite3Dialect } from './sqlite3-dialect.ts'
import { readStatement } from './statement-text.ts'

export interface UnwritableDatabase {
  readonly file: string
  readonly steps: readonly Migration[]
  readonly appVersion: string
  /** Why it cannot be opened for writing; every attempt to write is refused with it. */
  readonly problem: DatabaseProblem
}

/** True for trouble with writing that leaves what is there readable. */
export function onlyWritingFails(error: unknown): error is DatabaseProblem {
  return error instanceof DatabaseProblem && ['disk-full', 'read-only'].includes(error.code)
}

/**
 * Opens what is there for reading. Throws `problem` where that is not possible either: there is no database, a restore was
 * cut short, or it would have to be brought up to date first.
 */
export async function openForReading<Schema>({
  file,
  steps,
  appVersion,
  problem,
}: UnwritableDatabase): Promise<OpenDatabase<Schema>> {
  const isThere = await exists(file).catch(() => false)
  if (!isThere || (await exists(`${file}.restore-plan`))) throw problem
  const connection = await firstThatReads(file, problem)
  try {
    await connection.exec(
      'pragma foreign_keys = on; pragma trusted_schema = off; pragma temp_store = memory; pragma cache_size = -16384',
    )
    await refuseForeignFile(connection, steps, appVersion)
    if ((await appliedSteps(connection)).length < steps.length) throw problem
  } catch (error) {
    await connection.close()
    throw error
  }
  return assemble(connection, problem)
}

/**
 * Without a log beside it the file is all there is and nobody has it open. With one, only SQLite knows what counts: alone
 * on the file it keeps in memory what it would share; else it must find what others share there already.
 */
async function firstThatReads(file: string, problem: DatabaseProblem): Promise<SqliteConnection> {
  const log = await logSize(file)
  const ways = [
    ...(log === null ? [] : (['alone', 'read'] as const)),
    ...(log === null || log === 0 ? (['immutable'] as const) : []),
  ]
  for (const way of ways) {
    const connection = await openConnection(file, { mode: way === 'alone' ? 'write' : way })
    try {
      if (way === 'alone') await connection.exec('pragma locking_mode = exclusive')
      await connection.all('select count(*) from sqlite_schema')
      return connection
    } catch (error) {
      await connection.close()
      if (problemBehind(error, file) === null) throw error
    }
  }
  throw problem
}

async function logSize(file: string): Promise<number | null> {
  try {
    return (await stat(`${file}-wal`)).size
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function assemble<Schema>(
  connection: SqliteConnection,
  problem: DatabaseProblem,
): OpenDatabase<Schema> {
  const db = new Kysely<Schema>({ dialect: new Sqlite3Dialect(refusing(connection, problem)) })
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    await db.destroy()
    await connection.close()
  }
  return {
    file: connection.file,
    db,
    reader: db,
    opening: {
      created: false,
      checked: false,
      migrated: [],
      backupFile: null,
      recovered: null,
      restored: null,
    },
    through: connection,
    onlyReads: problem,
    trouble: () => null,
    onLoss: () => {},
    checkpoint: async () => ({ complete: false, pages: 0 }),
    close: () => (closing ??= close()),
  }
}

/** The same connection; what would change anything is refused before SQLite sees it. */
function refusing(connection: SqliteConnection, problem: DatabaseProblem): SqliteConnection {
  const execute: SqliteConnection['execute'] = async (sql, parameters) => {
    const { changes, verb } = readStatement(sql)
    // A transaction that only reads ends with a commit too.
    if (changes && verb !== 'commit') throw problem
    return connection.execute(sql, parameters)
  }
  return {
    file: connection.file,
    execute,
    all: async (sql, parameters) => (await execute(sql, parameters)).rows as never,
    exec: () => Promise.reject(problem),
    close: () => connection.close(),
  }
}
