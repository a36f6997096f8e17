import { fstatSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ControlMessage, ControlReply } from './control.ts'
import { controlRunner } from './control.ts'
import type { StandInCore } from './stand-in-core.ts'
import { StandInServer } from './stand-in-server.ts'

/** What the command line of every stand-in may say; a core reads what concerns it. */
export interface StandInArguments {
  readonly port: number
  readonly key: string
  readonly seed: number | null
  readonly latency: number
}

/**
 * Turns the running process into a stand-in: prints one JSON line `{"url": …}` when it is ready,
 * takes control commands over the IPC channel (works while unplugged) or as
 * `POST /__control/<command>` with the argument as JSON, and ends on SIGTERM or when its parent does.
 *
 * Options: `--port N` (default: a free one), `--key TEXT`, `--seed N`, `--latency MS`.
 */
export async function runStandIn(
  makeCore: (options: StandInArguments) => StandInCore,
): Promise<void> {
  const options = readArguments()
  const core = makeCore(options)
  const run = controlRunner(() => server, core)
  const server = new StandInServer(core, async (command, body) => {
    try {
      const value = await run(command, body === '' ? undefined : JSON.parse(body))
      return { status: 200, body: JSON.stringify({ value: value ?? null }) }
    } catch (error) {
      return { status: 400, body: JSON.stringify({ error: messageOf(error) }) }
    }
  })
  server.latency = options.latency
  process.on('message', (message: ControlMessage) => {
    run(message.command, message.argument).then(
      (value) => reply({ id: message.id, ok: true, value }),
      (error: unknown) => reply({ id: message.id, ok: false, error: messageOf(error) }),
    )
  })
  endWithParent(() => {
    void server.unplug().then(() => process.exit(0))
  })
  const url = await server.plug(options.port)
  process.stdout.write(JSON.stringify({ url }) + '\n')
  process.send?.({ url })
}

function readArguments(): StandInArguments {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      key: { type: 'string', default: 'stand-in-key' },
      seed: { type: 'string' },
      latency: { type: 'string', default: '0' },
    },
  })
  return {
    port: Number(values.port),
    key: values.key,
    seed: values.seed === undefined ? null : Number(values.seed),
    latency: Number(values.latency),
  }
}

/** A terminal or /dev/null as input says nothing about the parent; a pipe that closes does. */
function endWithParent(end: () => void): void {
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  process.once('disconnect', end)
  if (process.send !== undefined) return
  const input = fstatSync(0)
  if (!input.isFIFO() && !input.isSocket()) return
  process.stdin.once('end', end)
  process.stdin.once('close', end)
  process.stdin.resume()
}

function reply(message: ControlReply): void {
  if (process.connected) process.send?.(message)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
