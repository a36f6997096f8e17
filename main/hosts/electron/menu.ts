import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { DesktopWords } from './words.ts'

export interface MenuActions {
  readonly syncNow: () => void
  readonly quit: () => void
}

/** The smallest menu that gives every accelerator a person expects; hidden on Windows and Linux until Alt. */
export function installMenu(words: DesktopWords, actions: MenuActions): void {
  const marshal: MenuItemConstructorOptions[] = [
    { label: words.syncNow, accelerator: 'CmdOrCtrl+Shift+S', click: actions.syncNow },
    { type: 'separator' },
    { label: words.quit, accelerator: 'CmdOrCtrl+Q', click: actions.quit },
  ]
  const edit: MenuItemConstructorOptions[] = [
    { role: 'undo' },
    { role: 'redo' },
    { type: 'separator' },
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ]
  const view: MenuItemConstructorOptions[] = [
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'resetZoom' },
    { role: 'togglefullscreen' },
  ]
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { label: 'Marshal', submenu: marshal },
      { label: words.edit, submenu: edit },
      { label: words.view, submenu: view },
    ]),
  )
}
