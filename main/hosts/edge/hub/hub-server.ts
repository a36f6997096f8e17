/**
 * What listens on the network once a person has started a hub: the hub's routes over TLS, nothing else. Whoever has no key of
 * a device gets no further than pairing, and that is slow.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { implement, onError, ORPCError } from '@orpc/server'
import { CompressionPlugin } from '@orpc/server/node'
import { clockHeader, hubContract, hubProtocol, protocolHeader } from '../../../contract/hub.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { HubAnswers, Log } from '../../../engine/ports.ts'
import { createCallAllowance } from '../../call-allowance.ts'
import { readRequestBody, type RequestBody } from '../../request-body.ts'
import { wrongUse } from '../exit-codes.ts'
import { version } from '../version.ts'
import { createDeskTraffic, type DeskTraffic, type Heard } from './desk-traffic.ts'
import type { Devices, HubDevice } from './devices.ts'
import type { HeardDesks } from './running-hub.ts'
import type { OwnCertificate } from './self-signed.ts'

export interface HubServerOptions {
  readonly hub: HubAnswers
  readonly devices: Devices
  readonly certificate: OwnCertificate
  readonly log: Log
  /** Address to listen on. */
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Opens `/hub/heard` to a command on this computer; left out, nothing does. */
  readonly ownKey?: string
  /** Told when a desk was let in, and when one asks that was not there. */
  readonly onChange?: () => void
}

export interface HubServer {
  readonly port: number
  /** What was heard of a desk. */
  heard(id: string): Heard
  /** Ends held questions and closes. */
  close(): Promise<void>
}

/** Bytes of a body at most: a full page of changes with long notes; more goes in halves. */
const largestBody = 8 * 1024 * 1024
/** Questions of one device at once: it holds one, and works with a few. */
const mostAtOnce = 16

interface Context {
  readonly device: HubDevice | null
}

/** Starts listening. Throws `ProblemError` `wrong-use` when the port is taken or the address is not this computer's. */
export async function startHubServer(options: HubServerOptions): Promise<HubServer> {
  const { certificate, host, port } = options
  const server = createServer({
    ...certificate,
    minVersion: 'TLSv1.2',
    headersTimeout: 10_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 30_000,
  })
  server.maxConnections = 500
  const stopping = new AbortController()
  const traffic = createDeskTraffic(
    () => Date.now(),
    () => options.onChange?.(),
  )
  const answer = createAnswer(options, traffic, stopping.signal)
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      options.log.error('The hub failed to answer', { error: String(error) })
      if (!response.headersSent) refuse(response, 500, 'The hub failed to answer.')
      else response.destroy()
    })
  })
  await listen(server, host, port)
  return {
    port: (server.address() as AddressInfo).port,
    heard: traffic.of,
    async close() {
      stopping.abort()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const late = setTimeout(() => server.closeAllConnections(), 2_000)
      await closed
      clearTimeout(late)
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const what =
        error.code === 'EADDRINUSE'
          ? `Port ${port} of ${host} is already in use`
          : `The hub cannot listen on ${host}, port ${port} (${error.code ?? error.message})`
      reject(
        wrongUse(
          what,
          'End the program that has it; or choose others with --hub-port and --hub-host of "marshal serve".',
        ),
      )
    })
    server.listen(port, host, () => resolve())
  })
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function createAnswer(
  options: HubServerOptions,
  traffic: DeskTraffic,
  stopping: AbortSignal,
): Answer {
  const { devices, log } = options
  const handler = new OpenAPIHandler<Context>(routerOf(options, traffic, stopping), {
    plugins: [new CompressionPlugin()],
    interceptors: [
      onError((error) => {
        if (error instanceof ORPCError && (error.status < 500 || error.status === 503)) return
        log.error('The hub failed to answer', { error: String(error) })
      }),
    ],
  })
  const pairing = createCallAllowance({ burst: 10, perSecond: 0.2, now: () => performance.now() })
  const strangers = createCallAllowance({ burst: 20, perSecond: 1, now: () => performance.now() })
  const atOnce = new Map<string, number>()

  return async (request, response) => {
    response.setHeader('cache-control', 'no-store')
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (!path.startsWith('/hub/')) return refuse(response, 404, 'There is nothing here.')
    const spoken = request.headers[protocolHeader]
    if (spoken !== String(hubProtocol)) return refuse(response, 426, otherVersion(spoken))
    if (path === '/hub/pair') {
      if (!pairing.take('everybody'))
        return refuse(response, 429, 'Too many codes were tried. Wait a minute, then try again.')
      await handle(handler, request, response, null)
      return
    }
    const key = /^Bearer ([\w.-]{20,200})$/.exec(request.headers.authorization ?? '')?.[1]
    if (path === '/hub/heard' && key !== undefined && isSame(key, options.ownKey)) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(await heardDesks(options, traffic)))
      return
    }
    const device = key === undefined ? null : await devices.deviceOf(key)
    if (device === null) {
      if (!strangers.take(request.socket.remoteAddress ?? ''))
        return refuse(response, 429, 'Too many questions without a key. Wait a minute.')
      log.warn('A device that is not known asked the hub', { from: request.socket.remoteAddress })
      return refuse(
        response,
        401,
        'This hub does not know this device, or its key was revoked. Join it again with a new code.',
      )
    }
    const busy = atOnce.get(device.id) ?? 0
    if (busy >= mostAtOnce) return refuse(response, 429, 'This device asks too much at once.')
    atOnce.set(device.id, busy + 1)
    const answered = traffic.began(device.id, clockOf(request))
    try {
      await handle(handler, request, response, device)
    } finally {
      answered()
      const left = (atOnce.get(device.id) ?? 1) - 1
      if (left > 0) atOnce.set(device.id, left)
      else atOnce.delete(device.id)
    }
  }
}

