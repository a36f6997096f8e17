import { inventedPeople } from '../kit/invented-people.ts'
import type { CoreAnswer, CoreRequest, StandInCore } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { answerTo } from './calls.ts'
import { Church, typeNames, type Attributes, type Vertex, type VertexType } from './church.ts'
import { included, refused, shown } from './documents.ts'
import { notFound, PlanningCenterFault } from './fault.ts'
import type { PlanningCenterKnobs } from './knobs.ts'
import { applicationId, Gate } from './sign-in.ts'
import { sendWebhook, type PlanningCenterWebhook } from './webhooks.ts'

/** Somebody there with what belongs to the person, as tests put people in. */
export interface GivenPerson extends Attributes {
  readonly emails?: readonly Attributes[]
  readonly phone_numbers?: readonly Attributes[]
  readonly addresses?: readonly Attributes[]
}

const children = ['emails', 'phone_numbers', 'addresses'] as const

/** Planning Center People: JSON:API below `/people/v2`, with its oddities. */
export const planningCenter: StandIn = {
  name: 'planning-center',
  system: 'Planning Center',
  plays: [
    'People under /people/v2, their e-mail addresses, phone numbers and addresses as records of their own, campuses and mergers; tokens under /oauth.',
    'A hundred requests in twenty seconds; changes since a second; pages of a hundred at most.',
    'Who is made twice is there twice; medical notes move no date; who was merged or deleted answers 404.',
  ],
  port: 4797,
  oddities: {
    'few-requests': {
      says: 'takes ten requests in twenty seconds',
      knobs: { rate: { requests: 10, seconds: 20 } },
    },
    capped: { says: 'shows nothing behind the ten-thousandth record', knobs: { cap: 10_000 } },
    'silent-children': {
      says: 'a new e-mail address does not move the date of its person',
      knobs: { childrenTouch: false },
    },
    'short-tokens': { says: 'access tokens hold for a minute', knobs: { tokenSeconds: 60 } },
  },
  signIn: (key) => ({
    auth: 'basic',
    secrets: { username: applicationId, password: key },
    settings: {},
  }),
  make,
}

/** Versions are dates; the first there was. */
const firstVersion = '2018-08-01'

function make({ key, seed }: StandInOptions): StandInCore {
  let gate = new Gate(key)
  let church = begin(seed)

  function answer({ method, target, headers, body }: CoreRequest): CoreAnswer {
    const { pathname, searchParams: query } = new URL(target, 'http://stand-in')
    try {
      if (pathname === '/oauth/token') return gate.token(body, church.knobs)
      if (pathname === '/oauth/authorize') return gate.authorize(query)
      gate.check(headers)
      const rate = gate.count(Number(query.get('offset') ?? 0), church.knobs)
      const told = answerSigned({ method, target, headers, body })
      return { ...told, headers: { ...told.headers, ...rate } }
    } catch (error) {
      if (!(error instanceof PlanningCenterFault)) throw error
      return refused(error)
    }
  }

  function answerSigned({ method, target, headers, body }: CoreRequest): CoreAnswer {
    const { pathname, searchParams: query } = new URL(target, 'http://stand-in')
    const version = headers['x-pco-api-version']
    if (typeof version === 'string' && version < firstVersion) {
      throw new PlanningCenterFault(400, `${version} is not supported`, {
        code: 'unsupported_version_error',
      })
    }
    const [, app, v2, ...path] = pathname.split('/').map(decodeURIComponent)
    if (app !== 'people' || v2 !== 'v2') throw notFound()
    return answerTo(church, { method, path, query, body })
  }

  const of = (type: VertexType, id: string): Vertex => {
    const one = church.all(type).get(id)
    if (!one) throw new Error(`There is no ${type} ${id}.`)
    return one
  }
  return {
    collectionOf: (target) => /^\/people\/v2\/(?:people\/\d+\/)?(\w+)/.exec(target)?.[1] ?? '',
    answer,
    inFlight: null,
    reset: () => {
      gate = new Gate(key)
      church = begin(seed)
    },
    commands: {
      dump: () => [...church.all('Person').values()].map((one) => whole(church, one)),
      campuses: () => [...church.all('Campus').values()].map((one) => shown(church, one)),
      load: (people: readonly GivenPerson[]) => people.map((one) => load(church, one)),
      loadCampuses: (given: readonly Attributes[]) =>
        given.map((one) => church.add('Campus', one).id),
      edit: ({ type, id, attributes }: { type: VertexType; id: string; attributes: Attributes }) =>
        church.edit(of(type, id), attributes),
      add: ({
        type,
        person,
        attributes,
      }: {
        type: VertexType
        person: string
        attributes: Attributes
      }) => church.add(type, attributes, person).id,
      remove: ({ type, id }: { type: VertexType; id: string }) => church.remove(of(type, id)),
      merge: ({ keep, remove }: { keep: string; remove: string }) => church.merge(keep, remove),
      clock: (seconds: number | null) => {
        church.clock = seconds
      },
      knobs: (turned: Partial<PlanningCenterKnobs>) => {
        church.knobs = { ...church.knobs, ...turned }
      },
      key: (now: string) => {
        gate.accepted = now
      },
      /** Gives tokens as to somebody who signed in long ago. */
      tokens: ({ access, refresh }: { access: string; refresh: string }) => {
        gate.tokens.set(access, Date.now() + church.knobs.tokenSeconds * 1000)
        gate.refreshTokens.add(refresh)
      },
      expire: () => gate.tokens.clear(),
      given: () => gate.given,
      webhook: ({ url, webhook, attempts }: SentWebhook) => sendWebhook(url, webhook, attempts),
    },
  }
}

interface SentWebhook {
  readonly url: string
  readonly webhook: PlanningCenterWebhook
  readonly attempts?: number
}

/** Somebody as a document of her own tells it. */
function whole(church: Church, one: Vertex) {
  return { data: shown(church, one, children), included: included(church, [one], children) }
}

function load(church: Church, { emails, phone_numbers, addresses, ...own }: GivenPerson): string {
  const { id } = church.add('Person', own)
  const given = { emails, phone_numbers, addresses }
  for (const name of children) {
    const type = (Object.keys(typeNames) as VertexType[]).find((one) => typeNames[one] === name)!
    for (const attributes of given[name] ?? []) church.add(type, attributes, id)
  }
  return id
}

/** Invented people, each with an e-mail address, and two campuses where there is a seed. */
function begin(seed: number | null): Church {
  const church = new Church()
  if (seed === null) return church
  church.clock = 1_777_000_000
  const campuses = ['North', 'South'].map((name) => church.add('Campus', { name }).id)
  for (const [index, person] of inventedPeople(seed).entries()) {
    const { firstName: first_name, lastName: last_name, dateOfBirth: birthdate } = person
    load(church, {
      ...{ first_name, last_name, birthdate, gender: person.gender === 'female' ? 'F' : 'M' },
      primary_campus_id: campuses[index % 2],
      emails: [{ address: person.email, location: 'Home', primary: true }],
    })
  }
  church.clock = null
  return church
}
