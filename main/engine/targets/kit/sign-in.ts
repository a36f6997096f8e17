/** How a request proves who sends it. Secrets come from the keychain at connect and stay in memory only. */
import type { ConnectContext } from './adapter.ts'
import { SyncError } from './sync-error.ts'

/** What is added to every request to the target's own origin, and to no other. */
export interface SignIn {
  readonly headers: Readonly<Record<string, string>>
  readonly query: readonly (readonly [name: string, value: string])[]
  /** Values that must never be logged or shown. */
  readonly secrets: readonly string[]
  /** Where part of it runs out: what it is now, and a new one. */
  readonly renewal?: Renewal
}

/** The part of a sign-in that runs out. */
export interface Renewal {
  /** All values it has and had; never logged or shown. */
  readonly secrets: readonly string[]
  /** What is sent now; renewed before it runs out. Throws `SyncError`. */
  headers(): Promise<Readonly<Record<string, string>>>
  /** Makes another one of what was refused. Throws `SyncError` `auth` where that is not possible. */
  renew(refused: Readonly<Record<string, string>>): Promise<void>
}

/** Where an API key travels. */
export type ApiKeyPlace = { readonly header: string } | { readonly query: string }

/** No sign-in. */
export const noSignIn: SignIn = { headers: {}, query: [], secrets: [] }

/**
 * The sign-in a target's configuration asks for, by the names used there:
 * `none` · `api-key` (secret `apiKey`, sent where `apiKeyIn` says) · `api-key-query` (the same, as query parameter)
 * · `basic` (secrets `username`, `password`) · `bearer` (secret `token`).
 * Throws `SyncError` `auth` naming the missing secret, `config` for a kind not in `allowed`.
 */
export async function signInFrom(
  context: Pick<ConnectContext, 'auth' | 'secret'>,
  allowed: readonly string[],
  apiKeyIn: ApiKeyPlace = { header: 'X-API-Key' },
): Promise<SignIn> {
  const { auth } = context
  if (!allowed.includes(auth)) {
    const kinds = allowed.join(', ')
    throw new SyncError('config', `The sign-in "${auth}" is not possible here; use ${kinds}.`)
  }
  switch (auth) {
    case 'none':
      return noSignIn
    case 'api-key':
      return apiKey(await storedSecret(context, 'apiKey', 'API key'), apiKeyIn)
    case 'api-key-query': {
      const place = 'query' in apiKeyIn ? apiKeyIn : { query: 'api_key' }
      return apiKey(await storedSecret(context, 'apiKey', 'API key'), place)
    }
    case 'basic':
      return basic(
        await storedSecret(context, 'username', 'user name'),
        await storedSecret(context, 'password', 'password'),
      )
    case 'bearer':
      return bearer(await storedSecret(context, 'token', 'token'))
    default:
      throw new SyncError('config', `The sign-in "${auth}" is unknown.`)
  }
}

function apiKey(key: string, place: ApiKeyPlace): SignIn {
  return 'header' in place
    ? { headers: { [place.header.toLowerCase()]: key }, query: [], secrets: [key] }
    : { headers: {}, query: [[place.query, key]], secrets: [key] }
}

/** A user name and a password in one header. */
export function basic(username: string, password: string): SignIn {
  const pair = Buffer.from(`${username}:${password}`, 'utf8').toString('base64')
  return { headers: { authorization: `Basic ${pair}` }, query: [], secrets: [password, pair] }
}

function bearer(token: string): SignIn {
  return { headers: { authorization: `Bearer ${token}` }, query: [], secrets: [token] }
}

/**
 * A secret that has to be there. Throws `SyncError` `auth` naming it when it is not stored or cannot travel in a header.
 * @param label what a person calls it.
 */
export async function storedSecret(
  context: Pick<ConnectContext, 'secret'>,
  key: string,
  label: string,
): Promise<string> {
  // Pasted secrets often end in a line break.
  const value = (await context.secret(key))?.trim()
  if (!value) {
    throw new SyncError('auth', `The ${label} is not stored; store the secret "${key}".`)
  }
  // A control character would end the header.
  if (/\p{Cc}/u.test(value)) {
    throw new SyncError('auth', `The ${label} contains line breaks or control characters.`)
  }
  return value
}
