/** Who may call: a user by name and password, or a program with an access token that runs out. */
import type { CoreAnswer, RequestHeaders } from '../kit/stand-in-core.ts'
import type { MauticKnobs } from './knobs.ts'
import { json, MauticFault, problem } from './problems.ts'

export const userName = 'marshal'
export const clientId = '1_stand-in'

export class Gate {
  /** Password and client secret at once. */
  accepted: string
  /** Access tokens by when they run out, milliseconds since 1970. */
  readonly tokens = new Map<string, number>()
  given = 0

  constructor(key: string) {
    this.accepted = key
  }

  /** Throws where a call is not signed in, or the interface is off. */
  check({ authorization = '' }: RequestHeaders, knobs: MauticKnobs): void {
    if (knobs.apiOff) throw new MauticFault(403, 'You need to enable the API.', { type: 'api' })
    const [kind, proof = ''] = authorization.split(' ')
    const name = Buffer.from(proof, 'base64').toString()
    if (kind === 'Basic' && !knobs.basicOff && name === `${userName}:${this.accepted}`) return
    if (kind === 'Bearer' && (this.tokens.get(proof) ?? 0) > Date.now()) return
    throw kind === 'Bearer'
      ? new MauticFault(401, 'The access token provided is invalid.', { type: 'invalid_grant' })
      : new MauticFault(401, 'OAuth2 authentication required', { type: 'access_denied' })
  }

  /** The token endpoint: a form, and an answer that is kept nowhere. */
  token(text: string, knobs: MauticKnobs): CoreAnswer {
    const form = new URLSearchParams(text)
    if (form.get('client_id') !== clientId || form.get('client_secret') !== this.accepted) {
      const type = 'invalid_client'
      return problem(new MauticFault(400, 'The client credentials are invalid', { type }))
    }
    if (form.get('grant_type') !== 'client_credentials' || knobs.plainClient) {
      const type = 'unauthorized_client'
      const words = 'The grant type is unauthorized for this client_id'
      return problem(new MauticFault(400, words, { type }))
    }
    this.given += 1
    const token = `canary-token-${this.given}`
    this.tokens.set(token, Date.now() + knobs.tokenSeconds * 1000)
    return json(200, {
      access_token: token,
      expires_in: knobs.tokenSeconds,
      token_type: 'bearer',
      scope: null,
    })
  }
}
