import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { exists } from './durable-files.ts'

/** What SQLite keeps beside a database file. */
export const companions = ['-wal', '-shm', '-journal'] as const

/** Where automatic backups of a database live. */
export function backupFolderOf(file: string): string {
  return join(dirname(file), 'backups')
}

/** The command line that puts a backup in the place of the database of a folder. */
export function restoreCommand(folder: string, backup: string): string {
  return `marshal --data "${folder}" restore "${backup}"`
}

/** Removes a database file and everything SQLite kept beside it. Only for files that are nobody's only copy. */
export async function removeDatabaseFile(file: string): Promise<void> {
  for (const suffix of ['', ...companions]) await rm(file + suffix, { force: true })
}

/** `20261121T051115Z`: sorts by time and is a legal file name everywhere. `now` in milliseconds since 1970 UTC. */
export function fileTime(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** A name beside `file` that nothing has yet, such as `marshal.db.damaged-20261121T051115Z`. */
export async function freeNameBeside(file: string, label: string, now: number): Promise<string> {
  const wanted = join(dirname(file), `${basename(file)}.${label}-${fileTime(now)}`)
  let name = wanted
  for (let attempt = 2; await exists(name); attempt += 1) name = `${wanted}-${attempt}`
  return name
}
