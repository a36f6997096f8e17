import { chmod, lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/*
 * Never open the database file itself with these while SQLite has it open in this process: closing any descriptor of
 * it drops the locks SQLite holds (POSIX). Renaming, `chmod` and `stat` are safe.
 */

/** Makes the folder, and missing ones above it, readable by this user only. An existing folder is left as it is. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

/** Takes everybody else's rights to a file of ours away. A file system without rights is not an error. */
export async function makePrivate(file: string): Promise<void> {
  await chmod(file, 0o600).catch((error: unknown) => {
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS')) throw error
  })
}

export async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

/** Waits until the file's bytes are on the disk. */
export async function flushFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Waits until the folder's entries, so what was made or renamed in it, are on the disk. */
export async function flushFolderOf(file: string): Promise<void> {
  // Windows has no such thing and refuses to open a folder.
  if (process.platform === 'win32') return
  const handle = await open(dirname(file), 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Puts a finished file in its place: after a crash there is the old one or the new one, never half of one. */
export async function place(finished: string, file: string): Promise<void> {
  await flushFile(finished)
  await rename(finished, file)
  await flushFolderOf(file)
}

/** Writes a small private file durably and all at once. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const unfinished = `${file}.new`
  await rm(unfinished, { force: true })
  try {
    const handle = await open(unfinished, 'wx', 0o600)
    try {
      await handle.writeFile(text)
    } finally {
      await handle.close()
    }
    await place(unfinished, file)
  } catch (error) {
    // A full disk takes the name and not the content.
    await rm(unfinished, { force: true })
    throw error
  }
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    codes.includes(error.code)
  )
}
