/** The built window in Chromium, on a real engine behind the real HTTP host, with a data folder of its own. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { AxeBuilder } from '@axe-core/playwright'
import type { App } from 'vue'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { Language } from '../../main/contract/settings.ts'
import { createEngine, type Engine } from '../../main/engine/engine.ts'
import { memorySecrets } from '../../main/hosts/edge/demo/memory-secrets.ts'
import { startEdgeServer, type EdgeServer } from '../../main/hosts/edge/http/edge-server.ts'
import { createHubDoor } from '../../main/hosts/edge/hub/hub-door.ts'
import { openSessions } from '../../main/hosts/edge/http/sessions.ts'
import { signIn } from '../../main/hosts/edge/http/sign-in.ts'
import { createPorts } from '../../main/hosts/ports.ts'
import { chromiumArguments, headlessPath } from './chromium.ts'

const project = join(import.meta.dirname, '../..')
/** Another build of the window can be tried with MARSHAL_WINDOW. */
const windowFolder = process.env['MARSHAL_WINDOW'] ?? join(project, 'out/renderer')
/** Where pictures go; the README's are made with MARSHAL_SCREENSHOTS=docs/screenshots. */
const pictures = join(project, process.env['MARSHAL_SCREENSHOTS'] ?? 'artefacts/screenshots')
const browserLocale: Readonly<Record<Language, string>> = {
  en: 'en-US',
  de: 'de-DE',
  fr: 'fr-FR',
  es: 'es-ES',
}
const openDialog = '.v-overlay--active[role="dialog"], .v-overlay--active[role="alertdialog"]'

export interface WindowLook {
  readonly theme?: 'light' | 'dark'
  readonly language?: Language
  /** Default 1440 × 900. */
  readonly size?: readonly [width: number, height: number]
  /** Address after `#`, default `/desk`. */
  readonly at?: string
  /** False opens it without a sign-in token. */
  readonly signedIn?: boolean
  /** Who gave their name in this browser; null: nobody yet. Default `Desk 1`. */
  readonly operator?: string | null
}

/** Both themes and languages, the smallest and the usual size, in as few windows as possible. */
export const looks: readonly WindowLook[] = [
  { theme: 'light', language: 'en', size: [1440, 900] },
  { theme: 'dark', language: 'de', size: [1024, 640] },
]

export interface OpenWindow {
  readonly page: Page
  /** Errors and warnings of the page so far; a test of a healthy page expects none. */
  readonly complaints: readonly string[]
  /** Serious and critical findings of axe, one line each, when nothing moves any more. */
  axe(): Promise<readonly string[]>
  /** Keeps a picture as `<name>.png`. */
  picture(name: string): Promise<void>
  /** A keyboard-wedge reader: the whole code, a few milliseconds between keys, then Enter. */
  scan(code: string): Promise<void>
  /** Opens another address of the window without loading the page again; settles when the page before is gone. */
  go(address: string): Promise<void>
  close(): Promise<void>
}

