/** Starting with the computer: by the system's own list on macOS and Windows, by a desktop entry on Linux. */
import { app } from 'electron'
import { join } from 'node:path'
import type { Autostart } from '../../engine/ports.ts'
import { desktopEntryAutostart } from '../desktop-entry.ts'
import { programOf } from './program.ts'

/** Null where this is not the packaged app: what runs from the sources is no program to start. */
export function desktopAutostart(): Autostart | null {
  if (!app.isPackaged) return null
  if (process.platform === 'linux') {
    return desktopEntryAutostart({
      folder: join(app.getPath('appData'), 'autostart'),
      program: programOf(process).execPath,
    })
  }
  return {
    isOn: async () => app.getLoginItemSettings().openAtLogin,
    set: async (openAtLogin) => app.setLoginItemSettings({ openAtLogin }),
  }
}
