import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ControlReply, KitCommands } from '../../main/stand-ins/kit/control.ts'
import type { FaultReport, FaultRule, RequestMatch } from '../../main/stand-ins/kit/fault-rule.ts'
import type { HoldOrder } from '../../main/stand-ins/kit/hold-gate.ts'
import type { LoggedRequest, TrafficGoal, TrafficStats } from '../../main/stand-ins/kit/traffic.ts'

export type {
  FaultAction,
  FaultRule,
  RequestMatch,
  RetryAfter,
} from '../../main/stand-ins/kit/fault-rule.ts'
export type { LoggedRequest, TrafficStats } from '../../main/stand-ins/kit/traffic.ts'

/** How to start any stand-in. */
export interface StandInOptions {
  /** Default 0: a free port. */
  readonly port?: number
  /** Wait before each answer, ms. Default 0. */
  readonly latencyMs?: number
}

/**
 * A stand-in server in its own process, started and steered by a test. Commands travel over the
 * process channel, so they work while the network is unplugged and never count as traffic.
 */
export class StandInProcess {
  /** The address a target is given, without a trailing slash. */
  readonly url: string
  readonly #child: ChildProcess
  readonly #pending = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }
  >()
  #nextId = 1

  constructor(child: ChildProcess, url: string) {
    this.url = url
    this.#child = child
    child.on('message', (reply: ControlReply) => {
      const waiting = this.#pending.get(reply.id)
      this.#pending.delete(reply.id)
      if (reply.ok) waiting?.resolve(reply.value)
      else waiting?.reject(new Error(reply.error))
    })
    child.once('exit', () => {
      for (const waiting of this.#pending.values())
        waiting.reject(new Error('The stand-in has ended.'))
      this.#pending.clear()
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Counts and the last 1,000 requests since start or `reset`. */
  stats(): Promise<TrafficStats> {
    return this.kit('stats')
  }

  /** The last 1,000 requests, oldest first. */
  async log(): Promise<readonly LoggedRequest[]> {
    return (await this.stats()).log
  }

  /** Sets a fault; returns an id for `removeFault`. Rules are tried in the order they were set. */
  fault(rule: FaultRule): Promise<number> {
    return this.kit('fault', rule)
  }

  removeFault(id: number): Promise<void> {
    return this.kit('removeFault', id)
  }

  clearFaults(): Promise<void> {
    return this.kit('clearFaults')
  }

  /** The rules in force with how often each was seen and struck. */
  faults(): Promise<readonly FaultReport[]> {
    return this.kit('faults')
  }

  /** Freezes matching requests (default: all, before they are handled) until `release`. */
  hold(order: HoldOrder = {}): Promise<void> {
    return this.kit('hold', order)
  }

  /** Settles when at least so many requests are frozen. */
  held(atLeast = 1): Promise<void> {
    return this.kit('waitHeld', atLeast)
  }

  /** Lets the frozen requests and all later ones go. */
  release(): Promise<void> {
    return this.kit('release')
  }

  /**
   * Acts while the next matching request is in flight (frozen after the server has read it). Await
   * the call to know the trap is set; `done` settles when the action ran and the request went on.
   */
  async onceWhileReceiving(
    act: () => Promise<unknown> | void,
    match: RequestMatch = {},
  ): Promise<{ readonly done: Promise<void> }> {
    await this.hold({ match, times: 1 })
    const done = this.held().then(async () => {
      try {
        await act()
      } finally {
        await this.release()
      }
    })
    return { done }
  }

  /** Settles when at least so many requests (of a kind such as `POST people`) got a 2xx answer. */
  succeeded(goal: TrafficGoal): Promise<void> {
    return this.kit('waitTraffic', goal)
  }

  /** Shifts the clock of the `Date` header, ms; 0 sets it right. */
  clockOffset(ms: number): Promise<void> {
    return this.kit('clockOffset', ms)
  }

  /** Wait before each answer from now on, ms. */
  latency(ms: number): Promise<void> {
    return this.kit('latency', ms)
  }

  /** Network cut: nothing listens on the port and connections break; content and faults stay. */
  unplug(): Promise<void> {
    return this.kit('network', { up: false })
  }

  /** Network back, on the same port. */
  plug(): Promise<void> {
    return this.kit('network', { up: true })
  }

  /** Back to the start: content, statistics, faults, frozen requests, latency, clock. Same port. */
  reset(): Promise<void> {
    return this.kit('reset')
  }

  /** SIGTERM, then waits for the process to end. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await ended
  }

  /** Sends a command of the kit. */
  protected kit<Name extends keyof KitCommands>(
    command: Name,
    argument?: KitCommands[Name]['argument'],
  ): Promise<KitCommands[Name]['value']> {
    return this.command(command, argument)
  }

  /** Sends any command; the caller knows the value's type. */
  protected command<Value>(command: string, argument?: unknown): Promise<Value> {
    const id = this.#nextId++
    return new Promise<Value>((resolve, reject) => {
      if (!this.#child.connected) {
        reject(new Error('The stand-in has ended.'))
        return
      }
      this.#pending.set(id, { resolve: (value) => resolve(value as Value), reject })
      // It can end between the question above and this.
      this.#child.send({ id, command, argument }, (error) => {
        if (error === null) return
        this.#pending.delete(id)
        reject(new Error('The stand-in has ended.', { cause: error }))
      })
    })
  }
}

/**
 * Starts the stand-in of that name in a process of its own and waits until it listens.
 * @throws with the process's own words when it ends before that.
 */
export async function startStandIn(
  name: string,
  commandLine: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const script = fileURLToPath(new URL('../../main/stand-ins/process.ts', import.meta.url))
  const child = fork(script, [name, ...commandLine], {
    execPath: process.execPath,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaints = ''
  child.stderr?.on('data', (text: Buffer) => {
    complaints += text.toString('utf8')
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (ready: { readonly url: string }) => resolve(ready.url))
    child.once('exit', (code) => {
      reject(
        new Error(`The ${name} stand-in ended with ${code} before it was ready: ${complaints}`),
      )
    })
  })
  return { child, url }
}

/** The command line of the options every stand-in knows. */
export function commonArguments(options: StandInOptions): string[] {
  return ['--port', String(options.port ?? 0), '--latency', String(options.latencyMs ?? 0)]
}
