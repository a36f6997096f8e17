import { inventedPeople } from '../kit/invented-people.ts'
import type { CoreAnswer, CoreRequest, StandInCore } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { Account } from './account.ts'
import { answerTo } from './calls.ts'
import type { Given } from './contacts.ts'
import type { GivenConversation } from './conversations.ts'
import type { ChatwootKnobs } from './knobs.ts'
import { ChatwootFault, json, notFound, refused } from './problems.ts'
import { accountId, shownContact } from './shapes.ts'

const base = `/api/v1/accounts/${accountId}/`

/** Chatwoot: contacts, conversations and webhooks of one account. */
export const chatwoot: StandIn = {
  name: 'chatwoot',
  system: 'Chatwoot',
  plays: [
    `Contacts and conversations of account ${accountId} under ${base}: lists in two forms, filters, messages, webhooks.`,
    'Who is listed without an order comes in another one each time; fifteen contacts are a page, whatever is asked for.',
    'An e-mail address, a phone or an id of your own belongs to one contact; a second one is refused.',
  ],
  port: 4803,
  oddities: {
    'older-list': {
      says: 'contacts cannot be listed by when they were made',
      knobs: { noCreatedSort: true },
    },
    'only-leads': {
      says: 'lists only contacts with an e-mail address or a phone',
      knobs: { onlyLeads: true },
    },
    'phone-race': { says: 'gives one phone to two new contacts', knobs: { phoneRace: true } },
    'nested-list': { says: 'answers a new contact in a list', knobs: { nesting: 'list' } },
    'nested-filter': {
      says: 'nests filtered conversations like their list',
      knobs: { nestedFilter: true },
    },
    'lost-webhooks': { says: 'loses webhooks', knobs: { drops: true } },
    'three-tries': { says: 'sends a webhook up to three times', knobs: { tries: 3 } },
  },
  signIn: (key) => ({
    auth: 'api-key',
    secrets: { apiKey: key },
    settings: { account: String(accountId) },
  }),
  make,
}

function make({ key, seed }: StandInOptions): StandInCore {
  let accepted = key
  let account = begin(seed)

  function answer({ method, target, headers, body }: CoreRequest): CoreAnswer {
    const { pathname, searchParams: query } = new URL(target, 'http://stand-in')
    try {
      const underscored = account.knobs.underscores ? headers['api_access_token'] : undefined
      const token = headers['api-access-token'] ?? underscored
      if (token === undefined)
        throw new ChatwootFault(401, {
          errors: ['You need to sign in or sign up before continuing.'],
        })
      if (token !== accepted) throw refused(401, 'Invalid Access Token')
      if (`${method} ${pathname}` === 'GET /api/v1/profile') {
        const accounts = [{ id: accountId, name: 'Spring Classic', role: 'agent' }]
        return json(200, { id: 1, name: 'Marshal', email: 'marshal@example.org', accounts })
      }
      if (!pathname.startsWith(base)) throw notFound()
      const path = pathname.slice(base.length).split('/').map(decodeURIComponent)
      return answerTo(account, { method, path, query, body: parsed(body) })
    } catch (error) {
      if (!(error instanceof ChatwootFault)) throw error
      return json(error.status, error.body)
    }
  }

  return {
    collectionOf: (target) =>
      target.startsWith(base) ? (target.slice(base.length).split(/[/?]/)[0] ?? '') : '',
    answer,
    inFlight: null,
    reset: () => {
      accepted = key
      account = begin(seed)
    },
    commands: {
      dump: () => [...account.contacts.all.values()].map(shownContact),
      load: (people: readonly Given[]) => people.map((given) => account.contacts.add(given).id),
      amend: ({ id, fields }: { id: number; fields: Given }) => {
        const one = account.contacts.edit(account.contacts.known(id), fields)
        account.tellOfContact('contact_updated', one)
      },
      remove: (id: number) => account.contacts.remove(id),
      online: (id: number) => {
        account.contacts.known(id).online = true
      },
      merge: ({ base: to, other }: { base: number; other: number }) => {
        account.conversations.moveTo(account.contacts.merge(to, other), other)
      },
      begin: (given: GivenConversation) => account.show(account.begin(given)),
      say: ({ id, message }: { id: number; message: Given }) =>
        account.say(account.conversations.known(id), message),
      resolve: (id: number) => {
        const one = account.conversations.toggle(account.conversations.known(id), 'resolved')
        account.tellOfConversation('conversation_status_changed', one)
      },
      drop: (id: number) => void account.conversations.all.delete(id),
      clock: (seconds: number | null) => {
        account.clock = seconds
      },
      knobs: (turned: Partial<ChatwootKnobs>) => {
        account.knobs = { ...account.knobs, ...turned }
      },
      key: (now: string) => {
        accepted = now
      },
      hook: ({ url, subscriptions }: { url: string; subscriptions: readonly string[] }) =>
        account.hooks.add(url, subscriptions).secret,
      told: () => account.hooks.settled().then(() => null),
    },
  }
}

/** Invented people, every third of whom has asked something, where there is a seed. */
function begin(seed: number | null): Account {
  const account = new Account()
  account.clock = 1_777_000_000
  for (const [at, person] of seed === null ? [] : inventedPeople(seed).entries()) {
    const { firstName, lastName, email } = person
    const { id } = account.contacts.add({ name: `${firstName} ${lastName}`, email })
    if (at % 3 > 0) continue
    const question = { content: 'Can I change my start group?' }
    account.begin({ contactId: id, subject: 'Start group', messages: [question] })
  }
  account.clock = null
  return account
}

function parsed(body: string): Given {
  if (body === '') return {}
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Given) : {}
  } catch {
    throw refused(400, 'The body is no JSON')
  }
}
