/** A copy of the database to try things on: what is written to it is thrown away, and the one in use is not touched. */
import { open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Kysely } from 'kysely'
import { removeDatabaseFile } from './database-files.ts'
import { problemBehind } from './database-problem.ts'
import type { Database, Db } from './schema.ts'
import { openConnection, type SqliteConnection } from './sqlite-connection.ts'
import { Sqlite3Dialect } from './sqlite3-dialect.ts'

export interface ScratchCopy {
  readonly db: Db
  /** Closes the copy and removes its file. */
  discard(): Promise<void>
}

/** How copies end; a number follows. */
const ending = '.scratch-'
let copies = 0

/** Nothing here has to outlive the process, so nothing waits for the disk. */
const settings = `
  pragma foreign_keys = on;
  pragma trusted_schema = off;
  pragma temp_store = memory;
  pragma journal_mode = memory;
  pragma synchronous = off;
`

/**
 * Copies the database behind a connection as it is now, beside its file and readable by this user only. Saving goes on
 * meanwhile. Throws `DatabaseProblem`, as for lack of room.
 */
export async function openScratchCopy(file: string): Promise<ScratchCopy> {
  const copy = `${file}${ending}${(copies += 1)}`
  let connection: SqliteConnection | null = null
  try {
    await removeDatabaseFile(copy)
    // SQLite accepts an empty file and keeps its rights, but would make a new one readable by everybody.
    await (await open(copy, 'wx', 0o600)).close()
    const source = await openConnection(file, { mode: 'write' })
    try {
      await source.execute('vacuum into ?', [copy])
    } finally {
      await source.close()
    }
    connection = await openConnection(copy, { mode: 'write' })
    await connection.exec(settings)
  } catch (error) {
    await connection?.close()
    await removeDatabaseFile(copy)
    throw problemBehind(error, copy) ?? error
  }
  const opened = connection
  const db = new Kysely<Database>({ dialect: new Sqlite3Dialect(opened) })
  return {
    db,
    async discard() {
      await db.destroy()
      await opened.close()
      await removeDatabaseFile(copy)
    },
  }
}

/** Removes copies a process that was killed has left. */
export async function removeScratchCopies(file: string): Promise<void> {
  for (const name of await readdir(dirname(file))) {
    if (name.startsWith(basename(file) + ending)) {
      await removeDatabaseFile(join(dirname(file), name))
    }
  }
}
