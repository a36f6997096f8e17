/**
 * TagServer, the in-house timing system: outbound, one record per request. Its API is not public, so this follows the
 * published conventions of the event management system around it (JHipster/Spring style REST). What a site may have to
 * correct is in this file and in `mapping.ts`; nothing here is known for certain.
 *
 * - `{url}/api/<collection>`, JSON, header `X-API-KEY`; server-assigned integer ids; references nested as `{"id": n}`.
 * - POST without id → 201 (or 200) with the entity · PUT with the whole entity and its id → 200, unknown id 404, a field
 *   left out is cleared · DELETE → 204, already gone 404.
 * - GET `?page=0&size=…&sort=id,asc&<field>.equals=…` → bare array of 2,000 at most, and `X-Total-Count`; a reference
 *   filters as `<ref>Id.equals`. A collection may ignore filters, as the system around it does for people, organisations
 *   and the names of start groups: look-ups compare again, and then read all of it.
 * - At most 8 requests in flight per key, else 429. Errors are problem+json; 409 names who holds the bib or tag.
 */
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import type { OutgoingChange } from '../kit/adapter.ts'
import { defineAdapter } from '../kit/define-adapter.ts'
import { collectionPages, entityId, findByKeys, probeCollection } from '../kit/entity-collection.ts'
import { contentKeys, eventCollections, naturalKeys } from '../kit/event-collections.ts'
import { sendItem, type ItemPlace } from '../kit/items.ts'
import { numberedPage } from '../kit/numbered-listing.ts'
import { recordsPerStep } from '../kit/records-per-step.ts'
import { sendEach } from '../kit/send-each.ts'
import { nestedId } from '../kit/shape.ts'
import { tagServerResources } from './mapping.ts'

export const tagserver = defineAdapter({
  manifest: {
    name: 'tagserver',
    label: 'TagServer',
    description:
      'The in-house timing system: gets entrants, bibs, tags and start groups. An entrant has one tag there, and of a relay team the first leg wears the bib.',
    kind: 'timing',
    direction: 'outbound',
    auth: ['api-key'],
    settings: z.object({ batchSize: recordsPerStep(200) }),
    secrets: [{ key: 'apiKey', label: 'API key', required: true }],
    resources: tagServerResources,
    limits: { concurrency: 8, batchSize: 200 },
    idempotency: 'lookup',
    batches: false,
    defaults: { mode: 'master-leads', conflicts: 'master-wins' },
  },
  apiKeyIn: { header: 'X-API-KEY' },
  async connect({ client, bindingOf }) {
    const at = (entity: EntityName, signal: AbortSignal): ItemPlace => {
      const binding = bindingOf(entity)
      return { client, path: `/api/${binding.remoteName}`, binding, signal }
    }
    return {
      probe: (signal) => probeCollection(client, `/api/${eventCollections.event}`, signal),
      send: (entity, changes, signal) => {
        const place = at(entity, signal)
        const freeUnique = (change: OutgoingChange) => freeTag(place, change)
        return sendEach(
          changes,
          { lanes: client.concurrency, signal },
          (change) => sendOne(place, change),
          entity === 'eventParticipant' ? freeUnique : undefined,
        )
      },
      changes: (entity, cursor, signal) =>
        numberedPage({ ...at(entity, signal), form: collectionPages, size: 1000 }, cursor),
      find: (entity, { body }, signal) =>
        findByKeys({
          ...at(entity, signal),
          keys: naturalKeys[entity] ?? [],
          contentKeys: contentKeys[entity] ?? [],
          body,
        }),
    }
  },
})

/** The id is in a replacement as it is in its address. */
function sendOne(place: ItemPlace, change: OutgoingChange): Promise<string> {
  if (change.action !== 'update') return sendItem(place, change, 'POST')
  const id = entityId(change.remoteId, 'TagServer')
  return sendItem(place, { ...change, body: { ...change.body, id } }, 'POST')
}

/** The tag an entrant has at the server is not theirs any more, whatever the new one is. */
async function freeTag(place: ItemPlace, change: OutgoingChange): Promise<void> {
  if (nestedId(change.body['tag']) === null) return
  await sendOne(place, { ...change, body: { ...change.body, tag: null } })
}
