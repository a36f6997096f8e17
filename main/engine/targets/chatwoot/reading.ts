/** What Chatwoot answers as records: without what changes by itself, so that another version is another content. */
import type { EntityName } from '../../../contract/words.ts'
import { contentHash } from '../../model/record.ts'
import type { RemoteBody, RemoteRecord } from '../kit/adapter.ts'
import type { Query } from '../kit/base-url.ts'
import { SyncError } from '../kit/sync-error.ts'
import {
  contact,
  conversation,
  message,
  messageRows,
  oneContact,
  type Contact,
  type Conversation,
  type Message,
  type Site,
} from './api.ts'

/** Of a contact, what says nothing of the person: her last message moves it, or whether she is online. */
const passing = [
  'availability_status',
  'last_activity_at',
  'thumbnail',
  'contact_inboxes',
  'labels',
]

/** A contact as a record. */
export function contactRecord(one: Contact): RemoteRecord {
  const kept = Object.entries(one).filter(([name]) => !passing.includes(name))
  return recordOf('person', String(one.id), Object.fromEntries(kept))
}

/** When a conversation was active last, seconds since 1970 UTC. */
export const activeOn = ({ last_activity_at: at, timestamp }: Conversation): number | null =>
  at ?? timestamp ?? null

/**
 * A conversation as a record, and its last message that is for everybody. A list tells the last one of any kind: behind a
 * note among agents it is asked for.
 */
export async function conversationRecords(
  site: Site,
  one: Conversation,
): Promise<readonly RemoteRecord[]> {
  const told = messagesIn([one.last_non_activity_message, ...(one.messages ?? [])])
  const last =
    told.find(isForAll) ??
    (told.length > 0 ? (await askMessages(site, one.id, [])).findLast(isForAll) : undefined)
  return [conversationRecord(one), ...(last ? [messageRecord(one.id, last)] : [])]
}

const messagesIn = (rows: readonly unknown[]): readonly Message[] =>
  rows.flatMap((row) => message.safeParse(row).data ?? [])

/** Messages of a conversation, the oldest first; without a query the latest twenty. */
async function askMessages(
  { client, account, signal }: Site,
  conversationId: number | string,
  query: Query,
): Promise<readonly Message[]> {
  const path = `${account}/conversations/${encodeURIComponent(conversationId)}/messages`
  const { value } = await client.json(messageRows, { method: 'GET', path, query, signal })
  return messagesIn(value.payload)
}

function conversationRecord(one: Conversation): RemoteRecord {
  return recordOf('conversation', String(one.id), {
    id: one.id,
    contact: one.meta.sender.id,
    subject: one.additional_attributes?.mail_subject ?? null,
    status: one.status,
    lastActivityOn: activeOn(one),
  })
}

/** Its id names the conversation too: by its own nobody can ask for it. */
function messageRecord(conversationId: number, one: Message): RemoteRecord {
  const { id, content, message_type: type, created_at: sentOn, sender } = one
  return recordOf('message', `${conversationId}/${id}`, {
    ...{ id, conversation: conversationId, content, sentOn },
    direction: type === 0 || type === 'incoming' ? 'inbound' : 'outbound',
    author: sender?.name ?? null,
  })
}

/** Neither a note among agents, nor what Chatwoot says of itself, nor what was taken back. */
export function isForAll(one: Message): boolean {
  const isTalk = [0, 1, 3, 'incoming', 'outgoing', 'template'].includes(one.message_type)
  return isTalk && one.private !== true && !one.content_attributes?.deleted
}

/** One record, null where there is none. */
export async function fetchOne(
  site: Site,
  entity: EntityName,
  remoteId: string,
): Promise<RemoteRecord | null> {
  const { client, account, signal } = site
  const [first = '', second = ''] = remoteId.split('/')
  const at = (collection: string) => `${account}/${collection}/${encodeURIComponent(first)}`
  const get = { method: 'GET', signal } as const
  try {
    switch (entity) {
      case 'person':
        return contactRecord(
          (await client.json(oneContact, { ...get, path: at('contacts') })).value,
        )
      case 'conversation':
        return conversationRecord(
          (await client.json(conversation, { ...get, path: at('conversations') })).value,
        )
      case 'message': {
        // From this one up to the next.
        const query = [
          ['after', second],
          ['before', String(Number(second) + 1)],
        ] as const
        const found = await askMessages(site, first, query)
        const one = found.find(({ id }) => String(id) === second)
        return one && isForAll(one) ? messageRecord(Number(first), one) : null
      }
      default:
        return null
    }
  } catch (error) {
    if (error instanceof SyncError && error.code === 'gone') return null
    throw error
  }
}

/** A row of a list of contacts, null where it cannot be read. */
export const readContact = (row: unknown): Contact | null => contact.safeParse(row).data ?? null

/** The same of conversations. */
export const readConversation = (row: unknown): Conversation | null =>
  conversation.safeParse(row).data ?? null

function recordOf(entity: EntityName, remoteId: string, body: RemoteBody): RemoteRecord {
  const version = contentHash(JSON.stringify(body))
  return { entity, remoteId, version, modifiedOn: null, deleted: false, body }
}
