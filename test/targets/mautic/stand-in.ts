/** Mautic in a process of its own, and what people there do. */
import type { MauticKnobs } from '../../../main/stand-ins/mautic/knobs.ts'
import type { MauticWebhook } from '../../../main/stand-ins/mautic/webhooks.ts'
import {
  commonArguments,
  StandInProcess,
  startStandIn,
  type StandInOptions,
} from '../../support/stand-in-process.ts'

/** A contact as it is kept there. */
export interface MauticContact {
  readonly id: number
  readonly fields: { readonly all: Readonly<Record<string, string | null>> }
  readonly tagNames: readonly string[]
  readonly segments: readonly string[]
  readonly company: string | null
  readonly doNotContact: readonly {
    readonly channel: string
    readonly reason: number
    readonly comments: string
  }[]
  readonly [field: string]: unknown
}

export class MauticStandIn extends StandInProcess {
  contacts(): Promise<readonly MauticContact[]> {
    return this.command('dump')
  }

  companies(): Promise<readonly Pick<MauticContact, 'id' | 'fields'>[]> {
    return this.command('companies')
  }

  /** The contact of an address. Fails the test where there is none. */
  async contact(email: string): Promise<MauticContact> {
    const found = (await this.contacts()).find(({ fields }) => fields.all['email'] === email)
    if (!found) throw new Error(`There is no contact ${email}.`)
    return found
  }

  /** Why nobody may write to somebody, by channel. */
  async blocks(email: string): Promise<Readonly<Record<string, number>>> {
    const { doNotContact } = await this.contact(email)
    return Object.fromEntries(doNotContact.map(({ channel, reason }) => [channel, reason]))
  }

  /** Puts people there; answers their ids. */
  load(people: readonly Readonly<Record<string, unknown>>[]): Promise<readonly number[]> {
    return this.command('load', people)
  }

  loadCompanies(
    companies: readonly Readonly<Record<string, unknown>>[],
  ): Promise<readonly number[]> {
    return this.command('loadCompanies', companies)
  }

  /** Changes a contact as somebody there would. */
  amend(email: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    return this.command('amend', { email, fields })
  }

  remove(email: string): Promise<void> {
    return this.command('remove', email)
  }

  removeId(id: number): Promise<void> {
    return this.command('removeId', id)
  }

  /** Puts somebody on the list of those nobody may write to: 1 she herself, 2 a bounce, 3 somebody there; 0 takes her off. */
  block(email: string, reason: number, channel = 'email'): Promise<void> {
    return this.command('block', { email, channel, reason })
  }

  /** The clock dates are taken from, seconds since 1970; null: the real one. */
  mauticClock(seconds: number | null): Promise<void> {
    return this.command('clock', seconds)
  }

  /** Turns knobs; those not named stay as they are. */
  turn(knobs: Partial<MauticKnobs>): Promise<void> {
    return this.command('knobs', knobs)
  }

  /** From now on only this password and client secret is accepted. */
  setKey(key: string): Promise<void> {
    return this.command('key', key)
  }

  /** No access token is good any more. */
  expire(): Promise<void> {
    return this.command('expire')
  }

  /** Access tokens given so far. */
  given(): Promise<number> {
    return this.command('given')
  }

  /** Sends a webhook; answers the status. */
  sendWebhook(url: string, webhook: MauticWebhook): Promise<number> {
    return this.command('webhook', { url, webhook })
  }
}

/** Starts a Mautic stand-in with nobody in it. Call `stop()` when done. */
export async function startMautic(
  options: StandInOptions & { readonly key?: string } = {},
): Promise<MauticStandIn> {
  const { child, url } = await startStandIn('mautic', [
    ...commonArguments(options),
    '--key',
    options.key ?? 'stand-in-key',
  ])
  return new MauticStandIn(child, url)
}

/** What it tells of people to somebody who signs in with the key `k`. */
export async function people(url: string): Promise<readonly unknown[]> {
  const headers = { authorization: `Basic ${btoa('marshal:k')}` }
  const answer = await fetch(`${url}/api/contacts?limit=100`, { headers })
  return Object.values(((await answer.json()) as { contacts: object }).contacts)
}
