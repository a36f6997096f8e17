/** What the tests of the Chatwoot adapter share: its stand-in as a server of the suite. */
import { webhookJson } from '../../../main/stand-ins/chatwoot/webhooks.ts'
import type { PullServer } from '../conformance/server.ts'
import type { WebhookServer } from '../conformance/webhooks.ts'
import type { ChatwootStandIn } from './stand-in.ts'

export const chatwootKey = 'canary-chatwoot-token'
export const hookSecret = 'canary-chatwoot-hook'

export function chatwootServer(process: ChatwootStandIn): PullServer & WebhookServer {
  return {
    process,
    auth: 'api-key',
    secrets: { apiKey: chatwootKey, webhookSecret: hookSecret },
    settings: { account: '1', birthDate: true },
    lockOut: () => process.setKey('another-key'),
    letIn: () => process.setKey(chatwootKey),
    stored: async () =>
      (await process.contacts()).map((body) => ({ remoteId: String(body.id), body })),
    async putTogether(_entity, count, prefix) {
      await process.chatwootClock(prefix === 'two' ? 1_777_000_010 : 1_777_000_000)
      const people = Array.from({ length: count }, () => ({
        name: `Somebody ${prefix}`,
        email: `${prefix}.${at++}@example.org`,
      }))
      return (await process.load(people)).map(String)
    },
    removeThere: (_entity, remoteId) => process.remove(Number(remoteId)),
    tellsDeletions: false,
    timed: true,
    async webhookAbout(_entity, remoteId, { deliveryId, agoMs = 0, signature = 'right' }) {
      const { headers, text } = webhookJson({
        ...{ event: 'contact_updated', data: { id: Number(remoteId) }, deliveryId, agoMs },
        ...(signature === 'none'
          ? {}
          : { signedWith: signature === 'wrong' ? `not ${hookSecret}` : hookSecret }),
      })
      return { headers, query: {}, body: new TextEncoder().encode(text) }
    },
  }
}

let at = 0
