import { inventedPeople } from '../kit/invented-people.ts'
import type { StandInCore } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { answerTo, database, login, type Site } from './interfaces.ts'
import { plainKnobs, type OpensppKnobs } from './knobs.ts'
import { Store, type Given, type Row } from './store.ts'

/** OpenSPP: registrants on Odoo, by JSON-RPC, or by JSON-2 in its newer release. */
export const openspp: StandIn = {
  name: 'openspp',
  system: 'OpenSPP',
  plays: [
    'Registrants, groups, memberships and identity numbers on Odoo 17, by JSON-RPC: refusals come with 200.',
    'Partners that are no registrants are among them, empty is false, and nobody may delete a registrant.',
    'As Odoo 19 it has the newer modules, JSON-2 with real statuses, and names in capitals.',
  ],
  port: 4811,
  oddities: {
    'newer-release': {
      says: 'is Odoo 19 with the newer modules',
      knobs: { release: 19, family: 'spp' },
    },
    'rpc-off': { says: 'has its older interface switched off', knobs: { rpcOff: true } },
    collisions: { says: 'gives up five writes because of others', knobs: { collisions: 5 } },
  },
  signIn: (key) => ({
    auth: 'api-key',
    secrets: { apiKey: key },
    settings: { database, login },
  }),
  make,
}

function make({ key, seed }: StandInOptions): StandInCore {
  let site = begin()

  function begin(knobs: OpensppKnobs = plainKnobs): Site {
    const store = new Store(knobs.family)
    store.clock = Date.UTC(2026, 4, 3, 5)
    for (const person of seed === null ? [] : inventedPeople(seed)) {
      const { firstName, lastName, dateOfBirth, email } = person
      store.create('res.partner', {
        ...{ is_registrant: true, given_name: firstName, family_name: lastName, email },
        ...{ birthdate: dateOfBirth, name: `${lastName}, ${firstName}`.toUpperCase() },
      })
    }
    store.clock = null
    return { store, key, knobs }
  }
  const partners = () => [...site.store.table('res.partner').values()]

  return {
    collectionOf: (target) => /^\/json\/2\/([\w.]+)/.exec(target)?.[1] ?? '',
    answer: (request) => answerTo(site, request),
    inFlight: null,
    reset: () => {
      site = begin()
    },
    commands: {
      /** Rows of a model, as they are kept. */
      dump: (model: string) => [...site.store.table(model).values()],
      registrants: () => partners().filter((row: Row) => row['is_registrant']),
      create: ({ model, rows }: { model: string; rows: readonly Given[] }) =>
        rows.map((row) => site.store.create(model, row)),
      write: ({ model, id, given }: { model: string; id: number; given: Given }) =>
        site.store.write(model, [id], given),
      clock: (ms: number | null) => {
        site.store.clock = ms
      },
      knobs: (turned: Partial<OpensppKnobs>) => {
        const knobs = { ...site.knobs, ...turned }
        // Another family is another registry.
        if (knobs.family === site.knobs.family) site.knobs = knobs
        else site = { ...begin(knobs), key: site.key }
      },
      key: (now: string) => {
        site = { ...site, key: now }
      },
    },
  }
}
