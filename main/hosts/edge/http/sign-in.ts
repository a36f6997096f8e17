/** Who may use the HTTP interface: the window by a session got for a one-time token, machines by the API token. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Sessions } from './sessions.ts'

/** Who asks: a signed-in browser by the id of its session, or a machine with the API token. */
export type Caller = { readonly by: 'session'; readonly id: string } | { readonly by: 'api-token' }

export interface SignIn {
  readonly sessions: Sessions
  /** A new one-time token; the one before is dead from now on. */
  newOneTimeToken(): string
  /** A session for the one-time token, which is dead afterwards; null for any other. */
  exchange(token: string, browser?: string): Promise<string | null>
  /** Whose live session, or the API token, an `Authorization` header carries; null for anything else. */
  callerOf(authorization: string | undefined): Caller | null
}

export interface SignInOptions {
  readonly apiToken: string
  readonly sessions: Sessions
}

/** Only hashes are kept, and they are compared in constant time. */
export function signIn({ apiToken, sessions }: SignInOptions): SignIn {
  const api = hash(apiToken)
  let oneTime: Buffer | null = null

  return {
    sessions,
    newOneTimeToken() {
      const token = newToken()
      oneTime = hash(token)
      return token
    },
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
