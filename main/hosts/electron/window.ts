/** The one window: opens where it was, hides instead of closing, comes back after a crash. */
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import type { Log } from '../../engine/ports.ts'
import { appPage } from './origin.ts'
import { webPreferences } from './web-preferences.ts'
import type { DesktopWords } from './words.ts'
import { placeOnScreen, smallest, type DesktopSettings, type Rectangle } from './window-place.ts'

export interface WindowOptions {
  /** Absolute path of the built preload script. */
  readonly preload: string
  readonly words: DesktopWords
  readonly log: Log
  readonly settings: () => DesktopSettings
  readonly changeSettings: (changes: Partial<DesktopSettings>) => void
  /** True once the app is on its way out: then closing means closing. */
  readonly isQuitting: () => boolean
  readonly quit: () => void
  /** Said once, the first time closing leaves Marshal in the tray. */
  readonly sayKeepsRunning: () => void
  readonly sayReloaded: () => void
}

/** More crashes than this within `crashWindowMs` and a person decides instead of reloading for ever. */
const crashesForgiven = 3
const crashWindowMs = 60_000

/** Opens the window; it appears when its first picture is ready. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const { bounds, maximised } = options.settings()
  const areas = screen.getAllDisplays().map((display) => display.workArea)
  const window = new BrowserWindow({
    ...placeOnScreen(bounds, areas),
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Marshal',
    show: false,
    autoHideMenuBar: true,
    // What the page itself paints first, so that nothing flashes.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#10161a' : '#f4f6f7',
    webPreferences: webPreferences(options.preload, !app.isPackaged),
  })
  window.once('ready-to-show', () => {
    if (maximised) window.maximize()
    window.show()
  })
  rememberPlace(window, options)
  hideInsteadOfClosing(window, options)
  comeBackAfterCrash(window, options)
  window.loadURL(appPage).catch((error: unknown) => {
    options.log.error('The window could not be loaded', { error: String(error) })
  })
  return window
}

/** Brings the window to the front, however it was put away. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

function rememberPlace(window: BrowserWindow, options: WindowOptions): void {
  let timer: NodeJS.Timeout | undefined
  const remember = () => {
    clearTimeout(timer)
    if (window.isDestroyed() || window.isMinimized()) return
    const { x, y, width, height }: Rectangle = window.getNormalBounds()
    options.changeSettings({ bounds: { x, y, width, height }, maximised: window.isMaximized() })
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(remember, 500)
  }
  window.on('resize', soon)
  window.on('move', soon)
  window.on('close', remember)
}

function hideInsteadOfClosing(window: BrowserWindow, options: WindowOptions): void {
  window.on('close', (event) => {
    if (options.isQuitting()) return
    event.preventDefault()
    if (!options.settings().keepRunning) return options.quit()
    window.hide()
    if (options.settings().toldKeepsRunning) return
    options.sayKeepsRunning()
    options.changeSettings({ toldKeepsRunning: true })
  })
}

function comeBackAfterCrash(window: BrowserWindow, options: WindowOptions): void {
  let crashes: readonly number[] = []
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit' || options.isQuitting()) return
    options.log.error('The window crashed', { reason: details.reason, code: details.exitCode })
    const now = Date.now()
    crashes = [...crashes.filter((on) => now - on < crashWindowMs), now]
    if (crashes.length <= crashesForgiven) {
      window.webContents.reload()
      options.sayReloaded()
      return
    }
    crashes = []
    askAfterCrashes(window, options).catch((error: unknown) => {
      options.log.error('The crash question could not be shown', { error: String(error) })
    })
  })
  window.on('unresponsive', () => options.log.warn('The window does not respond'))
}

async function askAfterCrashes(window: BrowserWindow, options: WindowOptions): Promise<void> {
  const { words } = options
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: words.keepsFailing,
    detail: words.keepsFailingDetail,
    buttons: [words.reload, words.quit],
    defaultId: 0,
    noLink: true,
  })
  if (response === 0) window.webContents.reload()
  else options.quit()
}
