import { open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Probe } from '../ports.ts'
import { DatabaseProblem, problemBehind } from './database-problem.ts'
import { removeDatabaseFile } from './database-files.ts'
import { makePrivate, place } from './durable-files.ts'
import { appliedSteps } from './file-identity.ts'
import { verifyDatabaseFile } from './integrity.ts'
import { withOwnConnection, type DatabaseSource } from './sqlite-connection.ts'

export interface BackupOptions {
  /** Called at `backup:1:copied`, `backup:2:verified`, `backup:3:placed`. */
  readonly probe?: Probe
}

export interface Backup {
  readonly file: string
  readonly bytes: number
}

/** How unfinished copies made by this process end; a number follows, as two may be made at the same time. */
const ownPartial = `.partial-${process.pid}`
let copies = 0

/**
 * Copies a database that may be in use into `target`, replacing it only by a copy that has passed the integrity check.
 *
 * The copy is made by `VACUUM INTO` on its own connection: saving goes on meanwhile, and the copy is one compact file
 * that needs nothing beside it. Readable by this user only. After a crash at most a file named `target` + `.partial-…`
 * is left, which the next backup to the same place removes.
 *
 * Throws `DatabaseProblem`.
 */
export async function backupDatabase(
  database: DatabaseSource,
  target: string,
  options: BackupOptions = {},
): Promise<Backup> {
  const partial = `${target}${ownPartial}-${(copies += 1)}`
  try {
    await refuseSameFile(database.file, target)
    await removeLeftovers(target)
    // SQLite accepts an empty file and keeps its rights, but would make a new one readable by everybody.
    await (await open(partial, 'wx', 0o600)).close()
    await copyInto(database, partial, options.probe)
    await place(partial, target)
    await makePrivate(target)
    await options.probe?.('backup:3:placed')
    return { file: target, bytes: (await stat(target)).size }
  } catch (error) {
    await removeDatabaseFile(partial).catch(() => {
      // The first error says why there is no backup; a left-over partial file is removed next time.
    })
    throw problemBehind(error, target) ?? error
  }
}

async function copyInto(
  database: DatabaseSource,
  partial: string,
  probe: Probe | undefined,
): Promise<void> {
  const steps = await withOwnConnection(database, async (connection) => {
    const applied = await appliedSteps(connection)
    await connection.execute('vacuum into ?', [partial])
    return applied
  })
  await probe?.('backup:1:copied')
  // A copy of this very database: every step it knows is fine.
  await verifyDatabaseFile(partial, steps, '')
  await probe?.('backup:2:verified')
}

/** Removes what backups to `target` that were cut short have left. */
async function removeLeftovers(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    const isPartial = name.startsWith(`${basename(target)}.partial-`)
    const isOwn = name.startsWith(`${basename(target)}${ownPartial}-`)
    if (isPartial && !isOwn) await removeDatabaseFile(join(dirname(target), name))
  }
}

/** Throws when both names lead to one file: replacing a database by its own copy would cut its open connections off. */
export async function refuseSameFile(file: string, other: string): Promise<void> {
  if ((await trueName(file)) !== (await trueName(other))) return
  throw new DatabaseProblem(
    'locked',
    `${other} is the database in use itself.`,
    'Choose another file.',
  )
}

async function trueName(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch {
    return join(await realpath(dirname(file)), basename(file))
  }
}
