/** Mailchimp in a process of its own, and what people there do. */
import type { StoredMember } from '../../../main/stand-ins/mailchimp/audience.ts'
import type { AudienceKnobs } from '../../../main/stand-ins/mailchimp/knobs.ts'
import type { FormWebhook } from '../../../main/stand-ins/mailchimp/webhooks.ts'
import {
  commonArguments,
  StandInProcess,
  startStandIn,
  type StandInOptions,
} from '../../support/stand-in-process.ts'

export { audienceId, hashOf } from '../../../main/stand-ins/mailchimp/audience.ts'

/** A member as she is kept there, with all her tags by name. */
export interface MailchimpMember {
  readonly id: string
  readonly email_address: string
  readonly status: string
  readonly merge_fields: Readonly<Record<string, unknown>>
  readonly tags: readonly string[]
  readonly [field: string]: unknown
}

export class MailchimpStandIn extends StandInProcess {
  /** Everybody, archived ones too. */
  everybody(): Promise<readonly MailchimpMember[]> {
    return this.command('dump')
  }

  /** Everybody who is not archived. */
  async members(): Promise<readonly MailchimpMember[]> {
    return (await this.everybody()).filter(({ status }) => status !== 'archived')
  }

  /** The member of an address. Fails the test where there is none. */
  async member(email: string): Promise<MailchimpMember> {
    const found = (await this.everybody()).find((one) => one.email_address === email)
    if (!found) throw new Error(`There is no member ${email}.`)
    return found
  }

  /** Puts people there, subscribed unless told otherwise; answers their ids. */
  load(
    people: readonly (Readonly<Record<string, unknown>> & { readonly email_address: string })[],
  ): Promise<readonly string[]> {
    return this.command('load', people)
  }

  /** Changes a member as somebody there would. */
  amend(email: string, fields: Partial<StoredMember>): Promise<void> {
    return this.command('amend', { email, fields })
  }

  /** What she does herself: nobody else can undo an `unsubscribe`. */
  herself(email: string, does: 'subscribe' | 'unsubscribe' | 'bounce'): Promise<void> {
    return this.command('herself', { email, does })
  }

  archive(email: string): Promise<void> {
    return this.command('archive', email)
  }

  /** Deletes an address for good. */
  forget(email: string): Promise<void> {
    return this.command('forget', email)
  }

  /** Lets tags be seen that were set late. */
  settle(): Promise<void> {
    return this.command('settle')
  }

  /** The clock `last_changed` is taken from, seconds since 1970; null: the real one. */
  audienceClock(seconds: number | null): Promise<void> {
    return this.command('clock', seconds)
  }

  /** Turns knobs; those not named stay as they are. */
  turn(knobs: Partial<AudienceKnobs>): Promise<void> {
    return this.command('knobs', knobs)
  }

  /** From now on only this key is accepted. */
  setKey(key: string): Promise<void> {
    return this.command('key', key)
  }

  /** Whether an address answers when somebody looks in there. */
  looksIn(url: string): Promise<boolean> {
    return this.command('looksIn', url)
  }

  /** Sends a webhook; answers the status. */
  sendWebhook(url: string, webhook: FormWebhook): Promise<number> {
    return this.command('webhook', { url, webhook })
  }
}

/** Starts a Mailchimp stand-in with an audience of nobody. Call `stop()` when done. */
export async function startMailchimp(
  options: StandInOptions & { readonly key?: string } = {},
): Promise<MailchimpStandIn> {
  const { child, url } = await startStandIn('mailchimp', [
    ...commonArguments(options),
    '--key',
    options.key ?? 'stand-in-key',
  ])
  return new MailchimpStandIn(child, url)
}
