import type { CoreRequest, RequestHeaders } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { inventedPeople } from '../kit/invented-people.ts'
import type { CollectionName } from './dtos.ts'
import { EmsServer } from './core.ts'
import type { EmsFurniture, EmsKnobs } from './knobs.ts'
import { plainFurniture } from './knobs.ts'

/** EMS: the master system as its published description has it, with knobs for what the description leaves open. */
export const ems: StandIn = {
  name: 'ems',
  system: 'EMS',
  plays: [
    'A master system of events and entrants: its published description under /api, JHipster habits where that is silent.',
    'Nothing tells what changed: everything is listed. A reference to nothing is refused with 400.',
    'Deleting what others refer to, and a number or tag given twice, are refused with 409.',
  ],
  port: 4792,
  oddities: {
    'no-patch': { says: 'knows no PATCH, only whole records', knobs: { patch: false } },
    'no-search': { says: 'cannot search people', knobs: { searches: false } },
    'nulls-ignored': { says: 'a null in a PATCH clears nothing', knobs: { patchNulls: 'ignore' } },
    'ids-only': {
      says: 'what is nested in the answer to a change is its id alone',
      knobs: { changedNests: 'ids' },
    },
    'total-count': { says: 'lists tell their length', knobs: { totalCount: true } },
    'small-pages': { says: 'cuts every page to ten records', knobs: { largestPage: 10 } },
    unordered: { says: 'lists come in no order', knobs: { unordered: true } },
  },
  signIn: (key) => ({ auth: 'api-key', secrets: { apiKey: key }, settings: {} }),
  make,
}

function make({ key, seed }: StandInOptions) {
  const server = new EmsServer(key)
  const isSignedIn = (headers: RequestHeaders): boolean =>
    headers['x-api-key'] === server.apiKey || headers.authorization === `Bearer ${server.apiKey}`
  const start = (furniture?: EmsFurniture): void => {
    server.reset(furniture)
    if (seed !== null) fill(server, seed)
  }
  if (seed !== null) fill(server, seed)
  return {
    collectionOf: (target: string) => target.split(/[/?]/)[2] ?? '',
    answer: ({ method, target, body, headers }: CoreRequest) =>
      server.answer(method, target, body, isSignedIn(headers)),
    inFlight: null,
    reset: () => start(),
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
      furnish: (furniture: Partial<EmsFurniture>) => start({ ...plainFurniture, ...furniture }),
      key: (accepted?: string) => {
        if (accepted !== undefined) server.apiKey = accepted
        return server.apiKey
      },
    },
  }
}

/** People of the first country. */
function fill(server: EmsServer, seed: number): void {
  const [country] = server.dump('countries')
  for (const { gender, bib: _, ...known } of inventedPeople(seed)) {
    const identityCountry = { id: country?.['id'] }
    server.load('people', [{ ...known, gender: gender.toUpperCase(), identityCountry }])
  }
}
