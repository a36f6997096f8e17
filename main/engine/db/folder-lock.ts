/**
 * A lock of the operating system on a file of our own: held by one connection of one process, and given back by the
 * kernel however that process ends. Numbers of processes say nothing about other containers or computers; this does.
 */
import { constants } from 'node:fs'
import { access, open } from 'node:fs/promises'
import { DatabaseProblem } from './database-problem.ts'
import { hasCode } from './durable-files.ts'
import { openConnection, type SqliteConnection } from './sqlite-connection.ts'

export interface FolderLock {
  /** Lets the next one have it. May be called twice. */
  release(): Promise<void>
}

/**
 * How long one of several who come at the same moment waits for the others to see that they are too late,
 * milliseconds. Without it all of them could be refused.
 */
const settleMs = 500

/** Files locked, or being locked, by this process: it need not wait for itself. */
const heldHere = new Set<string>()

/**
 * Takes the lock, or answers null when somebody has it, in this process or any other that sees the file.
 *
 * The file is an empty SQLite database on which an exclusive transaction stays open: Node has no file locks of its own.
 * Nothing is ever written to it, so a full disk is no obstacle once it exists. Nobody may open it in another way: closing
 * any descriptor of it would give the lock back (POSIX).
 *
 * Throws the system's error when the file can neither be found nor made, and `DatabaseProblem` when it cannot be locked.
 */
export async function lockFile(file: string): Promise<FolderLock | null> {
  if (heldHere.has(file)) return null
  heldHere.add(file)
  let connection: SqliteConnection | null = null
  try {
    connection = await lockedConnection(file)
  } finally {
    if (connection === null) heldHere.delete(file)
  }
  return connection === null ? null : heldLock(file, connection)
}

function heldLock(file: string, connection: SqliteConnection): FolderLock {
  let releasing: Promise<void> | null = null
  const release = async (): Promise<void> => {
    // Closing rolls the transaction back; what it began is never written.
    await connection.close()
    heldHere.delete(file)
  }
  return { release: () => (releasing ??= release()) }
}

async function lockedConnection(file: string): Promise<SqliteConnection | null> {
  await makeEmpty(file)
  const connection = await openConnection(file, { mode: 'write' })
  try {
    // The transaction's journal would be a file beside it.
    await connection.exec(
      `pragma busy_timeout = ${settleMs}; pragma journal_mode = memory; begin exclusive`,
    )
    return connection
  } catch (error) {
    await connection.close()
    if (error instanceof DatabaseProblem && error.code === 'locked') return null
    throw error
  }
}

/** SQLite would make it readable by everybody. */
async function makeEmpty(file: string): Promise<void> {
  try {
    await (await open(file, 'wx', 0o600)).close()
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    // SQLite would open what cannot be written all the same, and then say something else.
    await access(file, constants.W_OK)
  }
}
