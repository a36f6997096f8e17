/** Where OAuth 2 gives tokens: one request with a form. Nothing of it is ever logged. */
import { z } from 'zod'
import type { ConnectContext } from './adapter.ts'
import { HttpClient } from './http-client.ts'
import { noSignIn } from './sign-in.ts'
import { SyncError } from './sync-error.ts'
import type { TokenGrant } from './token-grant.ts'

/** Names of what is kept in the keychain. */
export const keptTokens = {
  token: 'token',
  refresh: 'refreshToken',
  expiry: 'tokenExpiresOn',
} as const

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().positive().optional(),
})
export type TokenAnswer = z.infer<typeof tokenAnswer>

/** What proves the right to tokens, and what to say where it is refused. */
export interface Proof {
  readonly form: Readonly<Record<string, string>>
  /** What of it must never be shown. */
  readonly secrets: readonly string[]
  /** As in "The sign-in was refused". */
  readonly refused: string
}

/** Asks for tokens. Throws `SyncError` `auth` where they are refused. */
export async function askForTokens(
  context: ConnectContext,
  { path, clientId, clientSecret, hint }: TokenGrant,
  { form, secrets, refused }: Proof,
): Promise<TokenAnswer> {
  const hidden = [...secrets, clientSecret].filter((one) => one !== '')
  const client = new HttpClient(context, {
    signIn: { ...noSignIn, secrets: hidden },
    limits: { concurrency: 1 },
  })
  try {
    // It serves all requests that wait for it, so none of them ends it.
    const { signal } = new AbortController()
    const request = {
      method: 'POST',
      path,
      form: {
        ...form,
        client_id: clientId,
        ...(clientSecret === '' ? {} : { client_secret: clientSecret }),
      },
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
    const todo = hint ?? 'Sign in again at the target, and store the new tokens.'
    throw new SyncError('auth', `${refused}: ${error.message} ${todo}`, {
      status: 401,
      cause: error,
    })
  } finally {
    client.close()
  }
}

/** When an access token runs out, milliseconds since 1970 UTC on our clock; null where that is not told. */
export function expiryOf({ expires_in: seconds }: TokenAnswer, now: number): number | null {
  return seconds === undefined ? null : now + Math.floor(seconds * 1000)
}

/** Keeps tokens: first what gets the next ones, as the former is worth nothing any more. Null and what is known already is left out. */
export async function storeTokens(
  store: (key: string, value: string) => Promise<void>,
  tokens: {
    readonly refresh: string | null
    readonly access: string | null
    readonly expiresOn: number | null
  },
): Promise<void> {
  const { refresh, access, expiresOn } = tokens
  if (refresh !== null) await store(keptTokens.refresh, refresh)
  if (access !== null) await store(keptTokens.token, access)
  await store(keptTokens.expiry, expiresOn === null ? '' : String(expiresOn))
}
