/**
 * TagServer stand-in: the demonstration TagServer's core (the contract Marshal assumes; see its
 * docstring for the silent corners) with the limit of 8 requests in flight per key, as a separate
 * process with faults. `node main/stand-ins/tagserver/server.ts --port 4790 --key secret`
 */
import { TagServer, readTarget } from './core.ts'
import type { CollectionName } from './collections.ts'
import { collectionNames } from './collections.ts'
import { tooManyRequests } from '../kit/problem.ts'
import type { RequestHeaders } from '../kit/stand-in-core.ts'
import { runStandIn } from '../kit/stand-in-process.ts'

const mostInFlight = 8

function keyOf(headers: RequestHeaders): string | undefined {
  const key = headers['x-api-key']
  return typeof key === 'string' ? key : undefined
}

await runStandIn(({ key }) => {
  const server = new TagServer({ apiKey: key })
  return {
    collectionOf: (target) => readTarget(target)?.collection ?? '',
    answer: ({ method, target, body, headers }) =>
      server.answer(method, target, body, keyOf(headers)),
    inFlight: {
      keyOf: (headers) => keyOf(headers) ?? '',
      limit: mostInFlight,
      refusal: tooManyRequests(mostInFlight),
    },
    reset: () => {
      server.unfiltered = new Set()
      server.reset()
    },
    commands: {
      counts: () => server.counts(),
      dump: (collection?: CollectionName) =>
        collection === undefined
          ? Object.fromEntries(collectionNames.map((name) => [name, server.dump(name)]))
          : server.dump(collection),
      load: (order: { collection: CollectionName; entities: Record<string, unknown>[] }) =>
        server.load(order.collection, order.entities),
      unfiltered: (collections: readonly CollectionName[]) => {
        server.unfiltered = new Set(collections)
      },
      key: (accepted?: string) => {
        if (accepted !== undefined) server.apiKey = accepted
        return server.apiKey
      },
    },
  }
})
