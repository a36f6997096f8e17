/** The desktop app from start to end: one instance, one engine, one window, one tray icon. */
import { app, dialog } from 'electron'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ProblemError } from '../../contract/problem.ts'
import { dataFolder, prepareDataFolder } from '../data-folder.ts'
import { acquireOwnership, describeOwner, type Ownership } from '../owner-lock.ts'
import { declareAppScheme } from './app-protocol.ts'
import { startDesktop, type BuiltFiles, type Desktop } from './desktop.ts'
import { desktopWords } from './words.ts'

/** The same numbers as the `marshal` command uses. */
const exitCodes = { wrongUse: 2, database: 4, owned: 5 } as const

/** Runs the desktop app. Must be called before Electron is ready, from the entry itself. */
export function runDesktopApp(files: BuiltFiles): void {
  const { values } = parseArgs({ options: { data: { type: 'string' } }, strict: false })
  const dataDir = dataFolder(typeof values.data === 'string' ? values.data : undefined)
  app.enableSandbox()
  declareAppScheme()
  if (usesOwnFolder(dataDir) && !app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  let desktop: Desktop | null = null
  app.on('second-instance', () => desktop?.show())
  app.on('activate', () => desktop?.show())
  app
    .whenReady()
    .then(async () => {
      desktop = await openDataFolder(dataDir, files)
    })
    .catch(giveUp)
}

/** Chromium's own files, and with them the single-instance lock, live in the data folder: one app per folder. */
function usesOwnFolder(dataDir: string): boolean {
  const folder = join(dataDir, 'window')
  try {
    // Electron takes only a folder that exists, and wants it before it is ready.
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    app.setPath('userData', folder)
    return true
  } catch {
    // Opening the data folder will say what is wrong with it.
    return false
  }
}

async function openDataFolder(dataDir: string, files: BuiltFiles): Promise<Desktop> {
  await prepareDataFolder(dataDir)
  const ownership = await acquireOwnership(dataDir, 'desktop')
  if ('owner' in ownership) throw new FolderOwned(describeOwner(dataDir, ownership.owner))
  return startOwned(dataDir, files, ownership)
}

async function startOwned(
  dataDir: string,
  files: BuiltFiles,
  ownership: Ownership,
): Promise<Desktop> {
  try {
    return await startDesktop({ dataDir, ...files, release: () => ownership.release() })
  } catch (error) {
    await ownership.release()
    throw error
  }
}

class FolderOwned extends Error {}

/** Says what is wrong, why and what to do, then ends. */
function giveUp(error: unknown): void {
  const words = desktopWords(app.getLocale())
  if (error instanceof FolderOwned) {
    dialog.showErrorBox(words.cannotStart, error.message)
    app.exit(exitCodes.owned)
  } else if (error instanceof ProblemError) {
    const { code, message, fix } = error.problem
    dialog.showErrorBox(words.cannotStart, fix === undefined ? message : `${message}\n\n${fix}`)
    const database = code === 'database' || code === 'disk-full'
    app.exit(database ? exitCodes.database : exitCodes.wrongUse)
  } else {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    dialog.showErrorBox(words.cannotStart, detail)
    app.exit(1)
  }
}
