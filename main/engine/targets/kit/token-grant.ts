/** What OAuth 2 needs to know of a system. */

/** Where tokens are given, and to whom. */
export interface TokenGrant {
  /** Below the target's address. */
  readonly path: string
  readonly clientId: string
  /** Empty for a client without one. */
  readonly clientSecret: string
  /** What a person can do where a token is refused, a sentence. Default: sign in again and store the new tokens. */
  readonly hint?: string
}

/** Where a person signs in, and what for. */
export interface Authorization extends Omit<TokenGrant, 'clientSecret'> {
  /** Of the page a browser is sent to, below the target's address. */
  readonly page: string
  /** As the system names what may be done. */
  readonly scope: string
}
