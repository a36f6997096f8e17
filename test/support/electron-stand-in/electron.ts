/** What `import … from 'electron'` gives under the stand-in; see register.ts. */
import './control.ts'

export { app } from './app.ts'
export { BrowserWindow } from './browser-window.ts'
export { ipcMain } from './ipc-main.ts'
export { Menu, Notification, Tray, dialog, nativeImage, shell } from './desktop-things.ts'
export { nativeTheme, net, powerMonitor, screen } from './surroundings.ts'
export { protocol } from './protocol.ts'
export { session } from './session.ts'
