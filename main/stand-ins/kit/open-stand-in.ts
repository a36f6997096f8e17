import { controlRunner, type ControlRunner } from './control.ts'
import { faultOf, type AskedFault } from './named-faults.ts'
import type { StandIn, StandInOptions } from './stand-in.ts'
import { StandInServer } from './stand-in-server.ts'

export interface StartOptions extends StandInOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** Wait before each answer, ms. */
  readonly latencyMs: number
  /** In force from the first request on. Unknown names throw. */
  readonly faults: readonly AskedFault[]
}

/** A stand-in that listens on 127.0.0.1. */
export interface OpenStandIn {
  /** The address a target is given, without a trailing slash. */
  readonly url: string
  /** Carries out a control command by its name. */
  readonly run: ControlRunner
  /** Stops listening and cuts every connection. */
  close(): Promise<void>
}

/**
 * Starts a stand-in in this process.
 * @throws when the port is taken, with a message for people and `code` `EADDRINUSE`; when its content file cannot be
 *   opened; for a fault it does not know
 */
export async function openStandIn(standIn: StandIn, options: StartOptions): Promise<OpenStandIn> {
  const core = standIn.make(options)
  const run = controlRunner(() => server, core)
  const server = new StandInServer(core, async (command, body) => {
    try {
      const value = await run(command, body === '' ? undefined : JSON.parse(body))
      return { status: 200, body: JSON.stringify({ value: value ?? null }) }
    } catch (error) {
      return { status: 400, body: JSON.stringify({ error: messageOf(error) }) }
    }
  })
  server.latency = options.latencyMs
  try {
    for (const asked of options.faults) {
      const fault = faultOf(standIn, asked)
      if (fault === null)
        throw new Error(`The ${standIn.system} stand-in knows no fault "${asked.name}".`)
      if ('rule' in fault) server.faults.add(fault.rule)
      else await run('knobs', fault.knobs)
    }
    const url = await server.plug(options.port)
    return {
      url: url + (standIn.path ?? ''),
      run,
      async close() {
        await server.unplug()
        core.close?.()
      },
    }
  } catch (error) {
    core.close?.()
    throw error
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
