/** Who may call: a personal access token (basic), or an access token of OAuth 2; and how often. */
import { createHash } from 'node:crypto'
import type { CoreAnswer, RequestHeaders } from '../kit/stand-in-core.ts'
import { json } from './documents.ts'
import { PlanningCenterFault } from './fault.ts'
import type { PlanningCenterKnobs } from './knobs.ts'

/** Application id of the personal access token, and of the OAuth application. */
export const applicationId = 'stand-in-application'

/** A code that was given to a browser. */
interface Grant {
  readonly challenge: string | null
  readonly redirectUri: string
}

export class Gate {
  /** Secret of the personal access token and of the OAuth application. */
  accepted: string
  /** Access tokens by when they run out, ms since 1970. */
  readonly tokens = new Map<string, number>()
  /** The refresh tokens that are good; each is good once. */
  readonly refreshTokens = new Set<string>()
  readonly #grants = new Map<string, Grant>()
  given = 0
  #window = { began: 0, count: 0 }
  #deep = { began: 0, count: 0 }

  constructor(key: string) {
    this.accepted = key
  }

  /** Throws where a call is not signed in. */
  check({ authorization = '' }: RequestHeaders): void {
    const [kind, proof = ''] = authorization.split(' ')
    const pair = Buffer.from(proof, 'base64').toString()
    if (kind === 'Basic' && pair === `${applicationId}:${this.accepted}`) return
    if (kind === 'Bearer' && (this.tokens.get(proof) ?? 0) > Date.now()) return
    throw new PlanningCenterFault(401, 'HTTP Basic: Access denied.', { title: 'Unauthorized' })
  }

  /**
   * Counts a call. Answers the headers each answer has; deep pages have a limit of their own that they do not tell.
   * Throws where it is one too many.
   */
  count(offset: number, { rate, deep }: PlanningCenterKnobs): Readonly<Record<string, string>> {
    this.#window = counted(this.#window, rate.seconds)
    const headers = {
      'x-pco-api-request-rate-limit': String(rate.requests),
      'x-pco-api-request-rate-period': `${rate.seconds} seconds`,
      'x-pco-api-request-rate-count': String(this.#window.count),
    }
    if (this.#window.count > rate.requests) {
      throw tooMany(this.#window, rate, headers)
    }
    if (offset > deep.above) {
      this.#deep = counted(this.#deep, rate.seconds)
      const own = { requests: deep.requests, seconds: rate.seconds }
      if (this.#deep.count > own.requests) throw tooMany(this.#deep, own, headers)
    }
    return headers
  }

  /** The page a browser is sent to: whoever comes is let through at once, back to where the program listens. */
  authorize(query: URLSearchParams): CoreAnswer {
    const to = query.get('redirect_uri') ?? ''
    if (query.get('client_id') !== applicationId || query.get('response_type') !== 'code') {
      throw new PlanningCenterFault(400, 'The application is not known', { code: 'invalid_client' })
    }
    const code = `canary-code-${this.#grants.size + 1}`
    this.#grants.set(code, { challenge: query.get('code_challenge'), redirectUri: to })
    const back = new URL(to)
    back.searchParams.set('code', code)
    back.searchParams.set('state', query.get('state') ?? '')
    return { status: 302, headers: { location: back.href }, body: '' }
  }

  /** The token endpoint. Its refusals have a form of their own. */
  token(text: string, { tokenSeconds }: PlanningCenterKnobs): CoreAnswer {
    const form = new URLSearchParams(text)
    const no = (status: number, error: string, error_description: string) =>
      json(status, { error, error_description })
    if (form.get('client_id') !== applicationId || form.get('client_secret') !== this.accepted)
      return no(401, 'invalid_client', 'Client authentication failed.')
    switch (form.get('grant_type')) {
      case 'authorization_code': {
        const code = form.get('code') ?? ''
        const grant = this.#grants.get(code)
        this.#grants.delete(code)
        if (!grant || !isProven(grant, form))
          return no(400, 'invalid_grant', 'The authorization code is not good.')
        break
      }
      case 'refresh_token':
        if (!this.refreshTokens.delete(form.get('refresh_token') ?? ''))
          return no(401, 'invalid_grant', 'The refresh token was revoked or used before.')
        break
      default:
        return no(400, 'unsupported_grant_type', 'There is no such grant.')
    }
    this.given += 1
    const access = `canary-access-${this.given}`
    const refresh = `canary-refresh-${this.given}`
    this.tokens.set(access, Date.now() + tokenSeconds * 1000)
    this.refreshTokens.add(refresh)
    return json(200, {
      access_token: access,
      refresh_token: refresh,
      token_type: 'Bearer',
      expires_in: tokenSeconds,
      scope: 'people',
      created_at: Math.floor(Date.now() / 1000),
    })
  }
}

function isProven({ challenge, redirectUri }: Grant, form: URLSearchParams): boolean {
  if (form.get('redirect_uri') !== redirectUri) return false
  if (challenge === null) return true
  const verifier = form.get('code_verifier') ?? ''
  return createHash('sha256').update(verifier).digest('base64url') === challenge
}

interface Window {
  readonly began: number
  readonly count: number
}

function counted({ began, count }: Window, seconds: number): Window {
  const now = Date.now()
  return now - began >= seconds * 1000 ? { began: now, count: 1 } : { began, count: count + 1 }
}

function tooMany(
  { began, count }: Window,
  { requests, seconds }: PlanningCenterKnobs['rate'],
  headers: Readonly<Record<string, string>>,
): PlanningCenterFault {
  const wait = Math.max(1, Math.ceil((began + seconds * 1000 - Date.now()) / 1000))
  return new PlanningCenterFault(
    429,
    `Rate limit exceeded: ${count} of ${requests} requests per ${seconds} seconds`,
    { title: 'Too Many Requests', headers: { ...headers, 'retry-after': String(wait) } },
  )
}
