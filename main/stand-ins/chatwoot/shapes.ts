/** How contacts, conversations and messages stand in an answer. */
import type { Contact, Given } from './contacts.ts'
import { messageTypes, type Conversation, type Message } from './conversations.ts'

export const accountId = 1
const inboxId = 3

/** The list of contacts has pages of this length, whatever is asked for. */
export const contactsPerPage = 15
export const conversationsPerPage = 25

export const pageOf = <One>(all: readonly One[], query: URLSearchParams, size: number) => {
  const page = Math.max(1, Number(query.get('page') ?? 1) || 1)
  return { page, rows: all.slice((page - 1) * size, page * size) }
}

export const shownContact = (one: Contact): Given => ({
  id: one.id,
  name: one.name,
  email: one.email,
  phone_number: one.phone_number,
  identifier: one.identifier,
  blocked: one.blocked,
  additional_attributes: one.additional_attributes,
  custom_attributes: one.custom_attributes,
  availability_status: one.online ? 'online' : 'offline',
  thumbnail: '',
  last_activity_at: one.lastActivityAt,
  created_at: Math.floor(one.createdAt / 1000),
})

/** `current_page` is a text. */
export const contactPage = (all: readonly Contact[], query: URLSearchParams): Given => {
  const { page, rows } = pageOf(all, query, contactsPerPage)
  return {
    meta: { count: all.length, current_page: String(page) },
    payload: rows.map((one) => ({ ...shownContact(one), contact_inboxes: [] })),
  }
}

export const shownMessage = (one: Message, { id }: Pick<Conversation, 'id'>): Given => ({
  ...one,
  account_id: accountId,
  inbox_id: inboxId,
  conversation_id: id,
  content_type: 'text',
  content_attributes: {},
  status: 'sent',
})

/** With the newest message of any kind, and the newest that is no activity. */
export function shownConversation(one: Conversation, sender: Contact): Given {
  const show = (message: Message | undefined) => (message ? shownMessage(message, one) : null)
  const last = one.messages.at(-1)
  return {
    id: one.id,
    account_id: accountId,
    inbox_id: inboxId,
    uuid: `00000000-0000-4000-8000-${String(one.id).padStart(12, '0')}`,
    status: one.status,
    meta: { sender: shownContact(sender), channel: 'Channel::Email', hmac_verified: false },
    additional_attributes: one.subject === null ? {} : { mail_subject: one.subject },
    custom_attributes: {},
    labels: [],
    messages: last ? [show(last)] : [],
    last_non_activity_message: show(one.messages.findLast(({ message_type: type }) => type !== 2)),
    created_at: one.created_at,
    timestamp: one.last_activity_at,
    last_activity_at: one.last_activity_at,
    unread_count: 0,
    can_reply: true,
    muted: false,
    priority: null,
    snoozed_until: null,
  }
}

/** Other nesting than contacts have, and in the answer to a filter one level less. */
export function conversationPage(
  all: readonly Conversation[],
  query: URLSearchParams,
  show: (one: Conversation) => Given,
): Given {
  const { rows } = pageOf(all, query, conversationsPerPage)
  const count = all.length
  return {
    meta: { mine_count: 0, unassigned_count: count, assigned_count: 0, all_count: count },
    payload: rows.map(show),
  }
}

/** What a webhook says: message types are words there. */
export const hookMessage = (message: Message, conversation: Given): Given => ({
  ...message,
  message_type: messageTypes[message.message_type],
  created_at: new Date(message.created_at * 1000).toISOString(),
  conversation,
})
