/** Live state for the window, the tray and `marshal status`. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import type { LiveEvent } from '../../../contract/sync.ts'
import type { Core } from '../../core.ts'
import type { StatusBoard } from './status-board.ts'

const os = implement(contract).status

/** Events a slow listener may have waiting; beyond that only the newest of a kind matters. */
const mostWaiting = 200

export function statusHandlers(core: Core, status: StatusBoard) {
  return {
    get: os.get.handler(() => status.all()),
    watch: os.watch.handler(({ signal }) => watch(core, status, signal)),
  }
}

async function* watch(
  core: Core,
  status: StatusBoard,
  signal: AbortSignal | undefined,
): AsyncGenerator<LiveEvent, void> {
  const waiting: LiveEvent[] = []
  let wake = () => {}
  const unsubscribe = core.live.on((event) => {
    if (waiting.length >= mostWaiting) {
      const older = waiting.findIndex((one) => one.type === event.type)
      waiting.splice(Math.max(0, older), 1)
    }
    waiting.push(event)
    wake()
  })
  const aborted = () => wake()
  signal?.addEventListener('abort', aborted)
  try {
    yield { type: 'status', status: await status.all() }
    while (!signal?.aborted) {
      const next = waiting.shift()
      if (next) yield next
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    unsubscribe()
    signal?.removeEventListener('abort', aborted)
  }
}
