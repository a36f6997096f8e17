/** Starts the built desktop app on the stand-in, for tests. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { Actions, AppState } from './control.ts'

/** Another build of the app can be tried with MARSHAL_DESKTOP. */
const entry =
  process.env['MARSHAL_DESKTOP'] ?? join(import.meta.dirname, '../../../out/main/index.js')
const artefacts = join(import.meta.dirname, '../../../artefacts')
const register = join(import.meta.dirname, 'register.ts')

export interface LaunchOptions {
  /** Default: a new one, removed at the end. */
  readonly dataDir?: string
  readonly env?: Readonly<Record<string, string>>
  /** False for an app that is expected to end by itself. */
  readonly waitForWindow?: boolean
  /**
   * True opens an empty page instead of the window, for tests that hold the line to the engine themselves:
   * there is only one, and the window would take it back.
   */
  readonly blankPage?: boolean
}

export interface DesktopApp {
  readonly process: ChildProcess
  readonly dataDir: string
  /** Everything the app wrote to stdout and stderr so far. */
  output(): string
  do<Name extends keyof Actions>(
    name: Name,
    ...args: Parameters<Actions[Name]>
  ): ReturnType<Actions[Name]>
  state(): Promise<AppState>
  /** The page of the window, over a DevTools connection of the test's own. */
  page(): Promise<Page>
  /** Resolves with the exit code (null: killed). */
  exited(): Promise<number | null>
  /** Ends the app if it still runs, and removes its folder if it made one. */
  stop(): Promise<void>
}

/** How often a connection is asked for the page before another one is made. */
const asksPerConnection = 200

/** Throws with what to do when the app was not built. */
export async function launchDesktopApp(options: LaunchOptions = {}): Promise<DesktopApp> {
  if (!existsSync(entry)) throw new Error(`${entry} is missing: run "npm run build" first.`)
  const blank = options.blankPage === true ? await withBlankPage() : null
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'marshal-desktop-')))
  // Tests that want a keychain say so; nobody else should touch the session's.
  const { DBUS_SESSION_BUS_ADDRESS: _bus, MARSHAL_PASSPHRASE: _passphrase, ...env } = process.env
  const child = fork(blank?.entry ?? entry, ['--data', dataDir], {
    execArgv: ['--import', register],
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr?.on('data', (text: Buffer) => (output += text.toString()))
  // Not 'exit': that may come before its last words.
  const exit = once(child, 'close').then(([code]) => code as number | null)
  const browsers: Browser[] = []
  const act = commander(child, () => output)

  const desktop: DesktopApp = {
    process: child,
    dataDir,
    output: () => output,
    do: act,
    state: () => act('state'),
    page: async () => {
      const { devTools } = await act('state')
      let asked = 0
      return until('the page of the window', async () => {
        // A page whose process died while this connection attached to it is never told; a new one sees what is there.
        // The same while it connects: then the connection never gets ready, and the next one does.
        if (asked % asksPerConnection === 0 && (browsers.length === 0 || asked > 0)) {
          browsers.push(await chromium.connectOverCDP(devTools, { timeout: 8_000 }))
        }
        asked += 1
        return browsers
          .flatMap((browser) => browser.contexts())
          .flatMap((context) => context.pages())
          .find((page) => page.url().startsWith('http://marshal.app.localhost/'))
      })
    },
    exited: () => exit,
    stop: async () => {
      for (const browser of browsers) await browser.close().catch(() => undefined)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exit
      if (options.dataDir === undefined) await removeFolder(dataDir)
      if (blank !== null) await removeFolder(blank.folder)
    },
  }
  if (options.waitForWindow !== false) {
    await Promise.race([
      until('the window', async () => (await act('state')).windows.find(({ visible }) => visible)),
      exit.then((code) => {
        throw new Error(`the app ended (${code}) before its window opened:\n${output}`)
      }),
    ])
  }
  return desktop
}

/** Asks until there is an answer; the test's own time limit ends it. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined | null | false>,
): Promise<Value> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (Date.now() > deadline) throw error
      return undefined
    })
    if (answer !== undefined && answer !== null && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function commander(child: ChildProcess, output: () => string): DesktopApp['do'] {
  type Answer = { id: number; result?: unknown; error?: string }
  const waiting = new Map<number, (answer: Answer) => void>()
  let count = 0
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer))
  child.once('exit', () => {
    for (const [id, tell] of waiting) tell({ id, error: `the app has ended:\n${output()}` })
  })
  const act = (name: string, ...args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = (count += 1)
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id)
        if (error === undefined) resolve(result)
        else reject(new Error(`${name}: ${error}`))
      })
      const ended = () => waiting.get(id)?.({ id, error: `the app has ended:\n${output()}` })
      if (!child.connected) ended()
      // It can end between the question above and this.
      else child.send({ id, name, args }, (error) => void (error !== null && ended()))
    })
  return act as DesktopApp['do']
}

/** A copy of the build with another page; inside the project, so that its packages are found. */
async function withBlankPage(): Promise<{ folder: string; entry: string }> {
  await mkdir(artefacts, { recursive: true })
  const folder = await mkdtemp(join(artefacts, 'blank-page-'))
  const built = join(entry, '../..')
  for (const part of ['main', 'preload']) {
    await cp(join(built, part), join(folder, 'out', part), { recursive: true })
  }
  await mkdir(join(folder, 'out/renderer'))
  const page = '<!doctype html><html><head><title>Marshal, blank</title></head><body></body></html>'
  await writeFile(join(folder, 'out/renderer/index.html'), page)
  return { folder, entry: join(folder, 'out/main', basename(entry)) }
}

/** Chromium's helpers may still be writing for a moment after it was killed. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}
