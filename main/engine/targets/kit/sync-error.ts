/** The one error that crosses from an adapter into the engine: a closed code, words for a person, facts for the decision. */
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

const transientCodes: ReadonlySet<SyncErrorCode> = new Set([
  'offline',
  'timeout',
  'rate-limited',
  'server',
])

/** Transient errors are about the moment, not about the record: they are retried by themselves, without limit. */
export function isTransient(code: SyncErrorCode): boolean {
  return transientCodes.has(code)
}
