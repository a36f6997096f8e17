/** Permissions. Chromium cannot ask the app here, so what its check handler says is set in Chromium beforehand. */
import { EventEmitter } from 'node:events'
import { appPage } from '../../../main/hosts/electron/origin.ts'
import { toChromium } from './addresses.ts'
import { theChromium } from './chromium.ts'
import { createEvent } from './event.ts'
import type { WebContents } from './web-contents.ts'

type RequestHandler = (
  contents: WebContents,
  permission: string,
  answer: (granted: boolean) => void,
) => void
type CheckHandler = (contents: WebContents | null, permission: string, origin: string) => boolean
type DeviceHandler = (details: { deviceType: string }) => boolean
type ScreenHandler = (request: object, answer: (streams: object | null) => void) => void

/** Electron's name → what Chromium's DevTools call it. */
const permissions: Readonly<Record<string, readonly { name: string; [more: string]: unknown }[]>> =
  {
    'clipboard-read': [{ name: 'clipboard-read' }],
    'clipboard-sanitized-write': [{ name: 'clipboard-write', allowWithoutSanitization: false }],
    geolocation: [{ name: 'geolocation' }],
    media: [{ name: 'camera' }, { name: 'microphone' }],
    midi: [{ name: 'midi' }],
    notifications: [{ name: 'notifications' }],
    'storage-access': [{ name: 'storage-access' }],
    'idle-detection': [{ name: 'idle-detection' }],
    'window-management': [{ name: 'window-management' }],
    'screen-wake-lock': [{ name: 'screen-wake-lock' }],
  }

class Session extends EventEmitter {
  requestHandler: RequestHandler | null = null
  checkHandler: CheckHandler | null = null
  deviceHandler: DeviceHandler | null = null
  screenHandler: ScreenHandler | null = null
  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.requestHandler = handler
  }
  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.checkHandler = handler
  }
  setDevicePermissionHandler(handler: DeviceHandler | null): void {
    this.deviceHandler = handler
  }
  setDisplayMediaRequestHandler(handler: ScreenHandler | null): void {
    this.screenHandler = handler
  }
}

export const session = { defaultSession: new Session() }

/** As Electron: without a handler everything is granted. */
function isAllowed(contents: WebContents, permission: string): boolean {
  const { checkHandler } = session.defaultSession
  const onOurPage = Object.create(contents, { getURL: { value: () => appPage } }) as WebContents
  return checkHandler === null || checkHandler(onOurPage, permission, appPage)
}

/** What the app answers when a page asks. */
export async function askPermission(contents: WebContents, permission: string): Promise<boolean> {
  const { requestHandler } = session.defaultSession
  if (requestHandler === null) return true
  return new Promise<boolean>((resolve) => requestHandler(contents, permission, resolve))
}

/** As Electron: without a handler a device that was chosen may be used. */
export function askDevice(deviceType: string): boolean {
  return session.defaultSession.deviceHandler?.({ deviceType }) ?? true
}

/** Whether the app hands a picture of the screen to a page that asks for one. */
export async function askScreen(): Promise<boolean> {
  const { screenHandler } = session.defaultSession
  if (screenHandler === null) return false
  return new Promise<boolean>((resolve) =>
    screenHandler({}, (streams) => resolve(streams !== null)),
  )
}

/** Whether the app lets a page save what an address leads to. */
export function askDownload(url: string, contents: WebContents): boolean {
  const event = createEvent({})
  session.defaultSession.emit('will-download', event, { getURL: () => url }, contents)
  return !event.defaultPrevented
}

export async function applyPermissions(contents: WebContents): Promise<void> {
  const { browserSession } = theChromium()
  if (browserSession === null) return
  for (const [permission, names] of Object.entries(permissions)) {
    const setting = isAllowed(contents, permission) ? 'granted' : 'denied'
    for (const name of names) {
      await browserSession
        .send('Browser.setPermission', {
          permission: name,
          setting,
          origin: new URL(toChromium(appPage)).origin,
        })
        .catch(() => undefined)
    }
  }
}
