/** Permissions. Chromium cannot ask the app here, so what its check handler says is set in Chromium beforehand. */
import { EventEmitter } from 'node:events'
import { appPage } from '../../../main/hosts/electron/origin.ts'
import { toChromium } from './addresses.ts'
import { theChromium } from './chromium.ts'
import type { WebContents } from './web-contents.ts'

type RequestHandler = (
  contents: WebContents,
  permission: string,
  answer: (granted: boolean) => void,
) => void
type CheckHandler = (contents: WebContents | null, permission: string, origin: string) => boolean

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
  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.requestHandler = handler
  }
  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.checkHandler = handler
  }
  setDevicePermissionHandler(): void {}
  setDisplayMediaRequestHandler(): void {}
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
