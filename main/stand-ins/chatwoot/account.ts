/** An account: its contacts, conversations and webhooks, and who is told of what changes. */
import { Contacts, type Contact, type Given } from './contacts.ts'
import {
  Conversations,
  type Conversation,
  type GivenConversation,
  type Message,
} from './conversations.ts'
import { plainKnobs, type ChatwootKnobs } from './knobs.ts'
import { hookMessage, shownContact, shownConversation } from './shapes.ts'
import { Hooks } from './webhooks.ts'

export class Account {
  knobs: ChatwootKnobs = plainKnobs
  /** Seconds since 1970; null: the real clock. */
  clock: number | null = null
  /** Searches in the last minute, ms since 1970. */
  searches: number[] = []
  /** Lists given so far: what has no order is in another one each time. */
  lists = 0
  readonly contacts = new Contacts(
    () => this.now(),
    () => this.knobs,
  )
  readonly conversations = new Conversations(
    () => this.now(),
    (id) => this.contacts.known(id).name,
  )
  readonly hooks = new Hooks(() => this.knobs)

  begin(given: GivenConversation): Conversation {
    const one = this.conversations.begin(given)
    this.#noteActivity(one)
    this.tellOfConversation('conversation_created', one)
    return one
  }

  say(one: Conversation, given: Given): Message {
    const said = this.conversations.say(one, given)
    this.#noteActivity(one)
    this.hooks.tell('message_created', hookMessage(said, this.show(one)))
    return said
  }

  /** A message moves the time of the contact too; an edit of the contact does not. */
  #noteActivity({ contactId, last_activity_at: at }: Conversation): void {
    this.contacts.known(contactId).lastActivityAt = at
  }

  /** Milliseconds since 1970 UTC. */
  now(): number {
    return this.clock === null ? Date.now() : this.clock * 1000
  }

  show(one: Conversation): Given {
    return shownConversation(one, this.contacts.known(one.contactId))
  }

  tellOfContact(event: 'contact_created' | 'contact_updated', one: Contact): void {
    const changed = event === 'contact_updated' ? { changed_attributes: [] } : {}
    this.hooks.tell(event, { ...shownContact(one), ...changed })
  }

  tellOfConversation(event: string, one: Conversation): void {
    this.hooks.tell(event, this.show(one))
  }
}