export interface WindowSite {
  readonly engine: Engine
  /** Base address, without a slash at the end. */
  readonly url: string
  readonly dataDir: string
  /** Imports CSV text as entrants of an event. */
  importEntrants(csv: string, event?: string): Promise<void>
  open(look?: WindowLook): Promise<OpenWindow>
  /** A one-time token, as in a link the engine's host prints. */
  newToken(): string
  /** The engine's host goes away; what is open in browsers stays. */
  stopServer(): Promise<void>
  /** The host comes back at the same address, as a new process would. */
  startServer(): Promise<void>
  /** What the host does when the engine asks to be started again: everything ends and comes back at the same address. */
  startAgain(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts engine, server and browser. `schedule` true lets targets sync by themselves; `restart` is what the host does when
 * the engine asks to be started again.
 */
export async function startWindowSite(
  options: { readonly schedule?: boolean; readonly restart?: () => void } = {},
): Promise<WindowSite> {
  if (!existsSync(join(windowFolder, 'index.html')))
    throw new Error(`There is no built window in ${windowFolder}. Build it first: npm run build`)
  const dataDir = await mkdtemp(join(tmpdir(), 'marshal-window-'))
  const now = () => Date.now()
  const sessions = await openSessions({ dataDir, now })
  const ports = await createPorts({
    dataDir,
    secrets: memorySecrets(),
    logLevel: 'silent',
    signedIn: sessions,
    ...(options.restart ? { restart: options.restart } : {}),
  })
  const hub = createHubDoor({ dataDir, secrets: ports.secrets, log: ports.log })
  hub.listenAt({ host: '127.0.0.1', port: 0 })
  const startEngine = async (): Promise<Engine> => {
    const started = await createEngine(
      { ...ports, hub },
      { host: 'edge', version: '0.0.0', schedule: options.schedule ?? false },
    )
    await started.start()
    return started
  }
  let engine = await startEngine()
  await engine.client.settings.set({ operatorName: 'Desk 1' })
  const apiToken = 'an-api-token-for-this-test-only'
  let people = signIn({ apiToken, sessions })
  const start = (port: number) =>
    startEdgeServer({
      engine,
      log: ports.log,
      signIn: people,
      host: '127.0.0.1',
      port,
      windowFolder,
    })
  let server: EdgeServer = await start(0)
  const { url } = server
  const browser: Browser = await chromium.launch({
    executablePath: headlessPath,
    args: [...chromiumArguments],
  })
  const contexts = new Set<BrowserContext>()

  async function startServer(): Promise<void> {
    // A process that starts knows of nobody but what its data folder says.
    people = signIn({ apiToken, sessions: await openSessions({ dataDir, now }) })
    server = await start(Number(new URL(url).port))
  }

  return {
    get engine() {
      return engine
    },
    url,
    dataDir,
    async importEntrants(csv, event = 'Spring Classic') {
      await engine.importFile(
        { name: 'list.csv', open: () => Readable.from([Buffer.from(csv)]) },
        { entity: 'entrant', event, map: {}, rehearse: false },
        () => {},
        new AbortController().signal,
      )
    },
    async open(look = {}) {
      const context = await newContext(browser, look)
      contexts.add(context)
      const page = await context.newPage()
      // What is there at once is taken at once; a busy machine only makes it wait.
      page.setDefaultTimeout(30_000)
      const complaints: string[] = []
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      if (look.signedIn === false) await page.goto(url)
      else {
        await page.goto(`${url}/#token=${people.newOneTimeToken()}`)
        await page.getByRole('navigation').waitFor()
        // The first page is there; an address asked for earlier would be overtaken by it.
        await page.waitForURL(/#\/desk$/)
      }
      const open = openWindow(page, complaints, async () => {
        contexts.delete(context)
        await context.close()
      })
      if (look.at) await open.go(look.at)
      return open
    },
    newToken: () => people.newOneTimeToken(),
    stopServer: () => server.drain(1000),
    startServer,
    async startAgain() {
      await server.drain(1000)
      await engine.stop()
      engine = await startEngine()
      await startServer()
    },
    async close() {
      for (const context of contexts) await context.close()
      await browser.close()
      await server.drain(1000)
      await engine.stop()
      ports.log.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** In the page: the address in the location changes at once, its page comes when its code is loaded. */
function isShown(address: string): boolean {
  const root = document.querySelector('#app') as Element & { readonly __vue_app__: App }
  const { fullPath, redirectedFrom } =
    root.__vue_app__.config.globalProperties.$router.currentRoute.value
  return fullPath === address || redirectedFrom?.fullPath === address
}

async function newContext(browser: Browser, look: WindowLook): Promise<BrowserContext> {
  const [width, height] = look.size ?? [1440, 900]
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: look.theme ?? 'light',
    locale: browserLocale[look.language ?? 'en'],
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  })
  const { operator = 'Desk 1' } = look
  if (operator !== null)
    await context.addInitScript((name) => {
      const key = 'marshal.operator'
      if (localStorage.getItem(key) === null)
        localStorage.setItem(key, JSON.stringify({ name, desk: '' }))
    }, operator)
  return context
}

function openWindow(
  page: Page,
  complaints: readonly string[],
  close: () => Promise<void>,
): OpenWindow {
  return {
    page,
    complaints,
    close,
    async axe() {
      // What lies behind an open dialog is out of reach, and darkened.
      await page.waitForFunction(() =>
        document.getAnimations().every(({ playState }) => playState !== 'running'),
      )
      const dialogOpen = (await page.locator(openDialog).count()) > 0
      // Legacy means: without a second page to put frames together, of which the window has none.
      const builder = new AxeBuilder({ page })
        .setLegacyMode()
        .options({ resultTypes: ['violations'] })
      const { violations } = await (dialogOpen ? builder.include(openDialog) : builder).analyze()
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) =>
          nodes.map(({ html, any }) => `${id}: ${any[0]?.message ?? ''} ${html.slice(0, 200)}`),
        )
    },
    async scan(code) {
      const session = await page.context().newCDPSession(page)
      const start = Date.now() / 1000
      const keys = [...code].map((text) => ({ key: text, text }))
      const enter = { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 }
      // Sent in one go with the times a reader has, so that a busy computer does not make it look like a typist.
      await Promise.all(
        [...keys, enter].flatMap((key, at) => {
          const timestamp = start + at * 0.004
          return [
            session.send('Input.dispatchKeyEvent', { type: 'keyDown', timestamp, ...key }),
            session.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp, key: key.key }),
          ]
        }),
      )
      await session.detach()
    },
    async picture(name) {
      await mkdir(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' })
    },
    async go(address) {
      await page.evaluate((hash) => {
        location.hash = hash
      }, `#${address}`)
      await page.waitForFunction(isShown, address)
    },
  }
}
