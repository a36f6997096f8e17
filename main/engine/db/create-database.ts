import { open, rename } from 'node:fs/promises'
import { companions, freeNameBeside, removeDatabaseFile } from './database-files.ts'
import { exists, place } from './durable-files.ts'
import { applicationId } from './file-identity.ts'
import { openConnection } from './sqlite-connection.ts'

/**
 * Makes an empty database that already bears our mark, readable by this user only.
 *
 * It is made under another name first: so an empty file with the database's name is never ours half-made, but always
 * one that something has cut off. A write-ahead log left without its database is put aside, because SQLite would
 * play it into the new one.
 */
export async function createDatabase(file: string, now: number): Promise<void> {
  const unfinished = `${file}.new`
  await removeDatabaseFile(unfinished)
  await (await open(unfinished, 'wx', 0o600)).close()
  const connection = await openConnection(unfinished, { mode: 'write' })
  try {
    await connection.exec(`pragma application_id = ${applicationId}`)
  } finally {
    await connection.close()
  }
  const left = await freeNameBeside(file, 'left', now)
  for (const suffix of companions) {
    if (await exists(file + suffix)) await rename(file + suffix, left + suffix)
  }
  await place(unfinished, file)
}
