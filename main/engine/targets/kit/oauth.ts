/**
 * OAuth 2 access tokens that run out. They are renewed before that, or once after a refusal; several requests wait for one
 * renewal; and what a server gives in place of the old refresh token is stored before anything is done with it: the old
 * one is worth nothing any more. A program that signs in as itself (client credentials) has no refresh token: its id and
 * secret get the next one.
 */
import { z } from 'zod'
import { isTransient } from '../../../contract/error-meanings.ts'
import type { ConnectContext } from './adapter.ts'
import { HttpClient } from './http-client.ts'
import { noSignIn, storedSecret, type Renewal } from './sign-in.ts'
import { SyncError } from './sync-error.ts'

/** Where tokens are renewed, and as whom. */
export interface TokenGrant {
  /** Below the target's address. */
  readonly path: string
  readonly clientId: string
  /** Empty for a client without one. */
  readonly clientSecret: string
  /** What a person can do where a token is refused, a sentence. Default: sign in again and store the new tokens. */
  readonly hint?: string
}

/** Names of what is kept in the keychain. */
const kept = { token: 'token', refresh: 'refreshToken', expiry: 'tokenExpiresOn' } as const

/** A token is renewed so long before it runs out, ms. */
const earlyMs = 5 * 60_000

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().positive().optional(),
})

type Context = ConnectContext & Required<Pick<ConnectContext, 'storeSecret'>>

interface Tokens {
  /** Empty before the first one was asked for. */
  readonly token: string
  /** Null for client credentials. */
  readonly refreshToken: string | null
  /** Milliseconds since 1970 UTC on our clock, null where not told. */
  readonly expiresOn: number | null
}

/**
 * The renewal of stored tokens; null where there is no refresh token, or nowhere to keep a new one: then the access token
 * is used as it is, until it runs out. Throws `SyncError` `auth` without an access token.
 */
export async function openRenewal(
  context: ConnectContext,
  grant: TokenGrant,
): Promise<Renewal | null> {
  const refreshToken = (await context.secret(kept.refresh))?.trim() ?? ''
  if (refreshToken === '' || !context.storeSecret) return null
  return new TokenRenewal({ ...context, storeSecret: context.storeSecret }, grant, {
    token: await storedSecret(context, kept.token, 'access token'),
    refreshToken,
    expiresOn: timeOf(await context.secret(kept.expiry)),
  })
}

/**
 * The sign-in of a program as itself (grant `client_credentials`). A token that is stored is used until it runs out; a new
 * one is stored, unless the target is only tried and not saved.
 */
export async function openClientCredentials(
  context: ConnectContext,
  grant: TokenGrant,
): Promise<Renewal> {
  const storeSecret = context.storeSecret ?? (() => Promise.resolve())
  return new TokenRenewal({ ...context, storeSecret }, grant, {
    token: (await context.secret(kept.token))?.trim() ?? '',
    refreshToken: null,
    expiresOn: timeOf(await context.secret(kept.expiry)),
  })
}

class TokenRenewal implements Renewal {
  readonly #context: Context
  readonly #grant: TokenGrant
  readonly #former = new Set<string>()
  #tokens: Tokens
  #running: Promise<void> | null = null

  constructor(context: Context, grant: TokenGrant, tokens: Tokens) {
    this.#context = context
    this.#grant = grant
    this.#tokens = tokens
  }

  get secrets(): readonly string[] {
    const { token, refreshToken } = this.#tokens
    const { clientSecret } = this.#grant
    return [token, refreshToken ?? '', clientSecret, ...this.#former].filter((one) => one !== '')
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    const { token, expiresOn } = this.#tokens
    if (token === '') await this.#once()
    else if (expiresOn !== null && this.#context.clock.now() > expiresOn - earlyMs) {
      await this.#once().catch((error: unknown) => {
        // It still holds for some minutes: whoever renews tokens may be there again by then.
        const mayWait = error instanceof SyncError && isTransient(error.code)
        if (!mayWait || this.#context.clock.now() > expiresOn) throw error
      })
    }
    return { authorization: `Bearer ${this.#tokens.token}` }
  }

  async renew(refused: Readonly<Record<string, string>>): Promise<void> {
    // Somebody else's request was refused first, and the token is another one by now.
    if (refused['authorization'] !== `Bearer ${this.#tokens.token}`) return
    await this.#once()
  }

  #once(): Promise<void> {
    this.#running ??= this.#renew().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #renew(): Promise<void> {
    const { refreshToken, token } = this.#tokens
    const newer = (await this.#context.secret(kept.token))?.trim() ?? ''
    const stored =
      refreshToken === null ? null : ((await this.#context.secret(kept.refresh))?.trim() ?? '')
    const isOther = stored === null ? newer !== token : stored !== '' && stored !== refreshToken
    if (newer !== '' && isOther) {
      // Another connection renewed them meanwhile.
      const expiresOn = timeOf(await this.#context.secret(kept.expiry))
      this.#take({ token: newer, refreshToken: stored, expiresOn })
      return
    }
    const answer = await this.#ask(refreshToken)
    const { access_token: access, expires_in: seconds } = answer
    const refresh = refreshToken === null ? null : (answer.refresh_token ?? refreshToken)
    const expiresOn =
      seconds === undefined ? null : this.#context.clock.now() + Math.floor(seconds * 1000)
    if (refresh !== null && refresh !== refreshToken)
      await this.#context.storeSecret(kept.refresh, refresh)
    if (access !== token) await this.#context.storeSecret(kept.token, access)
    await this.#context.storeSecret(kept.expiry, expiresOn === null ? '' : String(expiresOn))
    this.#take({ token: access, refreshToken: refresh, expiresOn })
  }

  #take(tokens: Tokens): void {
    this.#former.add(this.#tokens.token)
    this.#former.add(this.#tokens.refreshToken ?? '')
    this.#tokens = tokens
  }

  async #ask(refreshToken: string | null): Promise<z.infer<typeof tokenAnswer>> {
    const { path, clientId, clientSecret, hint } = this.#grant
    const { secrets } = this
    const signIn = { ...noSignIn, secrets }
    const client = new HttpClient(this.#context, { signIn, limits: { concurrency: 1 } })
    const form = {
      ...(refreshToken === null
        ? { grant_type: 'client_credentials' }
        : { grant_type: 'refresh_token', refresh_token: refreshToken }),
      client_id: clientId,
      ...(clientSecret === '' ? {} : { client_secret: clientSecret }),
    }
    try {
      // It serves all requests that wait for it, so none of them ends it.
      const { signal } = new AbortController()
      const request = {
        method: 'POST',
        path,
        form,
        effect: 'none',
        missing: 'config',
        confidential: true,
        signal,
      } as const
      return (await client.json(tokenAnswer, request)).value
    } catch (error) {
      if (!(error instanceof SyncError) || (error.code !== 'auth' && error.code !== 'rejected')) {
        throw error
      }
      const what =
        refreshToken === null
          ? 'The sign-in was refused'
          : 'The sign-in has run out and could not be renewed'
      const todo = hint ?? 'Sign in again at the target, and store the new tokens.'
      throw new SyncError('auth', `${what}: ${error.message} ${todo}`, {
        status: 401,
        cause: error,
      })
    } finally {
      client.close()
    }
  }
}

function timeOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}
