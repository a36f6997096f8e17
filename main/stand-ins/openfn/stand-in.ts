import { inventedPeople } from '../kit/invented-people.ts'
import { json } from '../kit/problem.ts'
import type { CoreAnswer, CoreRequest, StandInCore } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { answerCollection, collectionName } from './collections.ts'
import { plainKnobs, type OpenfnKnobs } from './knobs.ts'
import { Store } from './store.ts'
import { answerWebhook, finish, triggerId } from './webhook.ts'
import { Workflow } from './workflow.ts'

/** OpenFn: a webhook that starts a workflow, and the collection the workflow writes into. */
export const openfn: StandIn = {
  name: 'openfn',
  system: 'OpenFn',
  plays: [
    'A webhook below /i/ that queues whatever is posted, and its workflow, which keeps each record in a collection.',
    'The collection "marshal" below /collections/, with a token of its own. A wrong key is told that there is no such webhook.',
    'It knows nothing that was sent before: what comes twice is two runs.',
  ],
  port: 4810,
  path: `/i/${triggerId}`,
  oddities: {
    'switched-off': { says: 'its webhook is switched off', knobs: { trigger: 'disabled' } },
    'no-runs': {
      says: 'answers 200 although no run will take it',
      knobs: { runs: 'soft-limit' },
    },
    'no-runs-at-all': { says: 'takes no more runs', knobs: { runs: 'hard-limit' } },
    'older-build': {
      says: 'is an older build, which tells less',
      knobs: { build: 'older', cursor: 'time' },
    },
    'small-plan': { says: 'takes 20 KB at most', knobs: { largestBody: 20_000 } },
    'slow-runs': {
      says: 'waits for each run, and they take too long',
      knobs: { reply: 'after_completion', run: 'timeout' },
    },
    'two-projects': {
      says: 'has two projects with a collection of this name',
      knobs: { twoProjects: true },
    },
  },
  signIn: (key) => ({
    auth: 'api-key',
    secrets: { apiKey: key, collectionToken: tokenFor(key) },
    settings: { collection: collectionName },
  }),
  make,
}

/** A token is a person's, and none of a webhook's keys. */
export const tokenFor = (key: string) => `pat-${key}`

function make({ key, seed }: StandInOptions): StandInCore {
  let knobs = plainKnobs
  let accepted = key
  let store = begin(seed)
  let workflow = new Workflow(store)

  const platform = () => ({ knobs, key: accepted, store, workflow })
  function answer(request: CoreRequest): CoreAnswer {
    if (/^\/i\/./.test(request.target)) return answerWebhook(platform(), request)
    if (/^\/collections\/./.test(request.target)) {
      return answerCollection({ knobs, store, token: tokenFor(accepted) }, request)
    }
    return json(404, { error: 'Not Found' })
  }

  return {
    collectionOf: (target) => /^\/(i|collections)\//.exec(target)?.[1] ?? '',
    answer,
    inFlight: null,
    reset: () => {
      knobs = plainKnobs
      accepted = key
      store = begin(seed)
      workflow = new Workflow(store)
    },
    commands: {
      dump: () => [...store.items.values()],
      workOrders: () => store.workOrders,
      run: () => {
        for (const order of store.workOrders) {
          if (order.state === 'pending') finish(platform(), order)
        }
      },
      put: (items: { key: string; value: string }[]) => {
        for (const { key: at, value } of items) store.put(at, value)
      },
      clock: (ms: number | null) => {
        store.clock = ms
      },
      knobs: (turned: Partial<OpenfnKnobs>) => {
        knobs = { ...knobs, ...turned }
      },
      key: (now: string) => {
        accepted = now
      },
    },
  }
}

/** Invented people in the collection, where there is a seed. */
function begin(seed: number | null): Store {
  const store = new Store()
  store.clock = Date.UTC(2026, 4, 3, 5)
  for (const { bib, ...person } of seed === null ? [] : inventedPeople(seed)) {
    const timestamp = new Date(store.now()).toISOString()
    store.put(`person:${bib}`, JSON.stringify({ ...person, entity: 'person', timestamp }))
  }
  store.clock = null
  return store
}
