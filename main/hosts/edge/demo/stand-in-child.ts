/** The timing stand-in as a process of its own: it must not end with, or slow down, the program it receives from. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { ExitError, exitCodes } from '../exit-codes.ts'

export interface StandInChild {
  /** Base address; the page for people is at `/`. */
  readonly url: string
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

export interface StandInChildOptions {
  readonly dataDir: string
  /** Port of the last time, null for none. */
  readonly port: number | null
  /** Milliseconds the stand-in takes for an answer. */
  readonly latencyMs: number
  readonly onEnd: () => void
}

const usualPort = 4781
/** After a kill, the stand-in of before may need a moment to notice and to free its port. */
const tries = 20
const betweenTriesMs = 250

/**
 * Starts the stand-in on the port it had before, else on the usual one, else on a free one.
 * It ends when `stop` is called or when this process ends in any way.
 */
export async function startStandInChild(options: StandInChildOptions): Promise<StandInChild> {
  const ports =
    options.port === null
      ? [usualPort, 0]
      : [...Array.from({ length: tries }, () => options.port ?? 0), 0]
  for (const [attempt, port] of ports.entries()) {
    if (options.port !== null && attempt > 0) await delay(betweenTriesMs)
    const child = await start(options, port)
    if (child) return child
  }
  throw new ExitError(exitCodes.wrongUse, {
    code: 'wrong-use',
    message: 'The timing stand-in of the demonstration does not start',
    fix: 'Try "marshal demo-timing" to see why.',
  })
}

async function start(options: StandInChildOptions, port: number): Promise<StandInChild | null> {
  const args = ['demo-timing', '--json', '--with-parent', '--data', options.dataDir]
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      process.argv[1] ?? '',
      ...args,
      ...['--port', String(port), '--latency', String(options.latencyMs)],
    ],
    // In a group of its own: Ctrl-C in the terminal is for Marshal, which then stops the stand-in last.
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true, windowsHide: true },
  )
  const url = await firstUrl(child)
  if (url === null) return null
  let stopping = false
  child.once('exit', () => {
    if (!stopping) options.onEnd()
  })
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    async stop() {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.stdin?.end()
      await ended
    },
  }
}

/** The address it prints first; null when it ends instead. */
async function firstUrl(child: ChildProcess): Promise<string | null> {
  if (!child.stdout) return null
  for await (const line of createInterface({ input: child.stdout })) {
    const answer = JSON.parse(line) as { readonly url?: string }
    return answer.url ?? null
  }
  return null
}
