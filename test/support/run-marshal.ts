import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The command as it is installed; the steps that need it build it first. */
const program = join(import.meta.dirname, '../../out/main/edge.js')

export interface MarshalOptions {
  /** Data folder; becomes `--data`. */
  readonly data?: string
  /** Goes to stdin, which is closed afterwards. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Folder it is started in. */
  readonly cwd?: string
}

/** What one finished `marshal` left behind. */
export interface MarshalRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** No keychain and nobody's settings: the same surroundings on every computer. */
function surroundings(extra: MarshalOptions['env'] = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env
  return {
    PATH,
    HOME,
    TMPDIR,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus',
    ...extra,
  }
}

function start(args: readonly string[], options: MarshalOptions): ChildProcess {
  const data = options.data === undefined ? [] : ['--data', options.data]
  const child = spawn(process.execPath, [program, ...data, ...args], {
    env: surroundings(options.env),
    cwd: options.cwd,
    stdio: 'pipe',
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(options.input ?? '')
  return child
}

/** Runs one command line to its end. */
export async function marshal(
  args: readonly string[],
  options: MarshalOptions = {},
): Promise<MarshalRun> {
  const child = start(args, options)
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** Runs with `--json` and gives the one document of stdout; fails when the exit code is another than wanted. */
export async function marshalJson(
  args: readonly string[],
  options: MarshalOptions & { readonly code?: number } = {},
): Promise<unknown> {
  const run = await marshal(['--json', ...args], options)
  if (run.code !== (options.code ?? 0))
    throw new Error(
      `marshal ${args.join(' ')} ended with ${run.code}\n${run.stderr}\n${run.stdout.slice(0, 2000)}`,
    )
  return JSON.parse(run.stdout) as unknown
}

/** A `marshal` that stays: serve, demo, mock-server, or one that is to be interrupted. */
export class RunningMarshal {
  readonly child: ChildProcess
  readonly #ended: Promise<MarshalRun>
  #stdout = ''
  #stderr = ''
  #closed = false
  #waiting: (() => void)[] = []

  constructor(args: readonly string[], options: MarshalOptions = {}) {
    this.child = start(args, options)
    const heard = () => {
      for (const check of this.#waiting.splice(0)) check()
    }
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      heard()
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      heard()
    })
    this.#ended = once(this.child, 'close').then(([code]) => {
      this.#closed = true
      heard()
      return { code: code as number | null, stdout: this.#stdout, stderr: this.#stderr }
    })
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Resolves with the match once it has appeared on stdout or stderr. */
  async until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(stream === 'stdout' ? this.#stdout : this.#stderr)
      if (match) return match
      // Its exit alone is not the end: its last words may still be on their way.
      if (this.#closed)
        throw new Error(`marshal ended before saying ${pattern}\n${this.#stderr}\n${this.#stdout}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** The first line of stdout as JSON. */
  async document(): Promise<unknown> {
    return JSON.parse((await this.until('stdout', /^(.+)\n/))[1] ?? '') as unknown
  }

  /** Waits until it ends by itself. */
  finished(): Promise<MarshalRun> {
    return this.#ended
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<MarshalRun> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal)
    return this.#ended
  }
}

/** An empty data folder and how to remove it. */
export async function dataFolderForTest(): Promise<{
  readonly dir: string
  readonly remove: () => Promise<void>
}> {
  const dir = await mkdtemp(join(tmpdir(), 'marshal-test-'))
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) }
}
