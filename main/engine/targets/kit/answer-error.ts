/** What a status, or a missing answer, means for the engine. */
import type { SyncErrorCode } from '../../../contract/words.ts'
import { HttpError } from '../../ports.ts'
import { SyncError, type SyncErrorFacts } from './sync-error.ts'

/**
 * What a request does there.
 * - `none` reads · `repeatable` may be sent twice without harm (replace, delete, idempotency key)
 * - `create` would make a second record when sent twice: without a readable answer its fate is `ambiguous`
 */
export type Effect = 'none' | 'repeatable' | 'create'

/** An answer, for an adapter to read. */
export interface ReadAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Its JSON; undefined where it is none. */
  readonly body: unknown
  readonly effect: Effect
}

/**
 * What an answer means where its status does not tell: another code, or an error in words of its own; null where the
 * status decides. Asked for every refusal, and for every other answer with JSON: some refuse with 200.
 */
export type AnswerReader = (answer: ReadAnswer) => SyncErrorCode | SyncError | null

/** An answer that says by its content type that it is JSON, of whatever kind. */
export function claimsJson({ headers }: Pick<ReadAnswer, 'headers'>): boolean {
  return /\bjson\b/i.test(headers['content-type'] ?? '')
}

export interface RefusedAnswer {
  readonly status: number
  /** The server's own words, null where it gave none. */
  readonly message: string | null
  readonly retryAfterMs: number | null
  readonly effect: Effect
  /** What 404 means: the record is gone, or the address of the target is wrong. */
  readonly missing: 'gone' | 'config'
  /** What it means, where the adapter reads another code than the status gives. */
  readonly code?: SyncErrorCode | null
}

/** The error for an answer that is neither 2xx nor a redirect. */
export function refusal(answer: RefusedAnswer): SyncError {
  const { status, message } = answer
  const error = (code: SyncError['code'], otherwise: string, facts: SyncErrorFacts = {}) =>
    new SyncError(code, message ?? otherwise, { status, ...facts })
  const wait = answer.retryAfterMs === null ? {} : { retryAfterMs: answer.retryAfterMs }
  if (answer.code) return error(answer.code, `The target refused it (HTTP ${status}).`, wait)
  switch (status) {
    case 401:
      return error('auth', 'The target refused the sign-in.')
    case 403:
      return error('auth', 'The sign-in is accepted, but it may not do this.')
    case 404:
    case 410:
      return answer.missing === 'gone'
        ? error('gone', 'The target no longer has this record.')
        : error('config', 'There is nothing at this address; is it complete?')
    case 407:
    case 511:
      return error(
        'offline',
        'This network asks for a sign-in of its own before it lets anything out.',
      )
    case 408:
      return error('timeout', 'The target waited too long for the request.')
    case 412:
      return error('changed-remotely', 'The record was changed at the target meanwhile.')
    case 429:
      return error('rate-limited', 'The target asks for fewer requests.', wait)
    default:
      if (status >= 500) {
        // 503 and 501 are given before any work is done; after the others a record may exist.
        const maybeSent = answer.effect === 'create' && status !== 503 && status !== 501
        return error('server', `The target failed (HTTP ${status}).`, { ...wait, maybeSent })
      }
      if (status >= 400) return error('rejected', `The target refused it (HTTP ${status}).`)
      return error('bad-response', `The target answered with the unexpected status ${status}.`)
  }
}

/** The error for a request without an answer. Anything but an `HttpError` is passed on: it is a defect. */
export function noAnswer(cause: unknown, effect: Effect): unknown {
  if (!(cause instanceof HttpError)) return cause
  const maybeSent = effect === 'create' && cause.sent
  const facts = { cause, maybeSent }
  if (maybeSent) {
    const message = `The answer was lost, so it is not known whether the record was created: ${cause.message}`
    return new SyncError('ambiguous', message, facts)
  }
  switch (cause.failure) {
    case 'timeout':
      return new SyncError('timeout', cause.message, facts)
    case 'blocked':
      return new SyncError('config', cause.message, facts)
    case 'offline':
    case 'aborted':
      return new SyncError('offline', cause.message, facts)
    case 'tls':
      // Captive portals and clocks cause this as often as wrong certificates: it may pass by itself.
      return new SyncError('offline', cause.message, facts)
  }
}

/** The error for an answer that came but cannot be understood. After a create the record probably exists. */
export function unreadable(message: string, effect: Effect, cause?: unknown): SyncError {
  return effect === 'create'
    ? new SyncError('ambiguous', `It is not known whether the record was created: ${message}`, {
        maybeSent: true,
        cause,
      })
    : new SyncError('bad-response', message, { cause })
}
