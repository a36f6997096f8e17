/** Conversations and their messages as Chatwoot keeps them. */
import type { Contact, Given } from './contacts.ts'
import { notFound, refused } from './problems.ts'

export const statuses = ['open', 'resolved', 'pending', 'snoozed'] as const
export type Status = (typeof statuses)[number]

/** As messages are read; written, and in webhooks, they are words. */
export const messageTypes = ['incoming', 'outgoing', 'activity', 'template'] as const

export interface Message {
  readonly id: number
  content: string
  /** 0 incoming, 1 outgoing, 2 activity, 3 template. */
  readonly message_type: number
  readonly private: boolean
  /** Seconds since 1970 UTC. */
  readonly created_at: number
  readonly sender: Given
}

export interface Conversation {
  /** Counted in each account (`display_id`). */
  readonly id: number
  contactId: number
  status: Status
  readonly subject: string | null
  readonly messages: Message[]
  /** Seconds since 1970 UTC. */
  readonly created_at: number
  last_activity_at: number
}

/** What a test begins a conversation with. */
export interface GivenConversation {
  readonly contactId: number
  readonly subject?: string | null
  readonly status?: Status
  readonly messages?: readonly {
    readonly content: string
    readonly type?: (typeof messageTypes)[number]
    readonly private?: boolean
    readonly author?: string
  }[]
}

export class Conversations {
  readonly all = new Map<number, Conversation>()
  readonly #now: () => number
  readonly #nameOf: (contactId: number) => string
  #lastId = 0
  #lastMessage = 1_000

  constructor(now: () => number, nameOf: (contactId: number) => string) {
    this.#now = now
    this.#nameOf = nameOf
  }

  known(id: unknown): Conversation {
    const found = this.all.get(Number(id))
    if (!found) throw notFound()
    return found
  }

  begin({ contactId, subject = null, status = 'open', messages = [] }: GivenConversation) {
    const at = this.#seconds()
    const one: Conversation = {
      ...{ id: ++this.#lastId, contactId, status, subject, messages: [] },
      ...{ created_at: at, last_activity_at: at },
    }
    this.all.set(one.id, one)
    for (const { content, type = 'incoming', private: isPrivate = false, author } of messages)
      this.say(one, { content, message_type: type, private: isPrivate, author })
    return one
  }

  /** Each message moves the conversation to the front, private notes and activities too. */
  say(one: Conversation, given: Given): Message {
    const type = messageTypes.indexOf((given['message_type'] ?? 'outgoing') as 'incoming')
    if (type === -1) throw refused(422, `${String(given['message_type'])} is not a message type`)
    const isHers = type === 0
    const author = given['author'] ?? (isHers ? this.#nameOf(one.contactId) : 'Agent')
    const message: Message = {
      id: ++this.#lastMessage,
      content: String((given['content'] ?? '') as string),
      message_type: type,
      private: given['private'] === true,
      created_at: this.#seconds(),
      sender: isHers
        ? { id: one.contactId, name: author, type: 'contact' }
        : { id: 1, name: author, type: 'user' },
    }
    one.messages.push(message)
    one.last_activity_at = message.created_at
    return message
  }

  /** Without a status it goes to the other one. Says so in the conversation. */
  toggle(one: Conversation, status: unknown): Conversation {
    const next = (status ?? (one.status === 'resolved' ? 'open' : 'resolved')) as Status
    if (!statuses.includes(next)) throw refused(422, `'${String(status)}' is not a valid status`)
    one.status = next
    this.say(one, { message_type: 'activity', content: `Conversation was marked ${next}` })
    return one
  }

  /** Those of a contact that is gone are gone too. */
  removeOf({ id }: Pick<Contact, 'id'>): void {
    for (const one of this.all.values()) if (one.contactId === id) this.all.delete(one.id)
  }

  moveTo(base: Contact, fromId: number): void {
    for (const one of this.all.values()) if (one.contactId === fromId) one.contactId = base.id
  }

  /** The latest first. */
  latest(): readonly Conversation[] {
    return [...this.all.values()].toSorted(
      (a, b) => b.last_activity_at - a.last_activity_at || b.id - a.id,
    )
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000)
  }
}

/** `before`: 20 older; `after`: 100 newer; both: from one up to the other, 1,000 at most; neither: the latest 20. */
export function messageWindow(
  { messages }: Conversation,
  query: URLSearchParams,
): readonly Message[] {
  const [after, before] = ['after', 'before'].map((name) =>
    query.has(name) ? Number(query.get(name)) : null,
  ) as [number | null, number | null]
  if (after !== null && before !== null)
    return messages.filter(({ id }) => id >= after && id < before).slice(0, 1_000)
  if (before !== null) return messages.filter(({ id }) => id < before).slice(-20)
  if (after !== null) return messages.filter(({ id }) => id > after).slice(0, 100)
  return messages.slice(-20)
}
