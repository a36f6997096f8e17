/** Who may use the HTTP interface: the window by a session got for a one-time token, machines by the API token. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export interface SignIn {
  /** A new one-time token; the one before is dead from now on. */
  newOneTimeToken(): string
  /** A session for the one-time token, which is dead afterwards; null for any other. */
  exchange(token: string): string | null
  /** Whether an `Authorization` header carries a live session or the API token. */
  accepts(authorization: string | undefined): boolean
}

export interface SignInOptions {
  readonly apiToken: string
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number
  /** A session ends when unused for so long. Default a day: a race day, not a week. */
  readonly sessionMs?: number
}

const mostSessions = 200

/** Only hashes are kept, and they are compared in constant time. */
export function signIn(options: SignInOptions): SignIn {
  const sessionMs = options.sessionMs ?? 24 * 60 * 60 * 1000
  const api = hash(options.apiToken)
  let oneTime: Buffer | null = null
  let sessions: { readonly hash: Buffer; usedAt: number }[] = []

  return {
    newOneTimeToken() {
      const token = newToken()
      oneTime = hash(token)
      return token
    },
    exchange(token) {
      if (oneTime === null || !timingSafeEqual(hash(token), oneTime)) return null
      oneTime = null
      const session = newToken()
      sessions = [...sessions, { hash: hash(session), usedAt: options.now() }].slice(-mostSessions)
      return session
    },
    accepts(authorization) {
      const token = /^Bearer ([\w.~+/=-]{1,512})$/i.exec(authorization ?? '')?.[1]
      if (token === undefined) return false
      const given = hash(token)
      if (timingSafeEqual(given, api)) return true
      const now = options.now()
      sessions = sessions.filter(({ usedAt }) => now - usedAt < sessionMs)
      const session = sessions.find((one) => timingSafeEqual(one.hash, given))
      if (!session) return false
      session.usedAt = now
      return true
    },
  }
}

/** 256 random bits, safe in a URL and a header. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
