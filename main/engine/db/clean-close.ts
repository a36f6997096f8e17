import { readFile, rm, stat } from 'node:fs/promises'
import { exists, hasCode, writeWhole } from './durable-files.ts'

/*
 * Checking a file costs 0.65 s at 1,000,000 records, too much for every start. So closing notes size and time of the
 * file as SQLite left it; a start that finds both unchanged, and no write-ahead log, knows that nobody has touched
 * it since. After a crash, a copy, a foreign program or a bad disk that note is missing or wrong, and it checks.
 */

const noteOf = (file: string) => `${file}.closed`

async function shapeOf(file: string): Promise<string> {
  const { size, mtimeNs } = await stat(file, { bigint: true })
  return `${size} ${mtimeNs}`
}

/** True when the file is exactly as a finished `close` left it. Takes the note away: from now on it is in use. */
export async function takeCleanCloseNote(file: string): Promise<boolean> {
  const note = await readFile(noteOf(file), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  })
  await rm(noteOf(file), { force: true })
  return note !== null && !(await exists(`${file}-wal`)) && note === (await shapeOf(file))
}

/** To be called after the last connection has been closed. */
export async function leaveCleanCloseNote(file: string): Promise<void> {
  if (await exists(`${file}-wal`)) return
  try {
    await writeWhole(noteOf(file), await shapeOf(file))
  } catch (error) {
    // Without room for the note the next start checks the file; nothing else depends on it.
    if (!hasCode(error, 'ENOSPC', 'EDQUOT', 'EROFS')) throw error
  }
}
