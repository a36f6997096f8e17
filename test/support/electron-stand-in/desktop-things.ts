/** Tray, menus, dialogs, notifications and the shell: remembered for the test, answered or clicked by it. */
import { EventEmitter } from 'node:events'

export interface MenuItem {
  readonly label?: string
  readonly type?: string
  readonly role?: string
  readonly accelerator?: string
  readonly enabled?: boolean
  checked?: boolean
  readonly submenu?: readonly MenuItem[]
  readonly click?: (item: { checked: boolean }) => void
}

export class Menu {
  static application: Menu | null = null
  readonly items: readonly MenuItem[]
  private constructor(items: readonly MenuItem[]) {
    this.items = items
  }
  static buildFromTemplate(items: readonly MenuItem[]): Menu {
    return new Menu(items)
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.application = menu
  }
}

export interface Image {
  readonly dataUrl: string
}
export const nativeImage = { createFromDataURL: (dataUrl: string): Image => ({ dataUrl }) }

export class Tray extends EventEmitter {
  static current: Tray | null = null
  image: Image
  toolTip = ''
  menu: Menu | null = null
  constructor(image: Image) {
    super()
    this.image = image
    Tray.current = this
  }
  setImage(image: Image): void {
    this.image = image
  }
  setToolTip(toolTip: string): void {
    this.toolTip = toolTip
  }
  setContextMenu(menu: Menu | null): void {
    this.menu = menu
  }
  destroy(): void {
    Tray.current = null
  }
}

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = []
  static isSupported = (): boolean => true
  readonly title: string
  readonly body: string
  constructor({ title, body }: { title: string; body: string }) {
    super()
    this.title = title
    this.body = body
  }
  show(): void {
    Notification.shown.push(this)
  }
}

export const shownDialogs: { readonly message: string; readonly detail: string }[] = []
export const dialogAnswers: number[] = []

export const dialog = {
  showErrorBox: (message: string, detail: string): void => {
    shownDialogs.push({ message, detail })
    process.stderr.write(`[dialog] ${message}: ${detail}\n`)
  },
  /** The window comes first, or not at all. An unanswered question counts as cancelled. */
  showMessageBox: async (...args: readonly unknown[]): Promise<{ response: number }> => {
    const options = args.at(-1) as { message: string; detail?: string; cancelId?: number }
    shownDialogs.push({ message: options.message, detail: options.detail ?? '' })
    return { response: dialogAnswers.shift() ?? options.cancelId ?? 0 }
  },
}

export const openedOutside: string[] = []
export const shell = {
  openExternal: async (url: string): Promise<void> => void openedOutside.push(url),
}
