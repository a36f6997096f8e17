/** What is in a backup, and whether it could be restored; the backup itself is only read. */
import { constants } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { EntityName } from '../../contract/words.ts'
import { removeDatabaseFile } from './database-files.ts'
import { problemBehind } from './database-problem.ts'
import { exists, makePrivate } from './durable-files.ts'
import { verifyDatabaseFile } from './integrity.ts'
import type { Migration } from './migration.ts'
import { refuseChangedSchema } from './schema-check.ts'
import { openConnection, type SqliteConnection } from './sqlite-connection.ts'

export interface BackupContents {
  /** Live records by kind; kinds there are none of are left out. */
  readonly records: Readonly<Partial<Record<EntityName, number>>>
  /** Stamp of the newest change in it, microseconds since 1970 UTC; 0: nothing was ever changed. */
  readonly newest: number
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

export interface RestoreTestOptions {
  /** The database in use; the copy is made beside it. */
  readonly file: string
  readonly from: string
  readonly steps: readonly Migration[]
  readonly appVersion: string
}

let tests = 0

/**
 * Proves that a backup could be restored: a copy is opened as a restore would open it, every page, index and table of it
 * is checked, and its records are counted. The copy is removed. Throws `DatabaseProblem` where a restore would refuse it.
 */
export async function testRestore({
  file,
  from,
  steps,
  appVersion,
}: RestoreTestOptions): Promise<BackupContents> {
  // Named like a scratch copy, which the next start removes if this process is killed.
  const copy = `${file}.scratch-restore-${(tests += 1)}-${basename(from)}`
  try {
    await removeDatabaseFile(copy)
    await copyFile(from, copy, constants.COPYFILE_EXCL)
    await makePrivate(copy)
    if (await exists(`${from}-wal`)) await copyFile(`${from}-wal`, `${copy}-wal`)
    await verifyDatabaseFile(copy, steps, appVersion)
    await refuseChangedSchema(copy, steps)
    return await readBackup(copy)
  } catch (error) {
    throw problemBehind(error, copy) ?? error
  } finally {
    await removeDatabaseFile(copy)
  }
}

async function contentsOf(connection: SqliteConnection): Promise<BackupContents> {
  const counts = await connection.all<{ name: EntityName; value: number }>(
    'select name, value from counter where targetId = 0 and value > 0',
  )
  const [newest] = await connection.all<{ stamp: number | null }>(
    'select max(stamp) as stamp from audit',
  )
  return {
    records: Object.fromEntries(counts.map(({ name, value }) => [name, value])),
    newest: newest?.stamp ?? 0,
  }
}
