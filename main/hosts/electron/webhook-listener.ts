/**
 * The desktop app's receiver of webhooks: a small server that is there only while the setting says so. It speaks plain
 * http to this computer and its local network, and knows nothing but `/hooks/NAME`; signatures prove who sends.
 */
import { createServer, type Server } from 'node:http'
import type { Settings } from '../../contract/settings.ts'
import type { Log } from '../../engine/ports.ts'
import { createHookRequests, type HookOptions } from '../hook-requests.ts'
import { isNearAddress } from '../near-addresses.ts'

export interface WebhookListenerOptions extends HookOptions {
  readonly log: Log
  /** The port cannot be listened on: `taken` by another program, or not allowed or possible for another `reason`. */
  readonly onTrouble: (port: number, reason: 'taken' | 'refused') => void
  /** Milliseconds a sender may take for its headers, and for its whole request. */
  readonly headersMs?: number
  readonly requestMs?: number
  /** Whether this IP address may connect. Default: this computer and its local network. */
  readonly mayConnect?: (address: string) => boolean
}

export interface WebhookListener {
  /** Listens, moves or stops, as the setting says; resolves when that is done. Never throws. */
  apply(setting: Settings['webhooks']): Promise<void>
  /** Port it listens on, null while it does not. */
  readonly port: number | null
  /** Stops for good, after the requests under way were answered. */
  close(): Promise<void>
}

/** What requests under way get to be answered, milliseconds. */
const drainMs = 2_000

export function createWebhookListener(options: WebhookListenerOptions): WebhookListener {
  const { log, onTrouble } = options
  const hooks = createHookRequests(options)
  let server: Server | null = null
  let port: number | null = null
  let changing: Promise<void> = Promise.resolve()
  let closed = false

  const start = async (wanted: number): Promise<void> => {
    const made = serverFor(options, hooks.answer)
    try {
      await listen(made, wanted)
    } catch (error) {
      const { code = 'unknown', message } = error as NodeJS.ErrnoException
      log.warn('Webhooks cannot be received', { port: wanted, code, message })
      onTrouble(wanted, code === 'EADDRINUSE' ? 'taken' : 'refused')
      return
    }
    server = made
    port = wanted
    log.info('Webhooks are received', { port })
  }

  const stop = async (): Promise<void> => {
    const old = server
    server = null
    port = null
    if (old) await drain(old)
  }

  const change = (to: number | null): Promise<void> => {
    changing = changing.then(async () => {
      if (to === port) return
      await stop()
      if (to !== null) await start(to)
    })
    return changing
  }

  return {
    apply: (setting) => change(setting.enabled && !closed ? setting.port : null),
    get port() {
      return port
    },
    close() {
      closed = true
      return change(null)
    },
  }
}

function serverFor(
  {
    log,
    headersMs = 10_000,
    requestMs = 20_000,
    mayConnect = isNearAddress,
  }: WebhookListenerOptions,
  answer: ReturnType<typeof createHookRequests>['answer'],
): Server {
  const server = createServer({
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: 500,
    keepAliveTimeout: 5_000,
  })
  server.maxConnections = 100
  server.on('connection', (socket) => {
    if (!mayConnect(socket.remoteAddress ?? '')) socket.destroy()
  })
  server.on('request', (request, response) => {
    response.on('error', () => {})
    answer(request, response).catch((error: unknown) => {
      log.error('A webhook could not be answered', { error: String(error) })
      response.destroy()
    })
  })
  return server
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const late = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearTimeout(late)
}
