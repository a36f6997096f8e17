/** The HTTP server of the headless host: the window, the contract, health and metrics behind one set of checks. */
import { createServer as createPlainServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { ServerOptions as TlsServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { operatorHeaders, operatorOf } from '../../../contract/operator.ts'
import { nameLimits } from '../../../contract/text-limits.ts'
import type { Engine } from '../../../engine/engine.ts'
import type { Log } from '../../../engine/ports.ts'
import { createHookRequests } from '../../hook-requests.ts'
import { answerWindowFile } from '../../window-files.ts'
import { wrongUse } from '../exit-codes.ts'
import { version } from '../version.ts'
import { apiRoutes } from './api-routes.ts'
import { readJsonBody } from './json-body.ts'
import { namesFor, urlHost } from './names.ts'
import {
  bodyRefusalOf,
  guardFor,
  hasBody,
  hostRefusalOf,
  refusalOf,
  tooLarge,
  type Guard,
} from './request-guard.ts'
import type { Caller, SignIn } from './sign-in.ts'

export interface EdgeServerOptions {
  readonly engine: Pick<Engine, 'router' | 'metrics' | 'receiveWebhook'>
  readonly log: Log
  readonly signIn: SignIn
  /** Address to listen on. */
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** PEM texts; without them plain http is spoken. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Further names this server is reached by. */
  readonly names?: readonly string[]
  /** The built window, absolute; null where it was not built. */
  readonly windowFolder: string | null
  /** Milliseconds a client may take to send its headers, and its whole request. */
  readonly headersMs?: number
  readonly requestMs?: number
  /** Milliseconds between two looks whether those who follow the live stream are still signed in. */
  readonly watchMs?: number
}

export interface EdgeServer {
  /** Base address people and programs on this computer use, without a slash at the end. */
  readonly url: string
  /** Takes no more requests, lets running ones finish for so long, ends live streams, closes. */
  drain(withinMs: number): Promise<void>
}

/**
 * Starts listening.
 * @throws ProblemError `wrong-use` when the port is taken or the address is not this computer's
 */
export async function startEdgeServer(options: EdgeServerOptions): Promise<EdgeServer> {
  const { host, tls } = options
  const scheme = tls ? 'https' : 'http'
  const timeouts = {
    headersTimeout: options.headersMs ?? 10_000,
    requestTimeout: options.requestMs ?? 30_000,
    connectionsCheckingInterval: 500,
    keepAliveTimeout: 10_000,
  }
  const server = tls ? tlsServer({ ...timeouts, ...tls }) : createPlainServer(timeouts)
  server.maxConnections = 500
  await listen(server, options)
  const { port } = server.address() as AddressInfo
  const names = [...namesFor(host), ...(options.names ?? [])]
  const site = createSite(options, guardFor({ scheme, names, port }))
  server.on('request', site.take)
  const unfollow = options.signIn.sessions.onEnd(site.endStrangers)
  // Sessions also end by their age, and by another process.
  const watch = setInterval(site.endStrangers, options.watchMs ?? 10_000).unref()
  server.on('close', () => {
    unfollow()
    clearInterval(watch)
  })
  return {
    url: `${scheme}://${urlHost(options.names?.[0] ?? host)}:${port}`,
    drain: (withinMs) => drain(server, site, withinMs),
  }
}

function tlsServer(options: TlsServerOptions): Server {
  try {
    return createTlsServer(options)
  } catch (error) {
    throw wrongUse(
      `The TLS certificate and key cannot be used (${(error as Error).message})`,
      'Give the PEM files of a certificate and of the key that belongs to it.',
    )
  }
}

function listen(server: Server, { host, port }: EdgeServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          wrongUse(
            `Port ${port} of ${host} is already in use`,
            'Choose another one with --port, or end the program that has it.',
          ),
        )
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
        reject(
          wrongUse(`${host} is not an address of this computer`, 'Choose another one with --host.'),
        )
      else if (error.code === 'EACCES')
        reject(wrongUse(`This user may not use port ${port}`, 'Choose one above 1023 with --port.'))
      else reject(error)
    })
    server.listen(port, host, () => resolve())
  })
}

interface Site {
  readonly take: (request: IncomingMessage, response: ServerResponse) => void
  /** Requests from now on are turned away. */
  close(): void
  readonly open: ReadonlySet<ServerResponse>
  /** Ends the live streams of browsers that are no longer signed in. */
  endStrangers(): void
}

