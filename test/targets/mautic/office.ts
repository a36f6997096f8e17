/** What the flows of Mautic share: Marshal and a site, and questions to both. */
import { mailingOffice, type MailingOffice } from '../../support/mailing-office.ts'
import type { MauticStandIn } from './stand-in.ts'
import { mauticTarget } from './target.ts'

export interface Office extends MailingOffice<MauticStandIn> {
  readonly site: MauticStandIn
  /** Messages of what was refused. */
  refusals(): Promise<readonly string[]>
}

/** Marshal with Mautic as a target, and what both have. */
export async function office(
  settings: Readonly<Record<string, unknown>> = {},
  secrets: Readonly<Record<string, string>> = {},
): Promise<Office> {
  const marshal = await mailingOffice(mauticTarget, { secrets, config: { settings } })
  return Object.assign(marshal, {
    site: marshal.server,
    async refusals() {
      const { failures } = await marshal.client.failures.list({ limit: 10 })
      return failures.map(({ message }) => message)
    },
  })
}
