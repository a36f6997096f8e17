import type { Secrets } from '../../../engine/ports.ts'
import { wrongUse } from '../exit-codes.ts'
import { newToken } from './sign-in.ts'

/** The place of the API token among the secrets; no target can have this name. */
const place = { target: '@edge', key: 'token' } as const

export interface ApiToken {
  readonly value: string
  /** False when it is made anew at each start, because there is nowhere to keep it. */
  readonly lasting: boolean
}

/**
 * The token machines use: `MARSHAL_TOKEN`, else the one kept in the keychain or vault, made at the first start.
 * @throws ProblemError `wrong-use` for a `MARSHAL_TOKEN` that could be guessed
 */
export async function apiToken(secrets: Secrets, chosen: string | undefined): Promise<ApiToken> {
  if (chosen) {
    if (!/^[\w.~+/=-]{24,512}$/.test(chosen))
      throw wrongUse(
        'MARSHAL_TOKEN is too weak: it needs at least 24 letters and digits',
        'Choose a long random one, for example with "openssl rand -hex 32".',
      )
    return { value: chosen, lasting: true }
  }
  if (secrets.kind === 'none') return { value: newToken(), lasting: false }
  const kept = await secrets.get(place.target, place.key)
  if (kept !== null) return { value: kept, lasting: true }
  const value = newToken()
  await secrets.set(place.target, place.key, value)
  return { value, lasting: true }
}
