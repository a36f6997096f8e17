/** Which redirects are followed. */
import type { HttpResponse } from '../../ports.ts'
import type { Effect } from './answer-error.ts'
import { SyncError } from './sync-error.ts'

/**
 * The address to go to next. Throws `SyncError` where following would lose protection, data or privacy:
 * - never from https to http
 * - a write is repeated only by 307 and 308 and only at the same host: other redirects turn it into a read, and the
 *   body is nobody else's business
 * The new address is checked like any other by the pool that requests it.
 */
export function followable(from: string, response: HttpResponse, effect: Effect): string {
  const location = response.headers['location']
  if (location === undefined || !URL.canParse(location, from)) {
    throw new SyncError(
      'bad-response',
      `The target redirects (HTTP ${response.status}) to nowhere.`,
    )
  }
  const here = new URL(from)
  const there = new URL(location, from)
  const moved = `The target redirects to ${there.origin}${there.pathname}`
  if (there.protocol !== 'https:' && there.protocol !== 'http:') {
    throw new SyncError('config', `${moved}, which is not a web address.`)
  }
  if (here.protocol === 'https:' && there.protocol === 'http:') {
    throw new SyncError('config', `${moved}, which is not encrypted; it was not followed.`)
  }
  if (effect !== 'none') {
    if (here.hostname !== there.hostname) {
      // Sign-in pages of networks look like this too, so it may pass by itself.
      throw new SyncError('offline', `${moved} instead of answering; nothing was sent there.`)
    }
    if (response.status !== 307 && response.status !== 308) {
      throw new SyncError('config', `${moved}; enter that address for the target.`)
    }
  }
  return there.href
}
