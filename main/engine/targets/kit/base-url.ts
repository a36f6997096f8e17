/** The address of a target, taken apart once so that joining a path to it costs nothing. */
import { SyncError } from './sync-error.ts'

export interface BaseUrl {
  /** `https://host:port` */
  readonly origin: string
  readonly protocol: 'http:' | 'https:'
  /** Origin and path as given. */
  readonly exact: string
  /** Origin and path without a trailing slash. */
  readonly prefix: string
  /** Query the address itself carries, without `?`. */
  readonly query: string
}

export type Query = readonly (readonly [name: string, value: string | number])[]

/**
 * Reads the address a person typed. Throws `SyncError` `config` with what is wrong with it.
 * A user name or password inside the address is refused: addresses are stored and shown, secrets are not.
 */
export function parseBaseUrl(text: string): BaseUrl {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  if (!url) {
    throw new SyncError('config', `The address "${text}" is not complete; it starts with https://.`)
  }
  const { protocol } = url
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new SyncError('config', `The address must start with https://, not ${protocol}//.`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new SyncError('config', 'The address contains a password; store it as a secret instead.')
  }
  return {
    origin: url.origin,
    protocol,
    exact: url.origin + url.pathname,
    prefix: url.origin + url.pathname.replace(/\/+$/, ''),
    query: url.search.slice(1),
  }
}

/** The address of one request: `path` starts with `/` and is encoded already; empty means the address as given. */
export function joinUrl(base: BaseUrl, path: string, query: Query = []): string {
  const plain = path === '' ? base.exact : base.prefix + path
  if (query.length === 0 && base.query === '') return plain
  const parts = query.map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  )
  if (base.query !== '') parts.unshift(base.query)
  return `${plain}?${parts.join('&')}`
}
