import { constants } from 'node:fs'
import { copyFile, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { ProblemError } from '../../contract/problem.ts'
import type { Clock, Probe } from '../ports.ts'
import { backupProblem } from './backup-problem.ts'
import { refuseSameFile } from './backup.ts'
import { companions, freeNameBeside, removeDatabaseFile } from './database-files.ts'
import { databaseProblem, DatabaseProblem, problemBehind } from './database-problem.ts'
import {
  exists,
  flushFile,
  flushFolderOf,
  hasCode,
  makePrivate,
  writeWhole,
} from './durable-files.ts'
import { refuseOlderFormWhileLocked } from './event-lock.ts'
import { verifyDatabaseFile } from './integrity.ts'
import { keepOwnSettings } from './own-settings.ts'
import { loseCertainty } from './lose-certainty.ts'
import type { Migration } from './migration.ts'
import { refuseChangedSchema } from './schema-check.ts'
import { openConnection } from './sqlite-connection.ts'

export interface RestoreOptions {
  /** The database to replace; nobody may have it open. */
  readonly file: string
  /** The backup to put in its place; it is only read. */
  readonly from: string
  readonly clock: Clock
  readonly steps: readonly Migration[]
  readonly appVersion: string
  /** Why the old file is put aside; part of its new name. */
  readonly label?: 'replaced' | 'damaged'
  /** Called at `restore:1:copied`, `2:verified`, `3:planned`, `4:aside`, `5:placed`, `6:done`. */
  readonly probe?: Probe
}

export interface Restored {
  /** Where the old file is now; null when there was none. */
  readonly asideFile: string | null
}

const nameWithoutFolder = z.string().regex(/^[^/\\]+$/)

/** What is left to do once the copy is known to be good. `staged` and `aside` are file names without folder. */
const planShape = z.object({
  staged: nameWithoutFolder,
  aside: nameWithoutFolder,
  from: z.string(),
  label: z.enum(['replaced', 'damaged']),
})
type RestorePlan = z.infer<typeof planShape>

/** A restore that has been completed. */
export interface FinishedRestore {
  readonly asideFile: string
  readonly from: string
  readonly label: 'replaced' | 'damaged'
}

const planOf = (file: string) => `${file}.restore-plan`
const stagedOf = (file: string) => `${file}.restoring`

/**
 * Replaces the database by a backup that has been proven whole, ours and not newer, keeping the old one aside under a
 * dated name. A process killed before the plan is written leaves the old database in place; one killed later leaves
 * work that `finishRestore`, called at every start, completes.
 *
 * Throws `DatabaseProblem`; then nothing has changed.
 */
export async function restoreDatabase(options: RestoreOptions): Promise<Restored> {
  const { file, probe } = options
  await finishRestore(file)
  const hadFile = await exists(file)
  const { aside } = await plan(options, async () => {
    // A damaged file is evidence: it is moved as it is, log included.
    if (hadFile && options.label !== 'damaged') await settleOldFile(file)
  })
  await finishRestore(file, probe)
  return { asideFile: hadFile ? aside : null }
}

/**
 * Gets a restore ready while the database is in use: the copy is made and proven, and the next start puts it in place.
 * Whatever is changed until then is in the file that is put aside.
 *
 * Throws `DatabaseProblem`, or `ProblemError` `busy` when one is ready already; then nothing has changed.
 */
export async function planRestore(options: RestoreOptions): Promise<void> {
  const { file } = options
  // Both would write to the one copy that is put in place.
  if (planning.has(file)) throw alreadyPlanned()
  planning.add(file)
  try {
    if ((await readPlan(file)) !== null) throw alreadyPlanned()
    await plan(options, async () => {})
  } finally {
    planning.delete(file)
  }
}

/** Databases for which this process gets a restore ready now. */
const planning = new Set<string>()

const alreadyPlanned = () =>
  new ProblemError({
    code: 'busy',
    message: 'A backup is about to take the place of the data already.',
    fix: 'Wait until Marshal has started again.',
  })

/** Stages and proves the copy and writes down what is left to do. @param settle what the old file needs before */
async function plan(
  options: RestoreOptions,
  settle: () => Promise<void>,
): Promise<{ readonly aside: string }> {
  const { file, from, probe } = options
  const staged = stagedOf(file)
  const label = options.label ?? 'replaced'
  let aside: string
  try {
    await stageCopy(from, file, staged)
    await probe?.('restore:1:copied')
    await proveCopy(staged, options)
    // Before anything can open it under the database's name: what its targets have since is unknown to it.
    await loseCertainty(staged)
    await flushFile(staged)
    await probe?.('restore:2:verified')
    await settle()
    if (label === 'replaced') await keepOwnSettings(file, staged)
    await flushFile(staged)
    aside = await freeNameBeside(file, label, options.clock.now())
    const left: RestorePlan = { staged: basename(staged), aside: basename(aside), from, label }
    await writeWhole(planOf(file), JSON.stringify(left))
  } catch (error) {
    await removeDatabaseFile(staged).catch(() => {
      // The first error matters; the next start removes what is left.
    })
    throw problemBehind(error, file) ?? error
  }
  await probe?.('restore:3:planned')
  return { aside }
}

/**
 * Completes a restore that was cut short, whichever of its steps was the last, and tells which; without one only
 * removes left-overs. Must run before the database is opened.
 */
export async function finishRestore(file: string, probe?: Probe): Promise<FinishedRestore | null> {
  const folder = dirname(file)
  const plan = await readPlan(file)
  if (plan === null) {
    await removeDatabaseFile(stagedOf(file))
    return null
  }
  const staged = join(folder, plan.staged)
  // As long as the copy waits, whatever bears the database's name is the old one.
  if (await exists(staged)) {
    for (const suffix of ['', ...companions]) {
      if (await exists(file + suffix))
        await rename(file + suffix, join(folder, plan.aside) + suffix)
    }
    await probe?.('restore:4:aside')
    await rename(staged, file)
    await flushFolderOf(file)
  }
  await probe?.('restore:5:placed')
  await rm(planOf(file), { force: true })
  await flushFolderOf(file)
  await probe?.('restore:6:done')
  return { asideFile: join(folder, plan.aside), from: plan.from, label: plan.label }
}

async function readPlan(file: string): Promise<RestorePlan | null> {
  const plan = planOf(file)
  try {
    return planShape.parse(JSON.parse(await readFile(plan, 'utf8')))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw new DatabaseProblem(
      'damaged-plan',
      `A restore was cut short, and the note about it, ${plan}, cannot be read: it is not certain which file is the database.`,
      `Move that note away and start again to go on with ${basename(file)} as it is, or restore a backup then with \`marshal restore FILE\`.`,
      { cause: error },
    )
  }
}

/** Copies the backup, and a write-ahead log it may have, beside the database: the copy is what gets verified. */
async function stageCopy(from: string, file: string, staged: string): Promise<void> {
  if (!(await exists(from))) {
    throw new DatabaseProblem(
      'not-a-database',
      `There is no file ${from} to restore from.`,
      'Give the name of a backup; automatic ones are in the folder `backups`.',
    )
  }
  await refuseSameFile(file, from)
  await copyBackup(from, staged)
}

/** Copies a backup at rest. Throws `DatabaseProblem` in terms of the backup. */
export async function copyBackup(from: string, copy: string): Promise<void> {
  try {
    await removeDatabaseFile(copy)
    await copyFile(from, copy, constants.COPYFILE_EXCL)
    await makePrivate(copy)
    if (await exists(`${from}-wal`)) await copyFile(`${from}-wal`, `${copy}-wal`)
  } catch (error) {
    throw backupProblem(error, { from, copy })
  }
}

/**
 * Proves that a copy of a backup is whole, ours, of no newer version, and would be opened after a restore. Throws
 * `DatabaseProblem` in terms of the backup a person named.
 */
export async function proveCopy(
  copy: string,
  { file, from, clock, steps, appVersion, label }: RestoreOptions,
): Promise<void> {
  try {
    await verifyDatabaseFile(copy, steps, appVersion)
    await refuseChangedSchema(copy, steps)
  } catch (error) {
    throw backupProblem(error, { from, copy })
  }
  // A damaged database tells nothing about a lock.
  if (label !== 'damaged') await refuseOlderFormWhileLocked({ file, from, copy, clock, steps })
}

/**
 * Takes the write-ahead log into the old file, so that what is put aside is one complete file, and proves that nobody
 * has it open. One that cannot be read is moved as it is.
 */
async function settleOldFile(file: string): Promise<void> {
  const connection = await openConnection(file, { mode: 'write' })
  try {
    await connection.exec('pragma journal_mode = delete')
  } catch (error) {
    const problem = problemBehind(error, file)
    if (problem?.code === 'locked') throw databaseProblem('locked', file, error)
  } finally {
    await connection.close().catch(() => {
      // Closing a damaged file may fail as reading it did; it is moved away next.
    })
  }
}
