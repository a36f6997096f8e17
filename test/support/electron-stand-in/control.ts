/** The test's hand on the running app: questions and actions over Node's IPC channel. The app itself never sees it. */
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { theChromium } from './chromium.ts'
import {
  dialogAnswers,
  Menu,
  Notification,
  openedOutside,
  shownDialogs,
  Tray,
  type MenuItem,
} from './desktop-things.ts'
import { createEvent } from './event.ts'
import { declaredSchemes, fetchFromApp } from './protocol.ts'
import { askDevice, askDownload, askPermission, askScreen } from './session.ts'
import { network, powerMonitor } from './surroundings.ts'
import { allowedWindows, consoleErrors } from './web-contents.ts'

export interface ShownItem {
  readonly label: string
  readonly enabled: boolean
  readonly checked: boolean
}

export interface AppState {
  readonly devTools: string
  readonly sandboxed: boolean
  readonly schemes: readonly unknown[]
  readonly windows: readonly {
    readonly options: Readonly<Record<string, unknown>>
    readonly bounds: { x: number; y: number; width: number; height: number }
    readonly url: string
    readonly visible: boolean
    readonly focused: boolean
    readonly maximised: boolean
  }[]
  readonly allowedWindows: readonly string[]
  readonly tray: { toolTip: string; image: string; menu: readonly ShownItem[] } | null
  readonly menu: readonly ShownItem[]
  readonly notifications: readonly { title: string; body: string }[]
  readonly dialogs: readonly { message: string; detail: string }[]
  readonly openedOutside: readonly string[]
  readonly consoleErrors: readonly string[]
}

const actions = {
  state: async (): Promise<AppState> => ({
    devTools: theChromium().devTools,
    sandboxed: app.sandboxed,
    schemes: declaredSchemes,
    windows: BrowserWindow.getAllWindows().map((window) => ({
      options: { ...window.options },
      bounds: window.getNormalBounds(),
      url: window.webContents.getURL(),
      visible: window.isVisible(),
      focused: window.isFocused(),
      maximised: window.isMaximized(),
    })),
    allowedWindows,
    tray: Tray.current && {
      toolTip: Tray.current.toolTip,
      image: Tray.current.image.dataUrl,
      menu: flat(Tray.current.menu?.items ?? []).map(shown),
    },
    menu: flat(Menu.application?.items ?? []).map(shown),
    notifications: Notification.shown.map(({ title, body }) => ({ title, body })),
    dialogs: shownDialogs,
    openedOutside,
    consoleErrors,
  }),
  clickTray: async (label: string) => click(Tray.current?.menu?.items ?? [], label),
  clickTrayIcon: async () => void Tray.current?.emit('click'),
  clickMenu: async (label: string) => click(Menu.application?.items ?? [], label),
  clickNotification: async (index: number) => void Notification.shown[index]?.emit('click'),
  answerNextDialog: async (button: number) => void dialogAnswers.push(button),
  power: async (event: 'resume' | 'suspend' | 'unlock-screen' | 'shutdown') =>
    void powerMonitor.emit(event, createEvent({})),
  network: async (online: boolean) => {
    network.online = online
  },
  networkSeen: async () => network.seen,
  closeWindow: async () => void theWindow().close(),
  minimise: async () => {
    theWindow().minimize()
    theWindow().blur()
  },
  resizeWindow: async (width: number, height: number) => theWindow().resizeByHand(width, height),
  /** Past every check of the app, as a flaw in Chromium might. */
  goAnyway: async (url: string) => theWindow().webContents.goAnyway(url),
  askPermission: async (permission: string) => askPermission(theWindow().webContents, permission),
  askDevice: async (type: string) => askDevice(type),
  askScreen: async () => askScreen(),
  askDownload: async (url: string) => askDownload(url, theWindow().webContents),
  lets: async (happening: 'will-redirect' | 'will-attach-webview', url: string) =>
    theWindow().webContents.lets(happening, url),
  reload: async () => theWindow().webContents.reload(),
  fetchFromApp: async (url: string, method: string) => {
    const response = await fetchFromApp(url, method)
    const headers = Object.fromEntries(response.headers)
    return { status: response.status, headers, body: await response.text() }
  },
  crashPage: async () => theWindow().webContents.crash(),
  quit: async () => app.quit(),
} as const

export type Actions = typeof actions

function theWindow(): BrowserWindow {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined) throw new Error('there is no window')
  return window
}

const flat = (items: readonly MenuItem[]): readonly MenuItem[] =>
  items.flatMap((item) => [item, ...flat(item.submenu ?? [])])

const shown = (item: MenuItem): ShownItem => ({
  label: item.label ?? item.role ?? item.type ?? '',
  enabled: item.enabled !== false,
  checked: item.checked === true,
})

function click(items: readonly MenuItem[], label: string): void {
  const item = flat(items).find((one) => one.label === label)
  if (item === undefined) throw new Error(`no menu item "${label}"`)
  if (item.enabled === false) throw new Error(`menu item "${label}" is disabled`)
  // Electron toggles a checkbox before it tells.
  if (item.type === 'checkbox') item.checked = !item.checked
  item.click?.({ checked: item.checked === true })
}

if (process.send !== undefined) {
  process.on(
    'message',
    ({ id, name, args }: { id: number; name: keyof Actions; args: never[] }) => {
      const action = actions[name] as (...given: never[]) => Promise<unknown>
      action(...args).then(
        (result) => process.send?.({ id, result }),
        (error: unknown) => process.send?.({ id, error: String(error) }),
      )
    },
  )
  // The test died: nobody else would end us.
  process.on('disconnect', () => app.exit(1))
  process.channel?.unref()
}
