/** The calls of an account, by method and path. */
import type { CoreAnswer } from '../kit/stand-in-core.ts'
import type { Account } from './account.ts'
import type { Contact, Given } from './contacts.ts'
import { messageWindow, statuses, type Status } from './conversations.ts'
import { filteredContacts, filteredConversations } from './filters.ts'
import { empty, json, notFound, refused } from './problems.ts'
import {
  contactPage,
  contactsPerPage,
  conversationPage,
  pageOf,
  shownContact,
  shownMessage,
} from './shapes.ts'

export interface Call {
  readonly method: string
  /** Parts of the path below the account. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly body: Given
}

/** Answers a call that is signed in. Throws `ChatwootFault`. */
export function answerTo(account: Account, call: Call): CoreAnswer {
  switch (call.path[0]) {
    case 'contacts':
      return ofContacts(account, call)
    case 'conversations':
      return ofConversations(account, call)
    case 'actions':
      return merged(account, call)
    case 'webhooks':
      return ofWebhooks(account, call)
    default:
      throw notFound()
  }
}

const collections = ['filter', 'search']

/** As in `GET`, `GET ID`, `POST filter`, `POST ID labels`. */
function verbOf({ method, path: [, first, second] }: Call): string {
  const place = first === undefined || collections.includes(first) ? first : 'ID'
  return [method, place, second].filter(Boolean).join(' ')
}

function ofContacts(account: Account, call: Call): CoreAnswer {
  const { contacts, knobs } = account
  const { body, query } = call
  const one = () => contacts.known(call.path[1])
  switch (verbOf(call)) {
    case 'GET':
      return json(200, contactPage(sorted(account, contacts.resolved(), query), query))
    case 'GET search':
      return searched(account, query)
    case 'POST filter': {
      const found = filteredContacts(contacts.resolved(), body, knobs.defined)
      return json(200, contactPage(sorted(account, found, query), query))
    }
    case 'POST': {
      const made = contacts.add(body)
      account.tellOfContact('contact_created', made)
      return json(200, nested(account, made))
    }
    case 'GET ID':
      return json(200, { payload: shownContact(one()) })
    case 'PUT ID':
    case 'PATCH ID': {
      const edited = contacts.edit(one(), body)
      account.tellOfContact('contact_updated', edited)
      return json(200, { payload: shownContact(edited) })
    }
    case 'DELETE ID': {
      const gone = one()
      contacts.remove(gone.id)
      account.conversations.removeOf(gone)
      return empty(200)
    }
    case 'GET ID conversations': {
      const { id } = one()
      const own = account.conversations.latest().filter(({ contactId }) => contactId === id)
      return json(200, { payload: own.map((each) => account.show(each)) })
    }
    case 'GET ID labels':
      return json(200, { payload: one().labels })
    case 'POST ID labels':
      one().labels = (body['labels'] ?? []) as readonly string[]
      return json(200, { payload: one().labels })
    case 'POST ID destroy_custom_attributes':
      for (const key of (body['custom_attributes'] ?? []) as readonly string[])
        delete one().custom_attributes[key]
      return json(200, { payload: shownContact(one()) })
    default:
      throw notFound()
  }
}

/** In no order at all unless one is asked for; rows with the same value keep theirs. */
function sorted(account: Account, all: readonly Contact[], query: URLSearchParams) {
  const asked = query.get('sort') ?? ''
  const name = asked.replace(/^-/, '')
  const read: Readonly<Record<string, (one: Contact) => number | string | null>> = {
    name: (one) => one.name,
    email: (one) => one.email,
    phone_number: (one) => one.phone_number,
    last_activity_at: (one) => one.lastActivityAt,
    ...(account.knobs.noCreatedSort ? {} : { created_at: (one: Contact) => one.createdAt }),
  }
  const by = read[name]
  if (!by) return shuffled(all, account.lists++)
  const way = asked.startsWith('-') ? -1 : 1
  return all.toSorted((a, b) => way * (compare(by(a), by(b)) || a.id - b.id))
}

function shuffled(all: readonly Contact[], turn: number): readonly Contact[] {
  const at = all.length === 0 ? 0 : (turn * 7) % all.length
  return [...all.slice(at), ...all.slice(0, at)]
}

/** NULL last, as in PostgreSQL. */
function compare(a: number | string | null, b: number | string | null): number {
  if (a === b) return 0
  if (a === null || b === null) return a === null ? 1 : -1
  return a < b ? -1 : 1
}

/** The answer to a new contact, in the nesting of the release. */
function nested({ knobs: { nesting } }: Account, one: Contact): Given {
  const contact = shownContact(one)
  if (nesting === 'plain') return { payload: contact }
  if (nesting === 'list') return { ...contact, payload: [contact] }
  return { payload: { contact, contact_inbox: { inbox: null, source_id: null } } }
}

const searchesAMinute = 100

/** `count` is that of the page; the limit is one of the account, agents and programs together. */
function searched(account: Account, query: URLSearchParams): CoreAnswer {
  const now = Date.now()
  account.searches = account.searches.filter((at) => at > now - 60_000)
  account.searches.push(now)
  if (account.searches.length > searchesAMinute) throw refused(429, 'Retry later')
  const text = query.get('q') ?? ''
  if (text.trim() === '') throw refused(422, 'Specify search string with parameter q')
  const like = new RegExp(
    text
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('%', '.*')
      .replaceAll('_', '.'),
    's',
  )
  const folded = text.toLowerCase()
  const found = [...account.contacts.all.values()].filter(
    ({ id, name, email, phone_number: phone, identifier }) =>
      [name, email, phone].some((value) => value?.toLowerCase().includes(folded)) ||
      (identifier !== null && like.test(identifier)) ||
      String(id) === text,
  )
  const { page, rows } = pageOf(found, query, contactsPerPage)
  const more = found.length > page * contactsPerPage
  const meta = { count: rows.length, current_page: String(page), has_more: more }
  return json(200, { meta, payload: rows.map(shownContact) })
}

function ofConversations(account: Account, call: Call): CoreAnswer {
  const { conversations, knobs } = account
  const { body, query } = call
  const one = () => conversations.known(call.path[1])
  const show = (each: Parameters<typeof account.show>[0]) => account.show(each)
  switch (verbOf(call)) {
    case 'GET': {
      const status = query.get('status') ?? 'open'
      if (status !== 'all' && !statuses.includes(status as Status)) throw refused(422, 'Bad status')
      const listed = conversations
        .latest()
        .filter((each) => status === 'all' || each.status === status)
      return json(200, { data: conversationPage(listed, query, show) })
    }
    case 'POST filter': {
      const page = conversationPage(
        filteredConversations(conversations.latest(), body),
        query,
        show,
      )
      return json(200, knobs.nestedFilter ? { data: page } : page)
    }
    case 'POST': {
      const contactId = account.contacts.known(body['contact_id']).id
      const status = (body['status'] ?? 'open') as Status
      return json(200, show(account.begin({ contactId, status })))
    }
    case 'GET ID':
      return json(200, show(one()))
    case 'POST ID toggle_status': {
      const { id, status } = conversations.toggle(one(), body['status'])
      account.tellOfConversation('conversation_status_changed', one())
      const payload = { success: true, current_status: status, conversation_id: id }
      return json(200, { meta: {}, payload })
    }
    case 'GET ID messages':
      return json(200, {
        meta: { labels: [] },
        payload: messageWindow(one(), query).map((message) => shownMessage(message, one())),
      })
    case 'POST ID messages': {
      if (body['message_type'] === 'incoming')
        throw refused(422, 'Incoming messages are only allowed in Api inboxes')
      return json(200, shownMessage(account.say(one(), body), one()))
    }
    default:
      throw notFound()
  }
}

function merged(account: Account, { method, path: [, action], body }: Call): CoreAnswer {
  if (`${method} ${action}` !== 'POST contact_merge') throw notFound()
  const other = Number(body['mergee_contact_id'])
  const base = account.contacts.merge(body['base_contact_id'], other)
  account.conversations.moveTo(base, other)
  account.tellOfContact('contact_updated', base)
  return json(200, shownContact(base))
}

function ofWebhooks({ hooks }: Account, { method, path, body }: Call): CoreAnswer {
  if (path.length > 1) throw notFound()
  if (method === 'GET') return json(200, { payload: { webhooks: hooks.all } })
  if (method !== 'POST') throw notFound()
  const { url, subscriptions } = body
  if (typeof url !== 'string' || !Array.isArray(subscriptions)) throw refused(422, 'Url is invalid')
  return json(200, { payload: { webhook: hooks.add(url, subscriptions as string[]) } })
}
