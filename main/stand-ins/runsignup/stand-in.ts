import type { CoreAnswer, CoreRequest } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { inventedPeople } from '../kit/invented-people.ts'
import { plainKnobs, type SiteKnobs } from './knobs.ts'
import { answer, SiteFault } from './site-answers.ts'
import { listRegistrations } from './site-lists.ts'
import {
  eventId,
  raceId,
  SiteRecords,
  type NewRegistration,
  type RegistrationPatch,
  type SiteRaceContent,
} from './site-records.ts'
import { deleteParticipants, writeParticipants } from './site-writes.ts'

/** The key of both key sign-ins; the secret and the token are what `--key` says. */
const apiKey = 'stand-in-key-id'
const mostInFlight = 2

/** What an OAuth 2 client has there. */
interface OAuthTokens {
  /** What its tokens begin with. */
  readonly name: string
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  /** Seconds a new access token holds. */
  readonly expiresIn: number
  readonly renewals: number
}

const throttled = new SiteFault(14, 'The request was throttled.')

/** RunSignup: one race with its events, users and registrations, with the oddities of the real interface. */
export const runsignup: StandIn = {
  name: 'runsignup',
  system: 'RunSignup',
  plays: [
    `One race, number ${raceId}, with two events, ${eventId} and ${eventId + 1}: users and their registrations under /rest.`,
    'Errors come with status 200, XML unless JSON is asked for, and local times without an offset.',
    'Changes since a moment, removed entrants, imports, edits and deletions; at most 2 requests in flight.',
  ],
  port: 4793,
  oddities: {
    'safe-sync': {
      says: 'refuses personal data of users with an account',
      knobs: { safeSync: true },
    },
    'whole-refusals': {
      says: 'one bad entrant refuses the whole request',
      knobs: { refuseWhole: true },
    },
    'small-pages': { says: 'cuts every page to ten rows without a word', knobs: { silentCap: 10 } },
    'pages-per-event': { says: 'counts a page for each event', knobs: { pageOver: 'event' } },
    'bare-event': {
      says: 'a page with one event comes without the array around it',
      knobs: { bareElement: true },
    },
    'no-keyset': {
      says: 'ignores the registration to go on after',
      knobs: { ignoresKeyset: true },
    },
    'expired-401': {
      says: 'a refused access token is answered with 401',
      knobs: { expiredStatus: 401 },
    },
  },
  signIn: (key) => ({
    auth: 'api-key',
    secrets: { apiKey, apiSecret: key },
    settings: { raceId: String(raceId), eventIds: String(eventId) },
  }),
  make,
}

