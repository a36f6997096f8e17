/**
 * OAuth 2 access tokens that run out. They are renewed before that, or once after a refusal; several requests wait for one
 * renewal; and what a server gives in place of the old refresh token is stored before anything is done with it: the old
 * one is worth nothing any more. A program that signs in as itself (client credentials) has no refresh token: its id and
 * secret get the next one.
 */
import { isTransient } from '../../../contract/error-meanings.ts'
import type { ConnectContext } from './adapter.ts'
import { storedSecret, type Renewal } from './sign-in.ts'
import { SyncError } from './sync-error.ts'
import {
  askForTokens,
  expiryOf,
  keptTokens as kept,
  storeTokens,
  type Proof,
} from './token-endpoint.ts'
import type { TokenGrant } from './token-grant.ts'

/** A token is renewed so long before it runs out, ms. */
const earlyMs = 5 * 60_000

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
    // A target that is only tried proves what stands in the form, not what was given for something else.
    token: context.storeSecret ? ((await context.secret(kept.token))?.trim() ?? '') : '',
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
    const answer = await askForTokens(this.#context, this.#grant, {
      ...proofOf(refreshToken),
      secrets: this.secrets,
    })
    const { access_token: access } = answer
    const refresh = refreshToken === null ? null : (answer.refresh_token ?? refreshToken)
    const expiresOn = expiryOf(answer, this.#context.clock.now())
    await storeTokens((key, value) => this.#context.storeSecret(key, value), {
      refresh: refresh === refreshToken ? null : refresh,
      access: access === token ? null : access,
      expiresOn,
    })
    this.#take({ token: access, refreshToken: refresh, expiresOn })
  }

  #take(tokens: Tokens): void {
    this.#former.add(this.#tokens.token)
    this.#former.add(this.#tokens.refreshToken ?? '')
    this.#tokens = tokens
  }
}

/** @param refreshToken null for client credentials, which are proof enough */
function proofOf(refreshToken: string | null): Omit<Proof, 'secrets'> {
  return refreshToken === null
    ? { form: { grant_type: 'client_credentials' }, refused: 'The sign-in was refused' }
    : {
        form: { grant_type: 'refresh_token', refresh_token: refreshToken },
        refused: 'The sign-in has run out and could not be renewed',
      }
}

function timeOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}
