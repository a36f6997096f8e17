/** What the tests of the Mailchimp adapter share: its stand-in as a server of the suite. */
import { webhookForm } from '../../../main/stand-ins/mailchimp/webhooks.ts'
import type { PullServer } from '../conformance/server.ts'
import type { WebhookServer } from '../conformance/webhooks.ts'
import { audienceId, type MailchimpStandIn } from './stand-in.ts'

export const mailchimpKey = 'canary0123456789abcdef-us14'
export const hookSecret = 'canary-mailchimp-hook'

/** Every merge field the audience has. */
export const allFields = { phone: 'PHONE', birthday: 'BIRTHDAY', address: 'ADDRESS' }

export function mailchimpServer(process: MailchimpStandIn): PullServer & WebhookServer {
  return {
    process,
    auth: 'api-key',
    secrets: { apiKey: mailchimpKey, webhookSecret: hookSecret },
    settings: { audience: audienceId, ...allFields },
    // The gate in front of it answers web pages when there is too much.
    withoutJson: { 403: 'rate-limited', 503: 'rate-limited' },
    lockOut: () => process.setKey('another-key'),
    letIn: () => process.setKey(mailchimpKey),
    stored: async () => (await process.members()).map((body) => ({ remoteId: body.id, body })),
    async putTogether(_entity, count, prefix) {
      await process.audienceClock(prefix === 'two' ? 1_777_000_001 : 1_777_000_000)
      const people = Array.from({ length: count }, (_, n) => ({
        email_address: `${prefix}.${n}.${at++}@example.org`,
      }))
      return process.load(people)
    },
    removeThere: async (_entity, remoteId) => {
      const found = (await process.members()).find(({ id }) => id === remoteId)
      await process.archive(found!.email_address)
    },
    timed: true,
    async webhookAbout(_entity, remoteId, { deliveryId, agoMs = 0, signature = 'right' }) {
      const { email_address: email } = (await process.members()).find(({ id }) => id === remoteId)!
      // Who was never asked says nothing.
      await process.herself(email, 'unsubscribe')
      const { headers, text } = webhookForm({
        type: 'unsubscribe',
        email,
        id: deliveryId,
        agoMs,
        ...(signature === 'none'
          ? {}
          : { signedWith: signature === 'wrong' ? `not ${hookSecret}` : hookSecret }),
      })
      return { headers, query: {}, body: new TextEncoder().encode(text) }
    },
  }
}

let at = 0