function make({ key, seed }: StandInOptions) {
  let site = begin(seed)
  let knobs = plainKnobs
  let secret = key
  let oauth: OAuthTokens | null = null

  function answerTo(request: CoreRequest): CoreAnswer {
    const { path, query } = addressOf(request.target)
    if (path === '/v2/auth/refresh-token.json') return renewed(request)
    const asJson = query.get('format') === 'json'
    try {
      identify(request, query)
      signIn(request, query)
      return answer(valueOf(request, path, query), asJson)
    } catch (error) {
      if (!(error instanceof SiteFault)) throw error
      return answer(error.body(knobs.bareDetails), asJson, error.status)
    }
  }

  /** Real statuses here. A refresh token is good once; the access token before is not good any more. */
  function renewed(request: CoreRequest): CoreAnswer {
    const form = formOf(request)
    if (oauth === null || request.method !== 'POST') return answer({}, true, 404)
    if (
      form.get('client_id') !== oauth.clientId ||
      form.get('client_secret') !== oauth.clientSecret
    )
      return answer({ error: 'invalid_client' }, true, 401)
    if (
      form.get('grant_type') !== 'refresh_token' ||
      form.get('refresh_token') !== oauth.refreshToken
    )
      return answer({ error: 'invalid_grant', error_description: 'No such token.' }, true, 400)
    const n = oauth.renewals + 1
    oauth = { ...oauth, renewals: n, refreshToken: `${oauth.name}-refresh-${n}` }
    secret = `${oauth.name}-access-${n}`
    return answer(
      { access_token: secret, refresh_token: oauth.refreshToken, expires_in: oauth.expiresIn },
      true,
    )
  }

  function identify({ headers }: CoreRequest, query: URLSearchParams): void {
    const number = query.get('rsu_api_reg')
    const proof = headers['x-rsu-api-reg-secret']
    if (number === null && proof === undefined && !knobs.callerRequired) return
    const { caller } = knobs
    if (caller === null || number !== caller.key || proof !== caller.secret) {
      throw new SiteFault(17, 'Invalid API caller registration.', 400)
    }
  }

  function signIn({ headers }: CoreRequest, query: URLSearchParams): void {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
    const pairs: readonly (readonly [unknown, unknown])[] = [
      [query.get('api_key'), query.get('api_secret')],
      [query.get('rsu_api_key'), headers['x-rsu-api-secret']],
      ...(bearer === undefined ? [] : [[apiKey, bearer] as const]),
    ]
    const given = pairs.find(([name]) => name !== null)
    if (!given) throw new SiteFault(13, 'You must be logged in.')
    if (given[0] !== apiKey || given[1] !== secret) {
      if (bearer !== undefined && knobs.expiredStatus === 401)
        throw new SiteFault(6, 'The access token has expired.', 401)
      throw new SiteFault(6, 'Key authentication failed.')
    }
  }

  function valueOf(request: CoreRequest, path: string, query: URLSearchParams): unknown {
    if (`${request.method} ${path}` === 'GET /races') return { races: racesOf(site, query) }
    const [, id, call = ''] = /^\/race\/(\d+)(?:\/([a-z-]+))?$/.exec(path) ?? []
    if (id === undefined) throw new SiteFault(1, 'Unknown method.')
    if (Number(id) !== site.race.race_id) throw new SiteFault(201, 'Race not found.')
    const { method } = request
    switch (`${method} ${call}`) {
      case 'GET ':
        return { race: site.race }
      case 'GET participants':
        return listRegistrations(site, knobs, query, false)
      case 'GET removed-participants':
        return listRegistrations(site, knobs, query, true)
      case 'POST participants': {
        const form = formOf(request)
        return writeParticipants(
          site,
          knobs,
          form,
          Number(query.get('event_id') ?? form.get('event_id')),
        )
      }
      case 'POST delete-participants':
        return deleteParticipants(site, knobs, formOf(request))
      default:
        throw call === 'participants' || call === ''
          ? new SiteFault(2, 'HTTP method not supported.')
          : new SiteFault(1, 'Unknown method.')
    }
  }

  return {
    collectionOf: (target: string) => addressOf(target).path.split('/')[3] ?? 'race',
    answer: answerTo,
    inFlight: {
      keyOf: () => '',
      limit: mostInFlight,
      refusal: answer(throttled.body(), true),
    },
    reset: () => {
      site = begin(seed)
      knobs = plainKnobs
      secret = key
      oauth = null
    },
    commands: {
      dump: () => ({
        race: site.race,
        registrations: [...site.registrations.values()],
      }),
      load: (list: NewRegistration[]) =>
        list.map((one) => {
          const { registration_id, user } = site.add(one)
          return { registrationId: registration_id, userId: user.user_id }
        }),
      edit: ({ id, patch }: { id: number; patch: RegistrationPatch }) => site.edit(id, patch),
      remove: ({ id, reason }: { id: number; reason: string }) => site.remove(id, reason),
      transfer: ({ id, eventId }: { id: number; eventId: number }) =>
        site.transfer(id, eventId).registration_id,
      race: (race: Partial<SiteRaceContent>) => {
        site.race = { ...site.race, ...race }
      },
      clock: (seconds: number | null) => {
        site.clock = seconds
      },
      knobs: (turned: Partial<SiteKnobs>) => {
        knobs = { ...knobs, ...turned }
      },
      secret: (accepted: string) => {
        secret = accepted
      },
      oauth: (tokens: Omit<OAuthTokens, 'renewals'>) => {
        oauth = { ...tokens, renewals: 0 }
      },
      tokens: () => ({ access: secret, refresh: oauth?.refreshToken, renewals: oauth?.renewals }),
    },
  }
}

/** The race, with people in both events where there is a seed. */
function begin(seed: number | null): SiteRecords {
  const site = new SiteRecords()
  if (seed === null) return site
  for (const [index, person] of inventedPeople(seed).entries()) {
    site.add({
      eventId: eventId + (index % 2),
      bib_num: Number(person.bib),
      user: {
        first_name: person.firstName,
        last_name: person.lastName,
        email: person.email,
        dob: person.dateOfBirth,
        gender: person.gender === 'female' ? 'F' : 'M',
      },
    })
  }
  return site
}

/** The list of races, twice wrapped. Without a day it begins today, and most sites keep a race of last year there. */
function racesOf({ race }: SiteRecords, query: URLSearchParams): readonly unknown[] {
  const { events: _, ...shown } = race
  const from = Date.parse(query.get('start_date') ?? new Date().toISOString().slice(0, 10))
  const name = (query.get('name') ?? '').toLowerCase()
  const fits = Date.parse(race.next_date) >= from && race.name.toLowerCase().includes(name)
  return fits ? [{ race: shown }] : []
}

/** Both addresses of the interface have a prefix, in one or the other case. */
function addressOf(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const url = new URL(target, 'http://stand-in')
  return { path: url.pathname.replace(/^\/rest/i, ''), query: url.searchParams }
}

function formOf({ headers, body }: CoreRequest): URLSearchParams {
  // A JSON body is no form: its parameters are simply not there.
  const isForm = /^application\/x-www-form-urlencoded\b/.test(headers['content-type'] ?? '')
  return new URLSearchParams(isForm ? body : '')
}
