/**
 * Marshal as a desk of a hub: everything there is goes to the hub and comes from it, under the same ids. The hub decides
 * about what was changed on both sides and who holds a bib; this side sends what it has, and takes over what was decided.
 * A person does not fill this in: joining (`devices.join`) pairs with the hub and sets the target up.
 */
import { z } from 'zod'
import {
  changesPage,
  changesTaken,
  clockHeader,
  firstHand,
  hubDefinitions,
  hubProtocol,
  hubStatus,
  longestWait,
  protocolHeader,
} from '../../../contract/hub.ts'
import { defineAdapter } from '../kit/define-adapter.ts'
import { everythingInOwnTerms } from '../kit/own-terms.ts'
import { inBatches, sendBatches } from '../kit/send-batches.ts'
import type { FromRemote, RemoteBody, Resource } from '../kit/resource.ts'
import { Feed } from './feed.ts'
import { push } from './push.ts'

/** Under the same ids as here; each record tells who changed it last. */
function withHand(resource: Resource): Resource {
  return {
    ...resource,
    sameIds: true,
    fromRemote(raw: RemoteBody): FromRemote {
      const { success, data } = firstHand.safeParse(raw['@hand'])
      return { ...resource.fromRemote!(raw), ...(success ? { hand: data } : {}) }
    },
  }
}

/** Changes in one request. */
const batchSize = 500

export const marshal = defineAdapter({
  manifest: {
    name: 'marshal',
    label: 'Marshal hub',
    description: 'The laptop in the race office that keeps several desks together.',
    kind: 'master',
    direction: 'both',
    auth: ['bearer'],
    settings: z.object({
      fingerprint: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .meta({
          title: 'Fingerprint of the hub',
          description: 'SHA-256 of its certificate. Another hub at the same address is refused.',
        }),
    }),
    choosesRecords: ['fingerprint'],
    secrets: [{ key: 'token', label: 'Key of this device', required: true }],
    resources: everythingInOwnTerms({ direction: 'both', changes: 'since' }).map(withHand),
    limits: { concurrency: 4, batchSize },
    idempotency: 'key',
    batches: true,
    defaults: { mode: 'mirror', conflicts: 'master-wins' },
    hub: true,
    pin: (settings) => String(settings['fingerprint']),
  },
  // Another version of Marshal: nothing of a record is wrong.
  reads: ({ status }) => (status === 426 ? 'config' : null),
  headers: { [protocolHeader]: String(hubProtocol) },
  async connect({ client, clock }) {
    const feed = new Feed((query, signal) =>
      client
        .json(changesPage, {
          ...{ method: 'GET', path: '/hub/changes', query, missing: 'config', signal },
          headers: { [clockHeader]: String(clock.now()) },
        })
        .then(({ value }) => value),
    )
    return {
      async probe(signal) {
        await client.json(hubStatus, {
          ...{ method: 'GET', path: '/hub/status', missing: 'config', signal },
        })
      },
      history: (signal) => feed.epoch(signal),
      definedOn: (signal) => feed.definedOn(signal),
      define: (body, signal) =>
        client
          .json(hubDefinitions, {
            ...{ method: 'POST', path: '/hub/definitions', body, signal },
            ...{ effect: 'repeatable', missing: 'config' },
          })
          .then(({ value }) => value),
      watch: async (place, signal) => {
        const wait = place === null ? 0 : longestWait
        return feed.newest(place, wait, signal)
      },
      changes: (entity, cursor, signal) => feed.page(entity, cursor, signal),
      send: (entity, changes, signal) => {
        feed.forget()
        return sendBatches(inBatches(changes, batchSize), (batch) =>
          push(
            async (body) =>
              (
                await client.json(changesTaken, {
                  ...{ method: 'POST', path: '/hub/changes', body, signal },
                  ...{ effect: 'repeatable', missing: 'config' },
                })
              ).value.outcomes,
            entity,
            batch,
          ),
        )
      },
    }
  },
})
