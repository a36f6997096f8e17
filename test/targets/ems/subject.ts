/** What the tests of the EMS adapter share: its stand-in as a server of the suite, and a well furnished one. */
import {
  eventCollections,
  isEventEntity,
  type EventEntity,
} from '../../../main/engine/targets/kit/event-collections.ts'
import type { EmsStandIn } from './stand-in.ts'
import type { PullServer } from '../conformance/server.ts'

export const emsKey = 'canary-ems-90d1c2'

/** What the samples of the suite refer to by name. */
const samples = [1, 2, 7000].map((n) => `Zoë “Šárka” O'Neil 王${n}`)

export const furniture = {
  categories: [...samples, 'Elite'],
  tagTypes: samples,
  numbers: ['001', '002', '007000', '42', '0042', '0043', '0044'],
}

export function emsServer(process: EmsStandIn): PullServer {
  return {
    process,
    auth: 'api-key',
    secrets: { apiKey: emsKey },
    fills: { event: ['organiser'] },
    // Countries and the like are asked for first.
    writes: { pathPattern: '^/api/people(/\\d+)?$' },
    lockOut: () => process.setKey('another-key'),
    letIn: () => process.setKey(emsKey),
    async stored(entity) {
      if (!isEventEntity(entity)) return []
      const all = await process.dump(eventCollections[entity])
      return all.map((body) => ({ remoteId: String(body.id), body }))
    },
    async putTogether(entity, count, prefix) {
      const [country] = await process.dump('countries')
      const people = Array.from({ length: count }, (_, n) => ({
        lastName: `${prefix} ${n}`,
        identityCountry: { id: country?.id },
      }))
      const ids = await process.load(eventCollections[entity as EventEntity], people)
      return ids.map(String)
    },
    removeThere: (entity, remoteId) =>
      process.remove(eventCollections[entity as EventEntity], Number(remoteId)),
  }
}
