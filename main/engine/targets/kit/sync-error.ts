/**
 * The one error that crosses from an adapter into the engine: a closed code, words for a person, facts for the decision.
 * What a code means is in `contract/error-meanings.ts`.
 */
import { errorMeanings } from '../../../contract/error-meanings.ts'
import type { SyncErrorCode } from '../../../contract/words.ts'

export interface SyncErrorFacts {
  /** Milliseconds the server asked us to wait, already capped. */
  readonly retryAfterMs?: number
  /** True if a write may have reached the server: then its fate is unknown until looked up. */
  readonly maybeSent?: boolean
  readonly status?: number
  readonly cause?: unknown
}

export class SyncError extends Error {
  readonly code: SyncErrorCode
  readonly retryAfterMs: number | null
  readonly maybeSent: boolean
  readonly status: number | null

  /** @param message what happened, in the server's own words where it gave any; shown to people as it is. */
  constructor(code: SyncErrorCode, message: string, facts: SyncErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'SyncError'
    this.code = code
    this.retryAfterMs = facts.retryAfterMs ?? null
    this.maybeSent = facts.maybeSent ?? false
    this.status = facts.status ?? null
  }

  /** The same error, said in other words. */
  inWords(message: string): SyncError {
    if (message === this.message) return this
    const { code, maybeSent, cause } = this
    return new SyncError(code, message, {
      maybeSent,
      cause,
      ...(this.retryAfterMs === null ? {} : { retryAfterMs: this.retryAfterMs }),
      ...(this.status === null ? {} : { status: this.status }),
    })
  }
}

/** The error of a change that was not tried because of `because`: nothing of it can have arrived there. */
export function notTried(because: SyncError): SyncError {
  const code = errorMeanings[because.code].maybeDone ? 'offline' : because.code
  const wait = because.retryAfterMs === null ? {} : { retryAfterMs: because.retryAfterMs }
  return new SyncError(code, because.message, { cause: because, ...wait })
}
