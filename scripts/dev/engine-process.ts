/** The engine of `npm run dev` as a process that can be started again at the same address. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface EngineAddress {
  /** Base address, the same after each restart. */
  readonly url: string
  /** Signs in one browser, once. */
  readonly token: string
}

/** Lines of a host whose window is served by somebody else. */
const notForDevelopers =
  /^(The window is not built|Open this link|Finishing what is under way|Stopping)/
const endsWithParent = join(import.meta.dirname, 'ends-with-parent.mjs')

export class EngineProcess {
  readonly #args: readonly string[]
  readonly #say: (line: string) => void
  #child: ChildProcess | null = null
  #port = 0
  #running = false
  #stopped = false
  #changing: Promise<void> | null = null
  #again = false

  /**
   * @param args of Node: the program and its options, without `--port`. With `--json` it prints one line with `url` and
   *   `signInUrl` once it listens.
   * @param say takes a line for people
   */
  constructor(args: readonly string[], say: (line: string) => void) {
    this.#args = args
    this.#say = say
  }

  /** False while it is not there to answer. */
  get isRunning(): boolean {
    return this.#running
  }

  /** Starts it and waits until it listens. Throws when it ends instead. */
  async start(): Promise<EngineAddress> {
    const args = ['--import', endsWithParent, ...this.#args, '--port', String(this.#port)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    this.#child = child
    child.once('exit', () => {
      this.#running = false
      if (this.#child === child) this.#child = null
    })
    createInterface({ input: child.stderr! }).on('line', (line) => {
      if (!notForDevelopers.test(line)) this.#say(line)
    })
    for await (const line of createInterface({ input: child.stdout! })) {
      const { url, signInUrl } = JSON.parse(line) as Partial<Record<string, string>>
      const token = signInUrl?.split('#token=')[1]
      if (url === undefined || token === undefined) break
      this.#port = Number(new URL(url).port)
      this.#running = true
      return { url, token }
    }
    throw new Error('The engine did not start; the lines above say why.')
  }

  /** Ends it and starts it again. Asked for meanwhile, it is done once more. */
  async restart(): Promise<void> {
    this.#again = true
    this.#changing ??= this.#follow().finally(() => (this.#changing = null))
    await this.#changing
  }

  /** Ends it, and waits until it has. It is not started again. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#end()
    await this.#changing
    await this.#end()
  }

  async #follow(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      await this.#end()
      try {
        if (this.#stopped) return
        await this.start()
        this.#say('The engine was started again.')
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        this.#say(`${reason} It is tried again when a file in main/ changes.`)
      }
    }
  }

  async #end(): Promise<void> {
    const child = this.#child
    this.#running = false
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
}
