/** Where Marshal keeps its data on this computer. */
import { chmod, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { ProblemError } from '../contract/problem.ts'

export interface FolderSurroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

function thisComputer(): FolderSurroundings {
  return { platform: process.platform, env: process.env, home: homedir() }
}

/** Folder of the operating system in which programs keep what belongs to this user. */
export function userDataRoot(around: FolderSurroundings = thisComputer()): string {
  const { platform, env, home } = around
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  if (platform === 'win32') return env['APPDATA'] ?? join(home, 'AppData', 'Roaming')
  return env['XDG_CONFIG_HOME'] || join(home, '.config')
}

/** The folder the desktop app uses for this user: Electron's `userData` of an app named Marshal. */
export function usualDataFolder(around: FolderSurroundings = thisComputer()): string {
  return join(userDataRoot(around), 'Marshal')
}

/** The data folder, absolute: `--data`, else `MARSHAL_DATA`, else the usual one. */
export function dataFolder(chosen?: string, around: FolderSurroundings = thisComputer()): string {
  const wanted = chosen || around.env['MARSHAL_DATA']
  return wanted ? resolve(wanted) : usualDataFolder(around)
}

/** The folder of `marshal demo`: beside the usual one, so that invented data never meets real data. */
export function demoFolder(chosen?: string, around: FolderSurroundings = thisComputer()): string {
  return chosen ? resolve(chosen) : join(userDataRoot(around), 'Marshal Demo')
}

/**
 * Makes the folder where it is missing and closes it to other users (0700).
 * @throws ProblemError `disk-full` or `wrong-use` when it cannot be made.
 */
export async function prepareDataFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await chmod(dataDir, 0o700)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new ProblemError(
        {
          code: 'disk-full',
          message: `The data folder ${dataDir} cannot be made because the disk is full.`,
          fix: 'Free some space, then start Marshal again.',
        },
        { cause: error },
      )
    throw new ProblemError(
      {
        code: 'wrong-use',
        message: `The data folder ${dataDir} cannot be used (${code ?? String(error)}).`,
        fix: 'Choose a folder this user may write to with --data or MARSHAL_DATA.',
      },
      { cause: error },
    )
  }
}
