/** What is done once an open database has lost its place: what was saved is still behind the open connection. */
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { sql, type Kysely } from 'kysely'
import type { Clock } from '../ports.ts'
import { backupFolderOf, fileTime, freeNameBeside, removeDatabaseFile } from './database-files.ts'
import { exists, makePrivateFolder, place } from './durable-files.ts'
import type { NamedStep } from './file-identity.ts'
import type { FileGuard } from './file-guard.ts'
import { verifyDatabaseFile } from './integrity.ts'

export interface LostDatabase<Schema> {
  readonly file: string
  /** Still reads and writes the file that has lost its name. */
  readonly db: Kysely<Schema>
  readonly guard: FileGuard
  readonly clock: Clock
  readonly steps: readonly NamedStep[]
}

/**
 * Writes everything saved so far into a backup of its own, which `guard.rescued` names then, and keeps SQLite from
 * playing our log into the file that stands in our place. Throws when there is no room or no folder for the copy.
 */
export async function rescueLost<Schema>(lost: LostDatabase<Schema>): Promise<void> {
  const { file, db, guard, clock, steps } = lost
  const folder = backupFolderOf(file)
  try {
    await makePrivateFolder(folder)
    const target = join(folder, `marshal-${fileTime(clock.now())}-rescued.db`)
    const partial = `${target}.partial-${fileTime(clock.now())}`
    await removeDatabaseFile(partial)
    await (await open(partial, 'wx', 0o600)).close()
    try {
      await sql`vacuum into ${partial}`.execute(db)
      await verifyDatabaseFile(partial, steps, '')
      await place(partial, target)
    } catch (error) {
      await removeDatabaseFile(partial)
      throw error
    }
    guard.rescued = target
  } finally {
    await putOwnLogAside(lost)
  }
}

/** A log with the name of another database is played into it by whoever opens that next. */
async function putOwnLogAside<Schema>({ file, guard, clock }: LostDatabase<Schema>): Promise<void> {
  if (guard.loss() !== 'replaced' || !guard.ownsLog()) return
  const left = await freeNameBeside(file, 'left', clock.now())
  for (const suffix of ['-wal', '-shm']) {
    if (await exists(file + suffix)) await rename(file + suffix, left + suffix)
  }
}
