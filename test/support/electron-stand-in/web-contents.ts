/** A page with its isolated preload world, as Electron's WebContents. */
import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { BrowserContext, CDPSession, Frame, Page } from 'playwright-core'
import { fromChromium, toChromium } from './addresses.ts'
import { theChromium } from './chromium.ts'
import { createEvent } from './event.ts'
import { ipcMain } from './ipc-main.ts'
import { MessagePortMain, type Carried } from './message-port-main.ts'
import { bindingName, preloadScript, receiverName, worldName } from './preload-world.ts'
import { applyPermissions, askDownload } from './session.ts'

export interface WebFrame {
  readonly parent: WebFrame | null
  readonly url: string
}

type FromPage = { readonly href: string } & (
  | { readonly kind: 'message'; channel: string; message: unknown; ports: readonly string[] }
  | { readonly kind: 'data'; port: string; data: Carried }
  | { readonly kind: 'close'; port: string }
)

export type WindowOpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

export class WebContents extends EventEmitter {
  /** Null between a crash and the reload. */
  page: Page | null = null
  mainFrame: WebFrame & { url: string } = { parent: null, url: '' }
  readonly #preload: string
  #address = ''
  #opening: Promise<void> = Promise.resolve()
  #windowOpenHandler: WindowOpenHandler = () => ({ action: 'allow' })
  #navigatingItself = false
  readonly #ports = new Map<string, { port: MessagePortMain; world: number }>()

  constructor(preload: string) {
    super()
    this.#preload = preload
    setImmediate(() => {
      this.#opening = this.#opening.then(() => this.#open())
    })
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler
  }

  getURL(): string {
    return this.mainFrame.url
  }

  async loadURL(url: string): Promise<void> {
    this.#address = url
    await new Promise((resolve) => setImmediate(resolve))
    await this.#opening
    await this.#go(url)
  }

  reload(): void {
    this.#opening = this.#opening
      .then(async () => {
        if (this.page === null) await this.#open()
        await this.#go(this.#address)
      })
      .catch(
        (error: unknown) => void this.emit('did-fail-load', createEvent({}), -2, String(error)),
      )
  }

