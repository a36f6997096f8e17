import { inventedPeople } from '../kit/invented-people.ts'
import type { CoreAnswer, CoreRequest, StandInCore } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { answerTo } from './calls.ts'
import { Records, type Given, type Stored } from './contacts.ts'
import type { MauticKnobs } from './knobs.ts'
import { MauticFault, problem } from './problems.ts'
import { shownCompany, shownContact } from './shapes.ts'
import { Gate, userName } from './sign-in.ts'
import { sendWebhook, type MauticWebhook } from './webhooks.ts'

/** Mautic: the classic interface of 5.1, with its oddities. */
export const mautic: StandIn = {
  name: 'mautic',
  system: 'Mautic',
  plays: [
    'Contacts, companies and segments under /api, one by one and in batches that answer row by row; tokens under /oauth/v2/token.',
    'Who is made with an address that is there is edited; an edit with the address of another contact merges the two, and one is gone.',
    'Who unsubscribed herself stays so, whatever others set; lists are objects by id, and totals are texts.',
  ],
  port: 4796,
  oddities: {
    'api-off': { says: 'its interface is switched off', knobs: { apiOff: true } },
    'basic-off': { says: 'names and passwords are not accepted', knobs: { basicOff: true } },
    'plain-client': {
      says: 'its client was not made by an administrator',
      knobs: { plainClient: true },
    },
    'older-shapes': {
      says: 'what is empty is a list, and totals are numbers',
      knobs: { olderShapes: true },
    },
    'stuck-dates': { says: 'edits do not move dates', knobs: { modified: 'stuck' } },
    'dates-when-made': {
      says: 'who was never edited has a date as well',
      knobs: { modified: 'on-create' },
    },
    'small-batches': { says: 'takes five rows in a batch', knobs: { batchLimit: 5 } },
    escaped: { says: 'texts come as they stand in a web page', knobs: { escaped: true } },
  },
  signIn: (key) => ({
    auth: 'basic',
    secrets: { username: userName, password: key },
    settings: {},
  }),
  make,
}

function make({ key, seed }: StandInOptions): StandInCore {
  let gate = new Gate(key)
  let records = begin(seed)

  function answer(request: CoreRequest): CoreAnswer {
    const { version } = records.knobs
    const told = answerPlainly(request)
    return version === null
      ? told
      : { ...told, headers: { ...told.headers, 'mautic-version': version } }
  }

  function answerPlainly({ method, target, headers, body }: CoreRequest): CoreAnswer {
    const { pathname, searchParams } = new URL(target, 'http://stand-in')
    try {
      if (pathname === '/oauth/v2/token') return gate.token(body, records.knobs)
      gate.check(headers, records.knobs)
      const path = pathname.replace(/^\/api/, '')
      return answerTo(records, { method, path, query: searchParams, body: parsed(body) })
    } catch (error) {
      if (!(error instanceof MauticFault)) throw error
      return problem(error)
    }
  }

  const byEmail = (email: string): Stored => {
    const found = [...records.contacts.values()].find(({ fields }) => fields['email'] === email)
    if (!found) throw new Error(`There is no contact ${email}.`)
    return found
  }
  return {
    collectionOf: (target) => /^\/api\/(\w+)/.exec(target)?.[1] ?? '',
    answer,
    inFlight: null,
    reset: () => {
      gate = new Gate(key)
      records = begin(seed)
    },
    commands: {
      dump: () => [...records.contacts.values()].map((one) => dumped(records, one)),
      companies: () => [...records.companies.values()].map((one) => shownCompany(records, one)),
      load: (list: (Given & { anonymous?: boolean })[]) =>
        list.map((given) => {
          const { one } = records.add(given)
          one.anonymous = given.anonymous ?? false
          return one.id
        }),
      loadCompanies: (list: Given[]) => list.map((given) => records.addCompany(given).one.id),
      amend: ({ email, fields }: { email: string; fields: Given }) =>
        void records.edit(byEmail(email), fields),
      remove: (email: string) => void records.remove(records.contacts, byEmail(email).id),
      removeId: (id: number) =>
        void (records.contacts.delete(id) || records.remove(records.companies, id)),
      block: ({ email, channel, reason }: { email: string; channel: string; reason: number }) => {
        const one = byEmail(email)
        if (reason === 0) records.unblock(one, channel)
        else records.block(one, channel, reason)
      },
      clock: (seconds: number | null) => {
        records.clock = seconds
      },
      knobs: (turned: Partial<MauticKnobs>) => {
        records.knobs = { ...records.knobs, ...turned }
      },
      key: (now: string) => {
        gate.accepted = now
      },
      expire: () => gate.tokens.clear(),
      given: () => gate.given,
      webhook: ({ url, webhook }: { url: string; webhook: MauticWebhook }) =>
        sendWebhook(url, webhook),
    },
  }
}

/** A contact with everything that is known of it by other calls. */
function dumped(records: Records, one: Stored): Given {
  const segments = [...records.segments.values()].filter(({ members }) => members.has(one.id))
  const [company = null] = one.companies
  return {
    ...shownContact(records, one),
    tagNames: [...one.tags].toSorted(),
    segments: segments.map(({ name }) => name).toSorted(),
    company: company === null ? null : String(company),
  }
}

/** Invented people, every other one unsubscribed, where there is a seed. */
function begin(seed: number | null): Records {
  const records = new Records()
  records.clock = 1_777_000_000
  for (const [index, person] of seed === null ? [] : inventedPeople(seed).entries()) {
    const { firstName: firstname, lastName: lastname, email } = person
    const { one } = records.add({ firstname, lastname, email })
    if (index % 2 === 1) records.block(one, 'email', 1)
  }
  records.clock = null
  return records
}

function parsed(body: string): unknown {
  if (body === '') return undefined
  try {
    return JSON.parse(body)
  } catch {
    throw new MauticFault(400, 'The body is no JSON.', { type: 'api' })
  }
}