/** What the clock of the desk says, milliseconds since 1970 UTC; null where it does not tell. */
function clockOf({ headers }: IncomingMessage): number | null {
  const told = Number(headers[clockHeader] ?? Number.NaN)
  return Number.isSafeInteger(told) ? told : null
}

async function heardDesks(
  { hub, devices }: HubServerOptions,
  traffic: DeskTraffic,
): Promise<HeardDesks> {
  const heard = (await devices.list()).map(({ id }) => ({ id, ...traffic.of(id) }))
  const behind = await hub.behind(new Map(heard.map(({ id, place }) => [id, place])))
  return {
    desks: heard.map(({ id, clockOffsetMs }) => ({
      ...{ id, clockOffsetMs, behind: behind.get(id) ?? null },
    })),
  }
}

/** In the same time for every wrong key. */
function isSame(key: string, wanted: string | undefined): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return wanted !== undefined && timingSafeEqual(hash(key), hash(wanted))
}

async function handle(
  handler: OpenAPIHandler<Context>,
  request: IncomingMessage,
  response: ServerResponse,
  device: HubDevice | null,
): Promise<void> {
  if (request.method === 'POST') {
    const most = device === null ? 4096 : largestBody
    const said = Number(request.headers['content-length'] ?? 0)
    const body: RequestBody =
      said > most ? { outcome: 'too-large' } : await readRequestBody(request, most)
    if (body.outcome !== 'ok') {
      if (body.outcome === 'cut') return
      response.setHeader('connection', 'close')
      refuse(response, 413, `A page may be ${most >> 10} KB at most.`)
      response.once('finish', () => request.destroy())
      return
    }
    try {
      ;(request as IncomingMessage & { body?: unknown }).body = JSON.parse(
        body.bytes.toString('utf8'),
      )
    } catch {
      return refuse(response, 400, 'That is not valid JSON.')
    }
  }
  const { matched } = await handler.handle(request, response, {
    prefix: '/hub',
    context: { device },
  })
  if (!matched) refuse(response, 404, 'There is nothing here.')
}

function routerOf(
  { hub, devices, log, onChange }: HubServerOptions,
  traffic: DeskTraffic,
  stopping: AbortSignal,
) {
  const os = implement(hubContract).$context<Context>()
  const known = ({ device }: Context): HubDevice => {
    if (device === null) throw new ORPCError('UNAUTHORIZED')
    return device
  }
  return os.router({
    pair: os.pair.handler(async ({ input }) => {
      const made = await devices.pair(input.code, input.name)
      if (made === null) {
        log.warn('A code that is wrong, used or too old was tried at the hub')
        throw new ORPCError('FORBIDDEN', {
          message:
            'This code is wrong, was used already, or is older than ten minutes. Ask at the hub for a new one.',
        })
      }
      log.info('A device was paired with the hub', { device: made.id })
      onChange?.()
      return { device: made.id, key: made.key, hub: await hub.epoch() }
    }),
    status: os.status.handler(async ({ context }) => ({
      ...{ protocol: hubProtocol, version, epoch: await hub.epoch() },
      device: known(context).name,
    })),
    changes: os.changes.handler(async ({ input, context, signal }) => {
      const { id } = known(context)
      const ended = AbortSignal.any([stopping, ...(signal ? [signal] : [])])
      const page = await inWords(hub.changes(input, ended))
      traffic.answered(id, input, page)
      return page
    }),
    take: os.take.handler(({ input: { changes, merges }, context }) =>
      inWords(hub.take({ ...known(context), merges }, changes)),
    ),
    define: os.define.handler(({ input, context }) => {
      known(context)
      return inWords(hub.define(input))
    }),
    range: os.range.handler(({ input, context }) => inWords(hub.range(known(context), input))),
  })
}

/** What the hub cannot do now is no fault of what a desk asks: it waits and asks again. */
async function inWords<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { message, fix } = error.problem
    throw new ORPCError('SERVICE_UNAVAILABLE', { message: `${message} ${fix ?? ''}`.trim() })
  }
}

function otherVersion(spoken: string | string[] | undefined): string {
  const theirs = Number(spoken)
  if (Number.isInteger(theirs) && theirs > hubProtocol)
    return `This hub runs an older Marshal (${version}) than the desk. Install the same version on both, the hub first.`
  if (Number.isInteger(theirs))
    return `The desk runs an older Marshal than this hub (${version}). Install the same version on the desk.`
  return `Only Marshal speaks to a hub. This one is version ${version}.`
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ message }))
}
