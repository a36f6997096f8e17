/**
 * Keeps a dead server from being asked a thousand times. States: closed → (5 transient failures in a row) → open →
 * (30 s) → half open, which lets one request through: its success closes, its failure opens again.
 */
import {
  HttpError,
  type Clock,
  type HttpPool,
  type HttpRequest,
  type HttpResponse,
} from '../ports.ts'

const failuresToOpen = 5
const openForMs = 30_000

export interface Breaker {
  /** Whether a request may be made now; takes the single place when half open. */
  admit(): boolean
  succeeded(): void
  failed(): void
  /** The request was given up by us: it says nothing about the server. */
  withdrawn(): void
  readonly open: boolean
  /** When it may be tried again, milliseconds since 1970 UTC; null while closed. */
  readonly retryAt: number | null
  /** Forgets the past, as a person does with *Sync now*. */
  reset(): void
}

export function createBreaker(clock: Clock): Breaker {
  let failures = 0
  let openedAt: number | null = null
  let probing = false
  const due = () => openedAt !== null && Math.abs(clock.now() - openedAt) >= openForMs
  return {
    admit() {
      if (openedAt === null) return true
      if (probing || !due()) return false
      probing = true
      return true
    },
    succeeded() {
      failures = 0
      openedAt = null
      probing = false
    },
    failed() {
      failures += 1
      probing = false
      if (openedAt !== null || failures >= failuresToOpen) openedAt = clock.now()
    },
    withdrawn() {
      probing = false
    },
    get open() {
      return openedAt !== null
    },
    get retryAt() {
      return openedAt === null ? null : openedAt + openForMs
    },
    reset() {
      failures = 0
      openedAt = null
      probing = false
    },
  }
}

/** A pool that asks the breaker before each request and tells it how the request went. */
export function guardedPool(pool: HttpPool, breaker: Breaker, onAnswer: () => void): HttpPool {
  return {
    async request(request: HttpRequest): Promise<HttpResponse> {
      if (!breaker.admit()) {
        throw new HttpError(
          'offline',
          'The server did not answer several times; waiting before asking again',
          false,
        )
      }
      try {
        const response = await pool.request(request)
        onAnswer()
        if (response.status >= 500) breaker.failed()
        else breaker.succeeded()
        return response
      } catch (error) {
        if (error instanceof HttpError && error.failure !== 'aborted') breaker.failed()
        else breaker.withdrawn()
        throw error
      }
    },
    close: () => pool.close(),
  }
}
