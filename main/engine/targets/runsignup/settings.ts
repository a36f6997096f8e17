/** What a person fills in for a RunSignup target, and how it signs in. */
import { z } from 'zod'
import type { ConnectContext, SecretDefinition } from '../kit/adapter.ts'
import { openRenewal } from '../kit/oauth.ts'
import { noSignIn, storedSecret, type SignIn } from '../kit/sign-in.ts'
import { SyncError } from '../kit/sync-error.ts'
import { largestPage, paths } from './api.ts'
import { isZone } from './site-time.ts'

const numbers = z.string().regex(/^[\d\s,;]*$/, 'give numbers, separated by commas')

export const settings = z.object({
  raceId: z
    .string()
    .regex(/^\s*\d*\s*$/, 'give the number of the race')
    .default('')
    .meta({
      title: 'Race number',
      description: 'Number of the race at RunSignup (race_id). It becomes our event.',
    }),
  eventIds: numbers.default('').meta({
    title: 'Event numbers',
    description:
      'Numbers of the events at RunSignup (event_id) to keep in step, separated by commas. They become our races. Empty: all of the race, if it has only one edition.',
  }),
  newEventId: numbers.default('').meta({
    title: 'Event for new registrations',
    description:
      'Number of the event at RunSignup that gets the registrations made here that are in none of its events. Empty: whoever is in no race goes to the only one, and whoever is in a race that RunSignup does not have is not registered there.',
  }),
  pageSize: z.int().min(1).max(largestPage).default(largestPage).meta({
    title: 'Registrations per request',
    description: 'How many registrations are asked for at once. 1 to 2,500.',
  }),
  overlapSeconds: z.int().min(1).max(86_400).default(120).meta({
    title: 'Overlap (s)',
    description: 'How far back of the newest change each look for changes reaches, in seconds.',
  }),
  allowNamesakes: z.boolean().default(false).meta({
    title: 'Register namesakes',
    description:
      'Register people made here although somebody of the same name and birth date is registered already. Off: RunSignup refuses them.',
  }),
  allowNonImports: z.boolean().default(false).meta({
    title: 'Delete registrations of entrants',
    description:
      'Delete at RunSignup also what entrants registered themselves, not only what was imported. It cannot be undone there.',
  }),
  timeZone: z
    .string()
    .refine((zone) => zone.trim() === '' || isZone(zone.trim()), 'give a zone like America/Denver')
    .default('')
    .meta({
      title: 'Time zone of the race',
      description:
        'Needed only where RunSignup does not tell it, like America/Denver. Empty: Eastern.',
    }),
  clientId: z.string().default('').meta({
    title: 'OAuth client',
    description:
      'Number of the OAuth 2 client the access token was given to. With it and a refresh token, access tokens are renewed before they run out. Empty: an access token holds for a month.',
  }),
  registrationKey: z.string().default('').meta({
    title: 'Caller registration',
    description:
      'Number RunSignup gave to this caller of its interface (rsu_api_reg); needs the registration secret. RunSignup wants it from 1 January 2027. Empty: none.',
  }),
})
export type Settings = z.infer<typeof settings>

/** Ways to sign in: `api-key` key with secret header, `api-key-query` both in the address, `bearer` OAuth 2 token. */
export const signIns = ['api-key', 'api-key-query', 'bearer'] as const

export const secrets: readonly SecretDefinition[] = [
  { key: 'apiKey', label: 'API key', required: false },
  { key: 'apiSecret', label: 'API secret (goes with the API key)', required: false },
  { key: 'token', label: 'Access token', required: false },
  { key: 'refreshToken', label: 'Refresh token', required: false },
  { key: 'clientSecret', label: 'Secret of the OAuth client', required: false },
  { key: 'registrationSecret', label: 'Secret of the caller registration', required: false },
]

/** Settings as the adapter uses them. */
export interface Configured extends Omit<Settings, 'eventIds'> {
  readonly raceId: string
  readonly eventIds: readonly number[]
  /** Takes secrets out of a text. */
  redact(text: string): string
}

/** Throws `SyncError` `config` for what is missing, naming it. */
export function configure(given: Settings, redact: Configured['redact']): Configured {
  const raceId = given.raceId.trim()
  if (raceId === '') {
    throw new SyncError('config', 'Give the number of the race at RunSignup in the settings.')
  }
  return {
    ...given,
    raceId,
    eventIds: numbersIn(given.eventIds),
    newEventId: given.newEventId.trim(),
    timeZone: given.timeZone.trim(),
    redact,
  }
}

function numbersIn(text: string): readonly number[] {
  return [...new Set((text.match(/\d+/g) ?? []).map(Number))].toSorted((a, b) => a - b)
}

/** Throws `SyncError` `auth` for a missing secret, `config` for half a caller registration. */
export async function signIn(
  context: Omit<ConnectContext, 'settings'> & { readonly settings: Settings },
): Promise<SignIn> {
  const { settings: given } = context
  const registration = given.registrationKey.trim()
  const own = await accountSignIn(context, given.clientId.trim())
  const secret = (await context.secret('registrationSecret'))?.trim() ?? ''
  // One without the other, or a wrong one, makes RunSignup refuse every call.
  if ((registration === '') !== (secret === '')) {
    throw new SyncError(
      'config',
      'The caller registration needs both its number (in the settings) and its secret; give both or neither.',
    )
  }
  if (registration === '') return own
  return {
    ...own,
    headers: { ...own.headers, 'x-rsu-api-reg-secret': secret },
    query: [...own.query, ['rsu_api_reg', registration]],
    secrets: [...own.secrets, secret],
  }
}

async function accountSignIn(context: ConnectContext, clientId: string): Promise<SignIn> {
  switch (context.auth) {
    case 'bearer': {
      const clientSecret = (await context.secret('clientSecret'))?.trim() ?? ''
      const grant = { path: paths.renewal, clientId, clientSecret }
      const renewal = clientId === '' ? null : await openRenewal(context, grant)
      if (renewal) return { ...noSignIn, renewal }
      const token = await storedSecret(context, 'token', 'access token')
      return { ...noSignIn, headers: { authorization: `Bearer ${token}` }, secrets: [token] }
    }
    case 'api-key':
    case 'api-key-query': {
      const key = await storedSecret(context, 'apiKey', 'API key')
      const secret = await storedSecret(context, 'apiSecret', 'API secret')
      return context.auth === 'api-key'
        ? {
            headers: { 'x-rsu-api-secret': secret },
            query: [['rsu_api_key', key]],
            secrets: [key, secret],
          }
        : {
            headers: {},
            query: [
              ['api_key', key],
              ['api_secret', secret],
            ],
            secrets: [key, secret],
          }
    }
    default:
      throw new SyncError(
        'config',
        `The sign-in "${context.auth}" is not possible here; use ${signIns.join(', ')}.`,
      )
  }
}
