/** The desktop app, run by Electron. The headless command is edge.ts. */
import { join } from 'node:path'
import { runDesktopApp } from './hosts/electron/start.ts'

runDesktopApp({
  preload: join(import.meta.dirname, '../preload/index.cjs'),
  renderer: join(import.meta.dirname, '../renderer'),
})
