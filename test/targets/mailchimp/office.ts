/** An office with a Mailchimp audience: what the flow tests do there. */
import { mailingOffice, type MailingOffice } from '../../support/mailing-office.ts'
import { audienceId, type MailchimpStandIn } from './stand-in.ts'
import { mailchimpTarget } from './target.ts'

export interface Office extends MailingOffice<MailchimpStandIn> {
  readonly list: MailchimpStandIn
}

/** Starts an engine whose target `timing` is a fresh audience. */
export async function office(
  settings: Readonly<Record<string, unknown>> = {},
  secrets: Readonly<Record<string, string>> = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<Office> {
  const own = { settings: { audience: audienceId, ...settings }, ...config }
  const marshal = await mailingOffice(mailchimpTarget, { secrets, config: own })
  return Object.assign(marshal, { list: marshal.server })
}
