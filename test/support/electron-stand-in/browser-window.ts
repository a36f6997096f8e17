/** A window: a page, and what is remembered about how it would look. */
import { EventEmitter } from 'node:events'
import type { Frame } from 'playwright-core'
import { theChromium } from './chromium.ts'
import { createEvent } from './event.ts'
import { askAboutNavigation } from './protocol.ts'
import { WebContents } from './web-contents.ts'

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

export interface WindowOptions extends Partial<Bounds> {
  readonly minWidth?: number
  readonly minHeight?: number
  readonly show?: boolean
  readonly webPreferences: { readonly preload: string } & Readonly<Record<string, unknown>>
  readonly [more: string]: unknown
}

const openWindows = new Set<BrowserWindow>()

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents
  readonly options: WindowOptions
  #bounds: Bounds
  #visible: boolean
  #focused = false
  #minimised = false
  #maximised = false
  #destroyed = false

  constructor(options: WindowOptions) {
    super()
    this.options = options
    this.#visible = options.show !== false
    const { x = 100, y = 50, width = 800, height = 600 } = options
    this.#bounds = { x, y, width, height }
    this.webContents = new WebContents(options.webPreferences.preload)
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'))
    openWindows.add(this)
    appCreated(this.webContents)
  }

  static getAllWindows(): BrowserWindow[] {
    return [...openWindows]
  }

  /** Asked by the router of requests. */
  static mayNavigate(frame: Frame, url: string): boolean {
    const window = [...openWindows].find(({ webContents }) => webContents.page === frame.page())
    return window?.webContents.mayNavigate(frame, url) ?? true
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.loadURL(url)
    await this.#applySize()
  }

  show(): void {
    this.#visible = true
    this.emit('show')
  }
  hide(): void {
    this.#visible = false
    this.#focused = false
    this.emit('hide')
  }
  focus(): void {
    this.#focused = true
    this.emit('focus')
  }
  blur(): void {
    this.#focused = false
  }
  minimize(): void {
    this.#minimised = true
  }
  restore(): void {
    this.#minimised = false
  }
  maximize(): void {
    this.#maximised = true
    this.emit('maximize')
    this.emit('resize')
  }
  isVisible = (): boolean => this.#visible
  isFocused = (): boolean => this.#focused
  isMinimized = (): boolean => this.#minimised
  isMaximized = (): boolean => this.#maximised
  isDestroyed = (): boolean => this.#destroyed
  getNormalBounds = (): Bounds => ({ ...this.#bounds })

  /** As if a person dragged the window's corner. */
  async resizeByHand(width: number, height: number): Promise<void> {
    this.#bounds.width = Math.max(this.options.minWidth ?? 0, width)
    this.#bounds.height = Math.max(this.options.minHeight ?? 0, height)
    await this.#applySize()
    this.emit('resize')
  }

  /** As if a person clicked the cross; true when the window really closed. */
  close(): boolean {
    const event = createEvent({})
    this.emit('close', event)
    if (event.defaultPrevented) return false
    this.destroy()
    return true
  }

  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    openWindows.delete(this)
    void this.webContents.close()
    this.emit('closed')
  }

  async #applySize(): Promise<void> {
    const { page } = this.webContents
    if (page === null) return
    const { width, height } = this.#bounds
    if (process.env['MARSHAL_STAND_IN_HEADED'] !== '1')
      return page.setViewportSize({ width, height })
    const devTools = await theChromium().context.newCDPSession(page)
    const { windowId } = await devTools.send('Browser.getWindowForTarget')
    await devTools.send('Browser.setWindowBounds', { windowId, bounds: { width, height } })
  }
}

let appCreated: (contents: WebContents) => void = () => undefined

/** The app announces every new page (`web-contents-created`). */
export function announceContentsTo(listener: (contents: WebContents) => void): void {
  appCreated = listener
}

askAboutNavigation((frame, url) => BrowserWindow.mayNavigate(frame, url))
