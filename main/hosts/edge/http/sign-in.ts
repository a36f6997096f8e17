/** Who may use the HTTP interface: the window by a session got for a one-time token, machines by the API token. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Sessions } from './sessions.ts'

/** Who asks: a signed-in browser by the id of its session, or a machine with the API token. */
export type Caller = { readonly by: 'session'; readonly id: string } | { readonly by: 'api-token' }

/** The hash of a one-time token that was not used yet. */
export type OneTimeToken = Buffer

export interface SignIn {
  readonly sessions: Sessions
  /** A new one-time token; the one before is dead from now on. */
  newOneTimeToken(): string
  /** The one that still works; null when it was used. */
  oneTimeToken(): OneTimeToken | null
  /** A session for the one-time token, which is dead afterwards; null for any other. */
  exchange(token: string, browser?: string): Promise<string | null>
  /** Whose live session, or the API token, an `Authorization` header carries; null for anything else. */
  callerOf(authorization: string | undefined): Caller | null
}

export interface SignInOptions {
  readonly apiToken: string
  readonly sessions: Sessions
  /** One that was given out before and still works. */
  readonly oneTime?: OneTimeToken | null
}

/** Only hashes are kept, and they are compared in constant time. */
export function signIn({ apiToken, sessions, oneTime: given }: SignInOptions): SignIn {
  const api = hash(apiToken)
  let oneTime: OneTimeToken | null = given ?? null

  return {
    sessions,
    newOneTimeToken() {
      const token = newToken()
      oneTime = hash(token)
      return token
    },
    oneTimeToken: () => oneTime,
    async exchange(token, browser = '') {
      if (oneTime === null || !timingSafeEqual(hash(token), oneTime)) return null
      // Dead before anything is waited for: two at once get one session.
      oneTime = null
      return sessions.begin(browser)
    },
    callerOf(authorization) {
      const token = /^Bearer ([\w.~+/=-]{1,512})$/i.exec(authorization ?? '')?.[1]
      if (token === undefined) return null
      if (timingSafeEqual(hash(token), api)) return { by: 'api-token' }
      const id = sessions.use(token)
      return id === null ? null : { by: 'session', id }
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
