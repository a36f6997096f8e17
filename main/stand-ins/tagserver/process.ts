import { setTimeout as delay } from 'node:timers/promises'
import type { LoopbackAnswer, LoopbackRequest } from '../kit/loopback-server.ts'
import { serveLoopback } from '../kit/loopback-server.ts'
import { InFlightLimit } from '../kit/in-flight-limit.ts'
import type { TagServerChange } from './core.ts'
import { TagServer } from './core.ts'
import { openJournal } from './journal.ts'
import type { ShownChange } from './page.ts'
import { pageAnswer } from './page.ts'
import { tooManyRequests } from '../kit/problem.ts'

/** A running demonstration TagServer. */
export interface DemoTagServer {
  /** Base address, without `/api`. The page for people is at `/`. */
  readonly url: string
  readonly close: () => Promise<void>
}

/**
 * - `port`: 0 takes a free one.
 * - `latencyMs`: waits so long before answering, to look like a real network.
 * - `contentFile`: keeps the content there across restarts; without it, content ends with the process.
 */
export interface DemoTagServerOptions {
  readonly port: number
  readonly apiKey: string
  readonly latencyMs: number
  readonly contentFile?: string
}

const shownChanges = 25

/**
 * Starts the demonstration TagServer (an assumption of the contract, see core.ts) on
 * 127.0.0.1, with a page at `/` where a newcomer sees the data arrive.
 * @throws when the port is taken or the content file cannot be opened.
 */
export async function startDemoTagServer(options: DemoTagServerOptions): Promise<DemoTagServer> {
  const changes: ShownChange[] = []
  const core = new TagServer({
    apiKey: options.apiKey,
    onChange: (change) => {
      journal?.append(change)
      changes.unshift(shown(core, change))
      if (changes.length > shownChanges) changes.pop()
    },
  })
  const journal = options.contentFile
    ? openJournal(options.contentFile, (change) => core.replay(change))
    : null
  const inFlight = new InFlightLimit(8)

  async function answer(request: LoopbackRequest): Promise<LoopbackAnswer> {
    const page = pageAnswer(request, () => ({ counts: core.counts(), changes }))
    if (page !== null) return page
    const header = request.headers['x-api-key']
    const key = typeof header === 'string' ? header : undefined
    if (!inFlight.enter(key ?? '')) return tooManyRequests(inFlight.limit)
    try {
      if (options.latencyMs > 0) await delay(options.latencyMs)
      return core.answer(request.method, request.target, request.body, key)
    } finally {
      inFlight.leave(key ?? '')
    }
  }

  const server = await serveLoopback({ port: options.port, answer })
  return {
    url: server.url,
    close: async () => {
      await server.close()
      journal?.close()
    },
  }
}

function shown(core: TagServer, change: TagServerChange): ShownChange {
  return {
    at: new Date().toISOString(),
    kind: change.kind,
    collection: change.collection,
    id: change.entity.id,
    label: change.kind === 'deleted' ? '' : core.labelOf(change.collection, change.entity),
  }
}
