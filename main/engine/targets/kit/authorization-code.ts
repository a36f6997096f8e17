/**
 * OAuth 2 for a person in a browser: the address to sign in at, and tokens for the code the browser comes back with. PKCE
 * proves that whoever has the code is who asked for it.
 */
import { createHash } from 'node:crypto'
import type { ConnectContext } from './adapter.ts'
import { joinUrl, parseBaseUrl } from './base-url.ts'
import { askForTokens, expiryOf, storeTokens, type Proof } from './token-endpoint.ts'
import type { Authorization, TokenGrant } from './token-grant.ts'

/** One attempt to sign in. */
export interface Attempt {
  /** Comes back with the code: without it anybody could bring one. */
  readonly state: string
  /** Never leaves before the code is here; at least 43 letters and digits. */
  readonly verifier: string
  /** Where the browser comes back to. */
  readonly redirectUri: string
}

/** The address a browser is sent to. Throws `SyncError` `config` when the target's address is none. */
export function authorizationUrl(
  url: string,
  { page, scope, clientId }: Authorization,
  { state, verifier, redirectUri }: Attempt,
): string {
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return joinUrl(parseBaseUrl(url), page, [
    ['response_type', 'code'],
    ['client_id', clientId],
    ['redirect_uri', redirectUri],
    ['scope', scope],
    ['state', state],
    ['code_challenge', challenge],
    ['code_challenge_method', 'S256'],
  ])
}

/** Gets tokens for a code, and keeps them. Throws `SyncError` `auth` where it is refused. */
export async function exchangeCode(
  context: ConnectContext & Required<Pick<ConnectContext, 'storeSecret'>>,
  grant: TokenGrant,
  { verifier, redirectUri }: Attempt,
  code: string,
): Promise<void> {
  const proof: Proof = {
    form: {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    },
    secrets: [code, verifier],
    refused: 'The sign-in was refused',
  }
  const answer = await askForTokens(context, grant, proof)
  await storeTokens((key, value) => context.storeSecret(key, value), {
    // One of an earlier sign-in would be used in place of none.
    refresh: answer.refresh_token ?? '',
    access: answer.access_token,
    expiresOn: expiryOf(answer, context.clock.now()),
  })
}
