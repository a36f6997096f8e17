import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { emptyFolder } from './database-folder.ts'

const run = promisify(execFile)

/** A folder on a disk of its own, or null where we have no right to mount one. */
export async function smallDisk(megabytes: number): Promise<string | null> {
  const folder = await emptyFolder()
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  } catch {
    return null
  }
  onTestFinished(async () => void (await run('umount', ['-l', folder])))
  return folder
}

/** Makes that disk read-only from now on. */
export async function writeProtect(disk: string): Promise<void> {
  await run('mount', ['-o', 'remount,ro', disk])
}