  /** Loads without asking anybody, for tests of what must hold even then. */
  async #go(url: string): Promise<void> {
    this.#navigatingItself = true
    try {
      await this.page?.goto(toChromium(url), { waitUntil: 'load' })
    } finally {
      this.#navigatingItself = false
    }
    this.emit('did-finish-load')
  }

  async goAnyway(url: string): Promise<void> {
    await this.#go(url)
  }

  /**
   * Ends the page's process, and no other: Chromium keeps a spare one for the next page, and when that one dies at the
   * same time, the next page is born into a dead process and never opens. Resolves when the app has been told.
   */
  async crash(): Promise<void> {
    await this.#opening
    const { page } = this
    if (page === null) throw new Error('there is no page to crash')
    const devTools = await theChromium().context.newCDPSession(page)
    const gone = new Promise<void>((resolve) => void page.once('crash', () => resolve()))
    // A process that has ended answers no more.
    void devTools.send('Page.crash').catch(() => undefined)
    await gone
  }

  /** Whether the app lets a frame navigate; the app's own `loadURL` is not asked. */
  mayNavigate(frame: Frame, url: string): boolean {
    const isMainFrame = frame.parentFrame() === null
    if (this.#navigatingItself && isMainFrame) return true
    const event = createEvent({ url, isMainFrame, isSameDocument: false })
    this.emit('will-frame-navigate', event)
    if (!event.defaultPrevented && isMainFrame) this.emit('will-navigate', event, url)
    return !event.defaultPrevented
  }

  /** Whether the app lets something happen that Chromium never does here; it is asked as Electron would. */
  lets(happening: 'will-redirect' | 'will-attach-webview', url: string): boolean {
    const event = createEvent({ url, isMainFrame: true })
    this.emit(happening, event)
    return !event.defaultPrevented
  }

  async close(): Promise<void> {
    await this.#opening.catch(() => undefined)
    this.#endPorts(() => true)
    await this.page?.close().catch(() => undefined)
  }

  async #open(): Promise<void> {
    const { context } = theChromium()
    const unused = context.pages().find((page) => page.url() === 'about:blank' && !taken.has(page))
    const page = unused ?? (await newPage(context))
    taken.add(page)
    this.page = page
    // It may die at any moment, also while it is prepared; what is asked of it then is never answered.
    const died = new Promise<never>((_, reject) => {
      page.on('crash', () => {
        reject(new Error('the process of the page has ended'))
        this.page = null
        this.#endPorts(() => true)
        void page.close().catch(() => undefined)
        this.emit('render-process-gone', createEvent({}), { reason: 'crashed', exitCode: 5 })
      })
    })
    await Promise.race([this.#prepare(page), died])
  }

  async #prepare(page: Page): Promise<void> {
    const devTools = await theChromium().context.newCDPSession(page)
    await this.#installPreload(devTools)
    page.on('framenavigated', (frame) => {
      if (frame.parentFrame() === null) this.mainFrame.url = fromChromium(frame.url())
    })
    page.on('console', (message) => {
      if (message.type() === 'error') consoleErrors.push(message.text())
    })
    page.on('pageerror', (error) => consoleErrors.push(String(error)))
    page.on('download', (download) => {
      const [, blob = '', address = ''] = /^(blob:)?(.*)$/s.exec(download.url())!
      if (!askDownload(blob + fromChromium(address), this)) void download.cancel()
    })
    await applyPermissions(this)
  }

  async #installPreload(devTools: CDPSession): Promise<void> {
    const inSubFrames = process.env['MARSHAL_STAND_IN_PRELOAD_EVERYWHERE'] === '1'
    const source = preloadScript(await readFile(this.#preload, 'utf8'), inSubFrames)
    devTools.on('Page.windowOpen', ({ url }) => {
      const { action } = this.#windowOpenHandler({ url: fromChromium(url) })
      if (action === 'allow') allowedWindows.push(fromChromium(url))
    })
    devTools.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      this.#endPorts((world) => world === executionContextId)
    })
    devTools.on('Runtime.executionContextsCleared', () => this.#endPorts(() => true))
    const frames = new Map<number, string>()
    devTools.on('Runtime.executionContextCreated', ({ context }) => {
      const frameId: unknown = context.auxData?.['frameId']
      if (typeof frameId === 'string') frames.set(context.id, frameId)
    })
    devTools.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name !== bindingName) return
      const isTop = frames.get(executionContextId) === this.#topFrameId
      this.#receive(JSON.parse(payload) as FromPage, executionContextId, isTop, devTools)
    })
    await devTools.send('Page.enable')
    const { frameTree } = await devTools.send('Page.getFrameTree')
    this.#topFrameId = frameTree.frame.id
    await devTools.send('Runtime.enable')
    await devTools.send('Runtime.addBinding', {
      name: bindingName,
      executionContextName: worldName,
    })
    await devTools.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName })
  }

  #topFrameId = ''

  #receive(message: FromPage, world: number, isTop: boolean, devTools: CDPSession): void {
    if (message.kind === 'data') return this.#ports.get(message.port)?.port.receive(message.data)
    if (message.kind === 'close') return this.#ports.get(message.port)?.port.gone()
    const url = fromChromium(message.href)
    if (isTop) this.mainFrame.url = url
    const senderFrame = isTop ? this.mainFrame : { parent: this.mainFrame, url }
    const ports = message.ports.map((id) => this.#adopt(id, world, devTools))
    ipcMain.emit(message.channel, { sender: this, senderFrame, ports }, message.message)
  }

  #adopt(id: string, world: number, devTools: CDPSession): MessagePortMain {
    const tell = (data: Carried | null): void => {
      const call = `globalThis.${receiverName}(${JSON.stringify({ port: id, data })})`
      // A page that has gone meanwhile hears nothing, as in Electron.
      void devTools
        .send('Runtime.evaluate', { contextId: world, expression: call })
        .catch(() => undefined)
    }
    const port = new MessagePortMain({ post: tell, close: () => tell(null) })
    this.#ports.set(id, { port, world })
    return port
  }

  #endPorts(which: (world: number) => boolean): void {
    for (const [id, { port, world }] of this.#ports) {
      if (!which(world)) continue
      this.#ports.delete(id)
      port.gone()
    }
  }
}

const taken = new WeakSet<Page>()

/** A page can be born into a process that is just ending: then opening it fails, or is never answered. */
async function newPage(context: BrowserContext): Promise<Page> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const born = context.newPage().catch(() => null)
    const page = await Promise.race([born, wait(3_000, null, { ref: false })])
    if (page !== null) return page
  }
  throw new Error('Chromium opens no page')
}

/** Windows the app would have let pages open; Chromium itself opens none here. */
export const allowedWindows: string[] = []

/** What pages complained about, for tests that expect silence. */
export const consoleErrors: string[] = []
