/** How Marshal signs in at Planning Center. */
import type { ConnectContext } from '../kit/adapter.ts'
import { openRenewal } from '../kit/oauth.ts'
import { noSignIn, signInFrom, type SignIn } from '../kit/sign-in.ts'
import { SyncError } from '../kit/sync-error.ts'
import type { Authorization } from '../kit/token-grant.ts'
import { settings, type Settings } from './settings.ts'

/** Ways to sign in: a personal access token (application id and secret), or a person in a browser. */
export const signIns = ['basic', 'oauth2'] as const

export const secrets = [
  { key: 'username', label: 'Application ID', required: false },
  { key: 'password', label: 'Secret', required: false },
  { key: 'clientSecret', label: 'Client secret', required: false },
  { key: 'webhookSecret', label: 'Webhook secrets', required: false },
] as const

const signInAgain =
  'Press Connect in its settings, or use "marshal target sign-in" and the name of the target.'

/** Where a person signs in. Throws `SyncError` `config` without a client id. */
export function authorization(given: Readonly<Record<string, unknown>>): Authorization {
  const { clientId = '' } = settings.safeParse(given).data ?? {}
  if (clientId === '') {
    throw new SyncError('config', 'Give the client ID of the OAuth application in the settings.')
  }
  const page = '/oauth/authorize'
  return { page, path: '/oauth/token', scope: 'people', clientId, hint: signInAgain }
}

/** The sign-in of a target. Throws `SyncError` `auth` for what is missing. */
export async function signIn(
  context: Omit<ConnectContext, 'settings'> & { readonly settings: Settings },
): Promise<SignIn> {
  if (context.auth !== 'oauth2') return signInFrom(context, signIns)
  const grant = authorization(context.settings)
  const token = (await context.secret('token'))?.trim() ?? ''
  if (token === '') throw new SyncError('auth', `Nobody has signed in yet. ${signInAgain}`)
  const clientSecret = (await context.secret('clientSecret'))?.trim() ?? ''
  const renewal = await openRenewal(context, { ...grant, clientSecret })
  return renewal
    ? { ...noSignIn, renewal }
    : { ...noSignIn, headers: { authorization: `Bearer ${token}` }, secrets: [token] }
}
