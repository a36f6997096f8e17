/**
 * EMS stand-in: the master system of events and entrants as its published description has it, as a separate process with
 * knobs for what the description leaves open. `node main/stand-ins/ems/server.ts --port 4792 --key secret`
 */
import type { RequestHeaders } from '../kit/stand-in-core.ts'
import { runStandIn } from '../kit/stand-in-process.ts'
import type { CollectionName } from './dtos.ts'
import { EmsServer } from './core.ts'
import type { EmsFurniture, EmsKnobs } from './knobs.ts'
import { plainFurniture } from './knobs.ts'

await runStandIn(({ key }) => {
  const server = new EmsServer(key)
  const isSignedIn = (headers: RequestHeaders): boolean =>
    headers['x-api-key'] === server.apiKey || headers.authorization === `Bearer ${server.apiKey}`
  return {
    collectionOf: (target) => target.split(/[/?]/)[2] ?? '',
    answer: ({ method, target, body, headers }) =>
      server.answer(method, target, body, isSignedIn(headers)),
    inFlight: null,
    reset: () => server.reset(),
    commands: {
      dump: (collection: CollectionName) => server.dump(collection),
      load: (order: { collection: CollectionName; entities: Record<string, unknown>[] }) =>
        server.load(order.collection, order.entities),
      amend: (order: { collection: CollectionName; id: number; fields: Record<string, unknown> }) =>
        server.amend(order.collection, order.id, order.fields),
      remove: (order: { collection: CollectionName; id: number }) =>
        server.remove(order.collection, order.id),
      knobs: (turned: Partial<EmsKnobs>) => {
        server.knobs = { ...server.knobs, ...turned }
      },
      furnish: (furniture: Partial<EmsFurniture>) =>
        server.reset({ ...plainFurniture, ...furniture }),
      key: (accepted?: string) => {
        if (accepted !== undefined) server.apiKey = accepted
        return server.apiKey
      },
    },
  }
})
