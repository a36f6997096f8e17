/** Chatwoot in a process of its own, and what people there do. */
import type { GivenConversation } from '../../../main/stand-ins/chatwoot/conversations.ts'
import type { ChatwootKnobs } from '../../../main/stand-ins/chatwoot/knobs.ts'
import {
  commonArguments,
  StandInProcess,
  startStandIn,
  type StandInOptions,
} from '../../support/stand-in-process.ts'

type Given = Readonly<Record<string, unknown>>

/** A contact as it is kept there. */
export interface ChatwootContact extends Given {
  readonly id: number
  readonly name: string
  readonly email: string | null
  readonly phone_number: string | null
  readonly identifier: string | null
  readonly custom_attributes: Given
  readonly additional_attributes: Given
}

export class ChatwootStandIn extends StandInProcess {
  contacts(): Promise<readonly ChatwootContact[]> {
    return this.command('dump')
  }

  /** The contact of this name. Fails the test where there is none. */
  async contact(name: string): Promise<ChatwootContact> {
    const found = (await this.contacts()).find((one) => one.name === name)
    if (!found) throw new Error(`There is no contact ${name}.`)
    return found
  }

  /** Puts people there; answers their ids. */
  load(people: readonly Given[]): Promise<readonly number[]> {
    return this.command('load', people)
  }

  /** Changes a contact as somebody there would. */
  amend(id: number, fields: Given): Promise<void> {
    return this.command('amend', { id, fields })
  }

  remove(id: number): Promise<void> {
    return this.command('remove', id)
  }

  /** The contact has a chat open from now on. */
  online(id: number): Promise<void> {
    return this.command('online', id)
  }

  /** Makes one contact of two; the other's id is gone. */
  merge(base: number, other: number): Promise<void> {
    return this.command('merge', { base, other })
  }

  begin(conversation: GivenConversation): Promise<Given & { readonly id: number }> {
    return this.command('begin', conversation)
  }

  say(id: number, message: Given): Promise<Given & { readonly id: number }> {
    return this.command('say', { id, message })
  }

  resolve(id: number): Promise<void> {
    return this.command('resolve', id)
  }

  /** Deletes a conversation, as an administrator may. */
  drop(id: number): Promise<void> {
    return this.command('drop', id)
  }

  /** The clock times are taken from, seconds since 1970; null: the real one. */
  chatwootClock(seconds: number | null): Promise<void> {
    return this.command('clock', seconds)
  }

  /** Turns knobs; those not named stay as they are. */
  turn(knobs: Partial<ChatwootKnobs>): Promise<void> {
    return this.command('knobs', knobs)
  }

  /** From now on only this token is accepted. */
  setKey(key: string): Promise<void> {
    return this.command('key', key)
  }

  /** Webhooks go there from now on; answers what they are signed with. */
  hook(url: string, subscriptions: readonly string[]): Promise<string> {
    return this.command('hook', { url, subscriptions })
  }

  /** When every webhook was sent. */
  told(): Promise<void> {
    return this.command('told')
  }
}

/** Starts a Chatwoot stand-in with nobody in it. Call `stop()` when done. */
export async function startChatwoot(
  options: StandInOptions & { readonly key?: string } = {},
): Promise<ChatwootStandIn> {
  const { child, url } = await startStandIn('chatwoot', [
    ...commonArguments(options),
    '--key',
    options.key ?? 'stand-in-key',
  ])
  return new ChatwootStandIn(child, url)
}

/** What it tells of people to somebody whose token is `k`. */
export async function people(url: string): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for (let page = 1; ; page++) {
    const answer = await fetch(`${url}/api/v1/accounts/1/contacts?sort=name&page=${page}`, {
      headers: { 'api-access-token': 'k' },
    })
    const { payload } = (await answer.json()) as { payload: unknown[] }
    if (payload.length === 0) return found
    found.push(...payload)
  }
}
