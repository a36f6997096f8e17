import type { CoreAnswer, CoreRequest, RequestHeaders } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { inventedPeople } from '../kit/invented-people.ts'
import { tooManyRequests } from '../kit/problem.ts'
import { collectionNames, type CollectionName } from './collections.ts'
import { readTarget, TagServer, type TagServerChange } from './core.ts'
import { openJournal } from './journal.ts'
import { pageAnswer, type ShownChange } from './page.ts'

const mostInFlight = 8
const shownChanges = 25

/** TagServer: the contract Marshal assumes, see `core.ts` for its silent corners. A page at `/` shows what arrives. */
export const tagserver: StandIn = {
  name: 'tagserver',
  system: 'TagServer',
  plays: [
    'A timing system: organisations, people, events, races, start groups, tags and participants under /api.',
    'At most 8 requests in flight per key; a bib or tag given twice is refused with 409.',
    'A page at / shows what arrives. The interface is an assumption: the real one is not public.',
  ],
  port: 4791,
  oddities: {
    unfiltered: {
      says: 'lists of people ignore every filter, so that nothing can be looked up',
      knobs: { unfiltered: ['people'] },
    },
  },
  signIn: (key) => ({ auth: 'api-key', secrets: { apiKey: key }, settings: {} }),
  make,
}

function make({ key, seed, contentFile }: StandInOptions) {
  let changes: ShownChange[] = []
  const server = new TagServer({
    apiKey: key,
    onChange: (change) => {
      journal?.append(change)
      changes.unshift(shown(server, change))
      if (changes.length > shownChanges) changes.pop()
    },
  })
  const journal =
    contentFile === null ? null : openJournal(contentFile, (change) => server.replay(change))
  // What is kept from before is the content.
  if (seed !== null && Object.values(server.counts()).every((count) => count === 0))
    fill(server, seed)

  function answer(request: CoreRequest): CoreAnswer {
    const { method, target, body, headers } = request
    return (
      pageAnswer(request, () => ({ counts: server.counts(), changes })) ??
      server.answer(method, target, body, keyOf(headers))
    )
  }

  return {
    collectionOf: (target: string) => readTarget(target)?.collection ?? '',
    answer,
    inFlight: {
      keyOf: (headers: RequestHeaders) => keyOf(headers) ?? '',
      limit: mostInFlight,
      refusal: tooManyRequests(mostInFlight),
    },
    reset: () => {
      server.unfiltered = new Set()
      server.reset()
      changes = []
      if (seed !== null) fill(server, seed)
    },
    close: () => journal?.close(),
    commands: {
      counts: () => server.counts(),
      dump: (collection?: CollectionName) =>
        collection === undefined
          ? Object.fromEntries(collectionNames.map((name) => [name, server.dump(name)]))
          : server.dump(collection),
      load: (order: { collection: CollectionName; entities: Record<string, unknown>[] }) =>
        server.load(order.collection, order.entities),
      knobs: ({ unfiltered }: { unfiltered: readonly CollectionName[] }) => {
        server.unfiltered = new Set(unfiltered)
      },
      key: (accepted?: string) => {
        if (accepted !== undefined) server.apiKey = accepted
        return server.apiKey
      },
    },
  }
}

/** An event with a race, a start group and people in it. */
function fill(server: TagServer, seed: number): void {
  const one = (collection: CollectionName, body: Record<string, unknown>) => ({
    id: server.load(collection, [body])[0],
  })
  const event = one('events', { name: `Test run ${seed}`, city: 'Cape Town' })
  const race = one('races', { name: '10 km', event, distanceMeters: 10_000, status: 'PLANNED' })
  const startGroup = one('start-groups', { name: 'A', race })
  for (const { gender, bib, ...known } of inventedPeople(seed)) {
    const person = one('people', { ...known, gender: gender.toUpperCase() })
    const eventParticipant = one('event-participants', { event, person, number: bib, active: true })
    one('start-group-participants', { startGroup, eventParticipant })
  }
}

function keyOf(headers: RequestHeaders): string | undefined {
  const key = headers['x-api-key']
  return typeof key === 'string' ? key : undefined
}

function shown(server: TagServer, change: TagServerChange): ShownChange {
  return {
    at: new Date().toISOString(),
    kind: change.kind,
    collection: change.collection,
    id: change.entity.id,
    label: change.kind === 'deleted' ? '' : server.labelOf(change.collection, change.entity),
  }
}
