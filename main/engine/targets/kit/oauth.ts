/**
 * OAuth 2 access tokens that run out. They are renewed before that, or once after a refusal; several requests wait for one
 * renewal; and what a server gives in place of the old refresh token is stored before anything is done with it: the old
 * one is worth nothing any more.
 */
import { z } from 'zod'
import type { ConnectContext } from './adapter.ts'
import { HttpClient } from './http-client.ts'
import { noSignIn, storedSecret, type Renewal } from './sign-in.ts'
import { isTransient, SyncError } from './sync-error.ts'

/** Where tokens are renewed, and as whom. */
export interface TokenGrant {
  /** Below the target's address. */
  readonly path: string
  readonly clientId: string
  /** Empty for a client without one. */
  readonly clientSecret: string
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
  readonly token: string
  readonly refreshToken: string
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
    return [token, refreshToken, clientSecret, ...this.#former].filter((one) => one !== '')
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    const { expiresOn } = this.#tokens
    if (expiresOn !== null && this.#context.clock.now() > expiresOn - earlyMs) {
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
    const stored = (await this.#context.secret(kept.refresh))?.trim() ?? ''
    const newer = (await this.#context.secret(kept.token))?.trim() ?? ''
    if (stored !== '' && newer !== '' && stored !== refreshToken) {
      // Another connection renewed them meanwhile.
      const expiresOn = timeOf(await this.#context.secret(kept.expiry))
      this.#take({ token: newer, refreshToken: stored, expiresOn })
      return
    }
    const answer = await this.#ask(refreshToken)
    const {
      access_token: access,
      refresh_token: refresh = refreshToken,
      expires_in: seconds,
    } = answer
    const expiresOn =
      seconds === undefined ? null : this.#context.clock.now() + Math.floor(seconds * 1000)
    if (refresh !== refreshToken) await this.#context.storeSecret(kept.refresh, refresh)
    if (access !== token) await this.#context.storeSecret(kept.token, access)
    await this.#context.storeSecret(kept.expiry, expiresOn === null ? '' : String(expiresOn))
    this.#take({ token: access, refreshToken: refresh, expiresOn })
  }

  #take(tokens: Tokens): void {
    this.#former.add(this.#tokens.token)
    this.#former.add(this.#tokens.refreshToken)
    this.#tokens = tokens
  }

  async #ask(refreshToken: string): Promise<z.infer<typeof tokenAnswer>> {
    const { path, clientId, clientSecret } = this.#grant
    const secrets = [...this.secrets, refreshToken]
    const signIn = { ...noSignIn, secrets }
    const client = new HttpClient(this.#context, { signIn, concurrency: 1, perSecond: null })
    const form = {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
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
      throw new SyncError(
        'auth',
        `The sign-in has run out and could not be renewed: ${error.message} Sign in again at the target, and store the new tokens.`,
        { status: 401, cause: error },
      )
    } finally {
      client.close()
    }
  }
}

function timeOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}
