/** Takes away what Chromium would allow a page by default: going elsewhere, opening windows, asking for devices. */
import { app, session, type Session, type WebContents } from 'electron'
import type { Log } from '../../engine/ports.ts'
import { isOurs } from './origin.ts'

/** The only thing the page may have: copying text on a click. */
const allowedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

export interface LockdownOptions {
  readonly log: Log
  /** A page asked for a new window or a link elsewhere; the window itself never goes there. */
  readonly onLinkOutside: (url: string) => void
}

/** Covers every page of the app, also ones created later by mistake. Call once Electron is ready. */
export function lockDown(options: LockdownOptions): void {
  denyPermissions(session.defaultSession, options.log)
  app.on('web-contents-created', (_event, contents) => denyLeaving(contents, options))
}

function denyPermissions(of: Session, log: Log): void {
  of.setPermissionRequestHandler((contents, permission, answer) => {
    const granted = allowedPermissions.has(permission) && isOurs(contents.getURL())
    if (!granted) log.warn('The window asked for a permission it does not get', { permission })
    answer(granted)
  })
  of.setPermissionCheckHandler((contents, permission) => {
    return contents !== null && allowedPermissions.has(permission) && isOurs(contents.getURL())
  })
  of.setDevicePermissionHandler(() => false)
  of.setDisplayMediaRequestHandler((_request, answer) => answer(null))
  of.on('will-download', (event, item) => {
    // Exports are made by the page itself from what the engine sent; nothing else is worth saving.
    if (!item.getURL().startsWith(`blob:app://`)) event.preventDefault()
  })
}

function denyLeaving(contents: WebContents, options: LockdownOptions): void {
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && isOurs(event.url)) return
    event.preventDefault()
    options.log.warn('The window tried to leave and stayed', { to: event.url.slice(0, 200) })
    if (event.isMainFrame) options.onLinkOutside(event.url)
  })
  contents.on('will-redirect', (event) => {
    if (!isOurs(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    options.onLinkOutside(url)
    return { action: 'deny' }
  })
}
