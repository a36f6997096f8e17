import { readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Clock, Probe } from '../ports.ts'
import { backupDatabase, type Backup } from './backup.ts'
import { backupFolderOf, fileTime } from './database-files.ts'
import { hasCode, makePrivateFolder } from './durable-files.ts'

/** `marshal-20261121T051115Z-before-migration.db`; only files so named are ever removed. */
const automaticName = /^marshal-(\d{8}T\d{6}Z)-[a-z-]+\.db$/

/** `marshal-by-hand-2026-11-21T05-11-15-000Z.db` */
const handMadeName = /^marshal-by-hand-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z\.db$/

/** The name of a backup somebody makes now, milliseconds since 1970 UTC; it is never removed. */
export function nameByHand(now: number): string {
  return `marshal-by-hand-${new Date(now).toISOString().replace(/[:.]/g, '-')}.db`
}

/** A backup in the folder, with when it was made (milliseconds since 1970 UTC). */
export interface ListedBackup extends Backup {
  readonly on: number
}

export interface AutomaticBackupOptions {
  readonly clock: Clock
  /** Ends up in the file name: `daily`, `before-migration`, … */
  readonly reason: 'daily' | 'before-migration'
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
  await keepNewest(folder, options.keep ?? 10, target, options.clock.now())
  return backup
}

/**
 * Backups in the folder, newest first: by the time in their name, by the file's own time for others put there. Those from
 * after `now` come last: they were made before the clock was set back.
 * @param now milliseconds since 1970 UTC
 */
export async function listBackups(folder: string, now: number): Promise<readonly ListedBackup[]> {
  const found: ListedBackup[] = []
  for (const name of await namesIn(folder)) {
    if (!name.endsWith('.db')) continue
    const file = join(folder, name)
    const { size, mtimeMs } = await stat(file)
    found.push({ file, bytes: size, on: timeIn(name) ?? mtimeMs })
  }
  const isLater = ({ on }: ListedBackup) => Number(on > now)
  return found.sort((a, b) => isLater(a) - isLater(b) || b.on - a.on)
}

/** When a backup was made, as its name tells; null where it does not. */
function timeIn(name: string): number | null {
  const time = automaticName.exec(name)?.[1]
  if (time !== undefined) return millisecondsOf(time)
  const [, day, hour, minute, second, ms] = handMadeName.exec(name) ?? []
  return day === undefined ? null : Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`)
}

/** @param made the one that was made just now: whatever the clock says, it stays */
async function keepNewest(folder: string, keep: number, made: string, now: number): Promise<void> {
  const others = (await listBackups(folder, now)).filter(
    ({ file }) => file !== made && automaticName.test(basename(file)),
  )
  for (const { file } of others.slice(keep - 1)) await rm(file, { force: true })
}

/** The opposite of `fileTime`. */
function millisecondsOf(time: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}
