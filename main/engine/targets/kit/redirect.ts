/** Which redirects are followed. */
import type { HttpResponse } from '../../ports.ts'
import type { Effect } from './answer-error.ts'
import { SyncError } from './sync-error.ts'

/**
 * The address to go to next, always at the same origin: scheme, host and port. Another one has no right to our
 * credentials, to a person's data or to being believed, so `SyncError` is thrown:
 * - `offline` for another host: sign-in pages of networks look like this too, so it may pass by itself
 * - `config` for another port or scheme of the same host, and for a write whose redirect would turn it into a read
 *
 * A write is repeated, body and all, only by 307 and 308. The others may also come after the work is done ("see other"),
 * so that nobody knows whether a create happened.
 */
export function followable(from: string, response: HttpResponse, effect: Effect): string {
  const { status } = response
  const location = response.headers['location']
  if (location === undefined || !URL.canParse(location, from)) {
    throw new SyncError('bad-response', `The target redirects (HTTP ${status}) to nowhere.`)
  }
  const here = new URL(from)
  const there = new URL(location, from)
  const moved = `The target redirects to ${there.origin}${there.pathname}`
  if (there.protocol !== 'https:' && there.protocol !== 'http:') {
    throw new SyncError('config', `${moved}, which is not a web address.`)
  }
  const repeats = status === 307 || status === 308
  const maybeSent = effect === 'create' && !repeats
  if (here.protocol === 'https:' && there.protocol === 'http:') {
    const message = `${moved}, which is not encrypted; it was not followed.`
    throw new SyncError('config', message, { maybeSent })
  }
  if (here.hostname !== there.hostname) {
    throw new SyncError(
      'offline',
      `${moved} instead of answering; nothing was sent there. If the target has moved, enter its new address; if not, this network may want you to sign in in a browser first.`,
      { maybeSent },
    )
  }
  if (here.origin !== there.origin || (effect !== 'none' && !repeats)) {
    throw new SyncError(
      'config',
      `${moved}, which was not followed; enter that address for the target.`,
      { maybeSent },
    )
  }
  return there.href
}
