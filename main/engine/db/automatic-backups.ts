import { readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Clock, Probe } from '../ports.ts'
import { backupDatabase, type Backup } from './backup.ts'
import { backupFolderOf, fileTime } from './database-files.ts'
import { hasCode, makePrivateFolder } from './durable-files.ts'

/** `marshal-20261121T051115Z-before-migration.db`; only files so named are ever removed. */
const automaticName = /^marshal-(\d{8}T\d{6}Z)-[a-z-]+\.db$/

/** A backup in the folder, with when it was written (milliseconds since 1970 UTC). */
export interface ListedBackup extends Backup {
  readonly on: number
}

export interface AutomaticBackupOptions {
  readonly clock: Clock
  /** Ends up in the file name: `daily`, `before-migration`, … */
  readonly reason: 'daily' | 'before-migration' | 'before-import'
  /** How many automatic backups stay, newest first; default 10. */
  readonly keep?: number
  readonly probe?: Probe
}

/** Makes a verified backup in the folder `backups` beside the database, then removes the oldest automatic ones. */
export async function backUpAutomatically(
  database: { readonly file: string },
  options: AutomaticBackupOptions,
): Promise<Backup> {
  const folder = backupFolderOf(database.file)
  await makePrivateFolder(folder)
  const target = join(folder, `marshal-${fileTime(options.clock.now())}-${options.reason}.db`)
  const backup = await backupDatabase(
    database,
    target,
    options.probe === undefined ? {} : { probe: options.probe },
  )
  await keepNewest(folder, options.keep ?? 10)
  return backup
}

/** Backups in the folder, newest first: by the time in their name, by the file's own time for others put there. */
export async function listBackups(folder: string): Promise<readonly ListedBackup[]> {
  const found: (ListedBackup & { readonly time: string })[] = []
  for (const name of await namesIn(folder)) {
    if (!name.endsWith('.db')) continue
    const file = join(folder, name)
    const { size, mtimeMs } = await stat(file)
    found.push({
      file,
      bytes: size,
      on: mtimeMs,
      time: automaticName.exec(name)?.[1] ?? fileTime(mtimeMs),
    })
  }
  found.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0))
  return found.map(({ file, bytes, on }) => ({ file, bytes, on }))
}

async function keepNewest(folder: string, keep: number): Promise<void> {
  const backups = await listBackups(folder)
  const automatic = backups.filter(({ file }) => automaticName.test(basename(file)))
  for (const { file } of automatic.slice(keep)) await rm(file, { force: true })
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}
