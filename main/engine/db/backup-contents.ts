/** What is in a backup, and whether it could be restored; the backup itself is only read. */
import { basename } from 'node:path'
import type { EntityName } from '../../contract/words.ts'
import { backupProblem } from './backup-problem.ts'
import { removeDatabaseFile } from './database-files.ts'
import { problemBehind } from './database-problem.ts'
import { copyBackup, proveCopy, type RestoreOptions } from './restore.ts'
import { openConnection, type SqliteConnection } from './sqlite-connection.ts'

export interface BackupContents {
  /** Live records by kind; kinds there are none of are left out. */
  readonly records: Readonly<Partial<Record<EntityName, number>>>
  /** Stamp of the newest change in it, microseconds since 1970 UTC; 0: nothing was ever changed. */
  readonly newest: number
  /** The record that change was of; null where there was none. */
  readonly newestRecord: string | null
}

/** Looks into a backup at rest, quickly and without proving it whole. Throws `DatabaseProblem` where it cannot be read. */
export async function readBackup(file: string): Promise<BackupContents> {
  const connection = await openConnection(file, { mode: 'immutable' })
  try {
    return await contentsOf(connection)
  } catch (error) {
    throw problemBehind(error, file) ?? error
  } finally {
    await connection.close()
  }
}

/** `file` is the database in use; the copy is made beside it. */
export type RestoreTestOptions = Omit<RestoreOptions, 'label' | 'probe'>

let tests = 0

/**
 * Proves that a backup could be restored: a copy is opened as a restore would open it, every page, index and table of it
 * is checked, and its records are counted. The copy is removed. Throws `DatabaseProblem` where a restore would refuse it.
 */
export async function testRestore(options: RestoreTestOptions): Promise<BackupContents> {
  const { file, from } = options
  // Named like a scratch copy, which the next start removes if this process is killed.
  const copy = `${file}.scratch-restore-${(tests += 1)}-${basename(from)}`
  try {
    await copyBackup(from, copy)
    await proveCopy(copy, options)
    return await readBackup(copy)
  } catch (error) {
    throw backupProblem(error, { from, copy })
  } finally {
    await removeDatabaseFile(copy)
  }
}

async function contentsOf(connection: SqliteConnection): Promise<BackupContents> {
  const counts = await connection.all<{ name: EntityName; value: number }>(
    'select name, value from counter where targetId = 0 and value > 0',
  )
  const [newest] = await connection.all<{ stamp: number; recordId: string }>(
    'select stamp, recordId from audit order by stamp desc limit 1',
  )
  return {
    records: Object.fromEntries(counts.map(({ name, value }) => [name, value])),
    newest: newest?.stamp ?? 0,
    newestRecord: newest?.recordId ?? null,
  }
}
