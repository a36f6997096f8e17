/** Decides about a request before anything of it is read. Pure. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'

export interface Reachable {
  /** `http` or `https`. */
  readonly scheme: 'http' | 'https'
  /** Names and addresses this server is reached by, without port. */
  readonly names: readonly string[]
  readonly port: number
}

export interface Guard {
  /** Values a `Host` header may have. A name of somebody else's that was pointed here (DNS rebinding) is not among them. */
  readonly hosts: ReadonlySet<string>
  /** Values an `Origin` header may have: this window's own. */
  readonly origins: ReadonlySet<string>
}

/** The lists of what a request may say about where it goes and where it comes from. */
export function guardFor({ scheme, names, port }: Reachable): Guard {
  const usual = scheme === 'https' ? 443 : 80
  const hosts = names
    .map((name) => (isIPv6(name) ? `[${name}]` : name).toLowerCase())
    .flatMap((name) => (port === usual ? [name, `${name}:${port}`] : [`${name}:${port}`]))
  return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `${scheme}://${host}`)) }
}

export interface Refusal {
  readonly status: 400 | 403 | 413 | 415 | 421
  readonly message: string
}

export const largestBody = 1024 * 1024

/** What deciding needs of a request. `rawHeaders`: names and values in turn, as they came. */
export type Head = Pick<IncomingMessage, 'headers' | 'rawHeaders'>

/** Null when the request is for this server. */
export function hostRefusalOf(guard: Guard, { headers, rawHeaders }: Head): Refusal | null {
  // Node keeps the first of several; something in between may have decided by another (RFC 9112, 3.2).
  const named = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host')
  if (named.length > 1) return { status: 400, message: 'A request names one host' }
  if (guard.hosts.has((headers.host ?? '').toLowerCase())) return null
  return { status: 421, message: 'This server is not reached by that name' }
}

/** Null when the request may go on. */
export function refusalOf(guard: Guard, head: Head): Refusal | null {
  const { headers } = head
  const elsewhere = hostRefusalOf(guard, head)
  if (elsewhere) return elsewhere
  if (headers.origin !== undefined && !guard.origins.has(headers.origin.toLowerCase()))
    return { status: 403, message: 'Requests from other pages are refused' }
  return null
}

/** Null when the body, if there is one, may be read. */
export function bodyRefusalOf(headers: IncomingHttpHeaders): Refusal | null {
  if (!hasBody(headers)) return null
  if (!/^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(headers['content-type'] ?? ''))
    return { status: 415, message: 'Only application/json is understood' }
  if (Number(headers['content-length'] ?? 0) > largestBody) return tooLarge
  return null
}

export const tooLarge: Refusal = { status: 413, message: 'A request may be 1 MB at most' }

/** Whether a body follows the headers. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
