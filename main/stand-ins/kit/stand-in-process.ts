import { fstatSync } from 'node:fs'
import type { ControlMessage, ControlReply } from './control.ts'
import { messageOf, openStandIn, type StartOptions } from './open-stand-in.ts'
import type { StandIn } from './stand-in.ts'

/**
 * Turns the running process into a stand-in: prints one JSON line `{"url": …}` when it is ready,
 * takes control commands over the IPC channel (works while unplugged) or as
 * `POST /__control/<command>` with the argument as JSON, and ends on SIGTERM or when its parent does.
 */
export async function runStandIn(standIn: StandIn, options: StartOptions): Promise<void> {
  const { url, run, close } = await openStandIn(standIn, options)
  process.on('message', (message: ControlMessage) => {
    run(message.command, message.argument).then(
      (value) => reply({ id: message.id, ok: true, value }),
      (error: unknown) => reply({ id: message.id, ok: false, error: messageOf(error) }),
    )
  })
  endWithParent(() => {
    void close().then(() => process.exit(0))
  })
  process.stdout.write(JSON.stringify({ url }) + '\n')
  process.send?.({ url })
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
