/** What the tests of the Mautic adapter share: its stand-in as a server of the suite. */
import { webhookJson } from '../../../main/stand-ins/mautic/webhooks.ts'
import type { PullServer } from '../conformance/server.ts'
import type { WebhookServer } from '../conformance/webhooks.ts'
import type { MauticStandIn } from './stand-in.ts'

export const mauticKey = 'canary-mautic-password'
export const hookSecret = 'canary-mautic-hook'

/** Everything a contact can be told. */
export const allFields = { birthday: 'birthday', language: 'locale_code', address: true }

export function mauticServer(process: MauticStandIn): PullServer & WebhookServer {
  return {
    process,
    auth: 'basic',
    secrets: { password: mauticKey, webhookSecret: hookSecret },
    names: { username: 'marshal' },
    settings: allFields,
    lockOut: () => process.setKey('another-key'),
    letIn: () => process.setKey(mauticKey),
    stored: async (entity) =>
      (entity === 'organisation' ? await process.companies() : await process.contacts()).map(
        (body) => ({ remoteId: String(body.id), body }),
      ),
    async putTogether(_entity, count, prefix) {
      await process.mauticClock(prefix === 'two' ? 1_777_000_002 : 1_777_000_000)
      const people = Array.from({ length: count }, (_, n) => ({
        email: `${prefix}.${n}.${at++}@example.org`,
      }))
      return (await process.load(people)).map(String)
    },
    removeThere: (_entity, remoteId) => process.removeId(Number(remoteId)),
    timed: false,
    async webhookAbout(_entity, remoteId, { deliveryId, signature = 'right' }) {
      const { headers, text } = webhookJson({
        contact: Number(remoteId),
        note: deliveryId,
        ...(signature === 'none'
          ? {}
          : { signedWith: signature === 'wrong' ? `not ${hookSecret}` : hookSecret }),
      })
      return { headers, query: {}, body: new TextEncoder().encode(text) }
    },
  }
}

let at = 0