function createSite(options: EdgeServerOptions, guard: Guard): Site {
  const { engine, log, signIn, windowFolder } = options
  const routes = apiRoutes(engine, log)
  const hooks = createHookRequests({ receive: engine.receiveWebhook })
  const open = new Set<ServerResponse>()
  const callers = new WeakMap<ServerResponse, Caller>()
  let draining = false

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const isHook = isUnder(path, '/hooks')
    // Other systems send webhooks, and pages cannot: what counts is the signature.
    const refusal = isHook ? hostRefusalOf(guard, request) : refusalOf(guard, request)
    if (refusal) return sendJson(response, refusal.status, { error: refusal.message })
    const reads = method === 'GET' || method === 'HEAD'
    if (path === '/healthz' && reads)
      return sendJson(response, draining ? 503 : 200, {
        ok: !draining,
        version,
        state: draining ? 'stopping' : 'running',
      })
    if (draining) return sendJson(response, 503, { error: 'Marshal is stopping' })
    if (isHook) return hooks.answer(request, response)
    if (path === '/sign-in' && method === 'POST') return exchange(request, response)
    if (isUnder(path, '/rpc') || isUnder(path, '/api') || path === '/metrics')
      return answerSignedIn(request, response, path)
    if (!reads || windowFolder === null) return notFound(response)
    const file = await answerWindowFile(windowFolder, path, 'edge')
    if (file.status !== 200) return notFound(response)
    response.writeHead(file.status, file.headers)
    response.end(method === 'HEAD' ? undefined : file.body)
  }

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!(await takeBody(request, response))) return
    const body = (request as WithBody).body
    const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : null
    const session =
      typeof token === 'string' ? await signIn.exchange(token, request.headers['user-agent']) : null
    if (session === null) return unauthorised(response)
    sendJson(response, 200, { session })
  }

  async function answerSignedIn(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const caller = signIn.callerOf(request.headers.authorization)
    if (caller === null) return unauthorised(response)
    callers.set(response, caller)
    response.setHeader('cache-control', 'no-store')
    if (path === '/metrics' && request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      response.end(await engine.metrics())
      return
    }
    if (path === '/api/openapi.json' && request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(await routes.document())
      return
    }
    const operator = operatorOf(request.headers)
    if (operator === null) return sendJson(response, 400, { error: unreadableOperator })
    if (!(await takeBody(request, response))) return
    const context = caller.by === 'session' ? { operator, browser: caller.id } : { operator }
    const matched = isUnder(path, '/rpc')
      ? await routes.rpc(request, response, context)
      : isUnder(path, '/api') && (await routes.api(request, response, context))
    if (!matched) notFound(response)
  }

  /** A live stream would outlive the session it was opened with. */
  function endStrangers(): void {
    for (const response of open) {
      const caller = callers.get(response)
      if (caller?.by === 'session' && isLiveStream(response) && !signIn.sessions.isLive(caller.id))
        response.destroy()
    }
  }

  return {
    open,
    endStrangers,
    close: () => (draining = true),
    take(request, response) {
      open.add(response)
      response.on('close', () => open.delete(response))
      response.on('error', () => {})
      response.setHeader('x-content-type-options', 'nosniff')
      response.setHeader('referrer-policy', 'no-referrer')
      response.setHeader('cross-origin-resource-policy', 'same-origin')
      answer(request, response).catch((error: unknown) => {
        log.error('A request over HTTP failed', {
          error: String(error),
          path: request.url?.split('?', 1)[0],
        })
        if (!response.headersSent) sendJson(response, 500, { error: 'Marshal failed to answer' })
        else response.destroy()
      })
    },
  }
}

/** What was done under a name nobody gave could be corrected by nobody later. */
const unreadableOperator = `${operatorHeaders.name} and ${operatorHeaders.desk} take percent-encoded UTF-8 of at most ${nameLimits.settings} characters, without control characters`

/** oRPC takes a body that was read already from here. */
interface WithBody extends IncomingMessage {
  body?: unknown
}

/** Reads and checks the body; false when the request was answered with a refusal. */
async function takeBody(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const refusal = bodyRefusalOf(request.headers)
  if (refusal) {
    refuseBody(request, response, refusal.status, refusal.message)
    return false
  }
  if (!hasBody(request.headers)) return true
  const body = await readJsonBody(request)
  if (body.outcome === 'ok') {
    ;(request as WithBody).body = body.value
    return true
  }
  if (body.outcome === 'too-large') refuseBody(request, response, tooLarge.status, tooLarge.message)
  else if (body.outcome === 'malformed')
    sendJson(response, 400, { error: 'That is not valid JSON' })
  return false
}

/** The rest of the body is not worth reading: the connection ends with the answer. */
function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  error: string,
): void {
  response.setHeader('connection', 'close')
  sendJson(response, status, { error })
  response.once('finish', () => request.destroy())
}

function isUnder(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`)
}

function notFound(response: ServerResponse): void {
  sendJson(response, 404, { error: 'There is nothing here' })
}

function unauthorised(response: ServerResponse): void {
  response.setHeader('www-authenticate', 'Bearer')
  sendJson(response, 401, { error: 'Sign in first' })
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

function isLiveStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream')
}

async function drain(server: Server, site: Site, withinMs: number): Promise<void> {
  site.close()
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  for (const response of site.open) {
    // A live stream would never end by itself.
    if (isLiveStream(response)) response.destroy()
    else response.shouldKeepAlive = false
  }
  const late = setTimeout(() => server.closeAllConnections(), withinMs)
  await closed
  clearTimeout(late)
}
