/** Outbound HTTP for adapters: one pool of kept connections per target, fixed timeouts, no redirects. */
import { lookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Agent, buildConnector as undiciConnector } from 'undici'
import { HttpError } from '../engine/ports.ts'
import type { Http, HttpPool, HttpPoolOptions } from '../engine/ports.ts'
import { isForbiddenAddress, isLoopbackAddress, literalAddress } from './forbidden-addresses.ts'
import { exchange } from './http-exchange.ts'

/** Milliseconds. */
export interface HttpTimeouts {
  /** Until the connection, TLS included, stands. */
  readonly connectMs?: number
  /** Until the answer's headers are there. */
  readonly headersMs?: number
  /** Between two pieces of the answer's body. */
  readonly bodyMs?: number
  /** For everything together, the reading of the body included. */
  readonly totalMs?: number
}

type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

/**
 * HTTP over undici. Refuses cloud metadata and link-local addresses after looking the name up, and connects to the very
 * address it checked; plain http only to loopback or where the pool allows it.
 *
 * @param resolve name look-up, in place of the system's
 */
export function undiciHttp(timeouts: HttpTimeouts = {}, resolve: Resolve = systemLookup): Http {
  return { open: (options) => openPool(options, timeouts, resolve) }
}

function openPool(options: HttpPoolOptions, timeouts: HttpTimeouts, resolve: Resolve): HttpPool {
  // Loaded for the first request: a third of the whole program, and many commands ask nobody.
  let agents: Promise<Agents> | null = null
  const openAgents = () => (agents ??= createAgents(options, timeouts, resolve))
  const totalMs = timeouts.totalMs ?? 120_000
  // The verdict depends on the origin only; a pool talks to one or two of them, thousands of times.
  const verdicts = new Map<string, boolean>()

  return {
    async request(request) {
      const url = readUrl(request.url)
      if (options.pin !== undefined && url.protocol !== 'https:')
        throw refusal(url, 'only https is spoken to a server that is known by its certificate')
      const loopbackOnly = verdicts.get(url.origin) ?? checkOrigin(url, options.allowInsecure)
      verdicts.set(url.origin, loopbackOnly)
      const { local, outside } = await openAgents()
      return exchange(loopbackOnly ? local : outside, url, request, totalMs)
    },
    async close() {
      if (!agents) return
      const { local, outside } = await agents
      await Promise.all([outside.destroy(), local.destroy()])
    },
  }
}

interface Agents {
  readonly outside: Agent
  /** For names allowed plain http because they are this computer: they must also resolve to this computer. */
  readonly local: Agent
}

async function createAgents(
  options: HttpPoolOptions,
  timeouts: HttpTimeouts,
  resolve: Resolve,
): Promise<Agents> {
  const { Agent, buildConnector } = await import('undici')
  const agentFor = (loopbackOnly: boolean) =>
    new Agent({
      connections: options.connections,
      allowH2: false,
      headersTimeout: timeouts.headersMs ?? 30_000,
      bodyTimeout: timeouts.bodyMs ?? 30_000,
      connect: connectorFor(
        {
          timeout: timeouts.connectMs ?? 10_000,
          lookup: checkedLookup(resolve, loopbackOnly),
        },
        options.pin,
        buildConnector,
      ),
    })
  return { outside: agentFor(false), local: agentFor(true) }
}

/**
 * With a pin, who signed a certificate and for which name does not matter, only that it is the one: it is looked at before a
 * byte of a request leaves.
 */
function connectorFor(
  options: undiciConnector.BuildOptions,
  pin: string | undefined,
  build: typeof undiciConnector,
): undiciConnector.connector {
  if (pin === undefined) return build(options)
  // A connection that takes up an earlier session is shown no certificate: each begins anew.
  const connect = build({ ...options, rejectUnauthorized: false, maxCachedSessions: 0 })
  return (asked, callback) =>
    connect(asked, (...[error, socket]) => {
      if (error) return callback(error, null)
      const shown = (socket as TLSSocket).getPeerX509Certificate?.()
      const found = shown?.fingerprint256.replaceAll(':', '').toLowerCase()
      if (found === pin) return callback(null, socket)
      socket.destroy()
      callback(foreignCertificate(asked.hostname), null)
    })
}

function foreignCertificate(hostname: string): HttpError {
  return new HttpError(
    'tls',
    `${hostname} shows another certificate than the one it was joined with`,
    false,
  )
}

function readUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url) throw new HttpError('blocked', `"${text}" is not a web address`, false)
  if (url.username !== '' || url.password !== '')
    throw refusal(url, 'sign-in data does not belong into an address')
  return url
}

/** True where only an address of this computer will do, because plain http was allowed for being local. */
function checkOrigin(url: URL, allowInsecure: boolean): boolean {
  const address = literalAddress(url.hostname)
  if (address !== null && isForbiddenAddress(address))
    throw refusal(url, 'link-local and cloud metadata addresses are refused')
  if (url.protocol === 'https:') return false
  if (url.protocol !== 'http:')
    throw refusal(url, `only https is spoken, not ${url.protocol.slice(0, -1)}`)
  if (address === null ? isLocalName(url.hostname) : isLoopbackAddress(address)) return true
  if (!allowInsecure)
    throw refusal(url, 'plain http is refused; use https, or allow it for this target')
  return false
}

function refusal(url: URL, why: string): HttpError {
  return new HttpError('blocked', `${url.host} was not called: ${why}`, false)
}

function isLocalName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost')
}

function systemLookup(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    )
  })
}

/** Answers the connecting socket with addresses that were all checked, so that a second look-up cannot slip another in. */
function checkedLookup(resolve: Resolve, loopbackOnly: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const wanted = options.family === 4 || options.family === 6 ? options.family : null
        const addresses = found.filter(({ family }) => wanted === null || family === wanted)
        const [first] = addresses
        const bad = addresses.find(({ address }) =>
          loopbackOnly ? !isLoopbackAddress(address) : isForbiddenAddress(address),
        )
        if (bad) callback(blockedAddress(hostname, bad.address), '', 0)
        else if (!first) callback(nothingFound(hostname), '', 0)
        else if (options.all) callback(null, [...addresses])
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}

function blockedAddress(hostname: string, address: string): HttpError {
  return new HttpError(
    'blocked',
    `${hostname} was not called: it leads to ${address}, which is not an address of a target`,
    false,
  )
}

function nothingFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address found for ${hostname}`), { code: 'ENOTFOUND' })
}
