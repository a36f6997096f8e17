import { listBackups } from './automatic-backups.ts'
import { backupFolderOf } from './database-files.ts'
import { DatabaseProblem } from './database-problem.ts'
import { restoreDatabase, type RestoreOptions } from './restore.ts'

/** What was done about a damaged database. */
export interface Recovered {
  /** The damaged file, kept for whoever may still read something from it. */
  readonly asideFile: string
  /** The backup that took its place; what was saved after it is only in `asideFile`. */
  readonly backupFile: string
}

export type DamagedDatabase = Omit<RestoreOptions, 'from' | 'label'> & {
  /** What was found wrong with it. */
  readonly reason: DatabaseProblem
}

/**
 * Puts a damaged database aside and the newest backup that can be verified in its place.
 *
 * Without such a backup nothing is touched and `DatabaseProblem` `damaged` is thrown, also at every later start:
 * an empty database must never quietly take the place of a damaged one.
 */
export async function replaceDamaged(damaged: DamagedDatabase): Promise<Recovered> {
  const folder = backupFolderOf(damaged.file)
  for (const backup of await listBackups(folder, damaged.clock.now())) {
    try {
      const restored = await restoreDatabase({ ...damaged, from: backup.file, label: 'damaged' })
      return { asideFile: restored.asideFile ?? damaged.file, backupFile: backup.file }
    } catch (error) {
      if (!isUnusableBackup(error)) throw error
    }
  }
  throw new DatabaseProblem(
    'damaged',
    `The database ${damaged.file} is damaged (${reasonIn(damaged.reason)}) and there is no usable backup in ${folder}.`,
    'Restore a backup from elsewhere with `marshal restore FILE`; the damaged file has been left untouched.',
    { cause: damaged.reason },
  )
}

/** Trouble with the disk is not the backup's fault: trying the next one would only hide it. */
function isUnusableBackup(error: unknown): boolean {
  if (!(error instanceof DatabaseProblem)) return false
  return error.code === 'damaged' || error.code === 'not-a-database' || error.code === 'newer'
}

function reasonIn(problem: DatabaseProblem): string {
  return problem.cause instanceof Error ? problem.cause.message : problem.message
}
