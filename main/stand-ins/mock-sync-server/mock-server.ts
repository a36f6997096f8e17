import { MockSyncServer } from './core.ts'
import type { LoopbackServer } from '../kit/loopback-server.ts'
import { serveLoopback } from '../kit/loopback-server.ts'

/**
 * `marshal mock-server`: the testing target (DataCollect's mock-sync-server contract) on 127.0.0.1.
 * @param options `port` 0 takes a free one; `seed` starts it with generated records, the same for
 *   the same number; without it the server is empty. Content ends with the process.
 * @throws when the port is taken, with a message for people and `code` `EADDRINUSE`.
 */
export function startMockServer(options: {
  readonly port: number
  readonly seed?: number | undefined
}): Promise<LoopbackServer> {
  const core = new MockSyncServer(options.seed === undefined ? {} : { seed: options.seed })
  return serveLoopback({
    port: options.port,
    answer: ({ method, target, body }) => core.answer(method, target, body),
  })
}
