/**
 * RunSignup: registrations both ways, polled; their race is our event, their events our races, their users our persons.
 * What does not travel is said in `mapping.ts`, what is not known for certain in `api.ts`.
 */
import { checkSteps } from '../kit/check-steps.ts'
import { defineAdapter, type Connecting, type OwnConnection } from '../kit/define-adapter.ts'
import { mostInFlight } from './api.ts'
import { Editions } from './editions.ts'
import { errorIn } from './error-codes.ts'
import { LookUp } from './look-up.ts'
import { chipOf, runSignupResources } from './mapping.ts'
import { Pull } from './pull.ts'
import { Push } from './push.ts'
import { listEvents, listRaces } from './race-choices.ts'
import { ReadBack } from './read-back.ts'
import { chipRecord } from './rows.ts'
import { configure, secrets, settings, signIn, signIns } from './settings.ts'
import { Site } from './site.ts'

export const runsignup = defineAdapter({
  manifest: {
    name: 'runsignup',
    label: 'RunSignup',
    description:
      'Registrations of a race: brings entrants and their races in, takes bibs, one tag each and corrections back. Who changes race is moved at RunSignup.',
    kind: 'registration',
    direction: 'both',
    auth: signIns,
    usualAddress: 'https://api.runsignup.com/rest',
    settings,
    choosesRecords: ['raceId'],
    several: ['eventIds'],
    secrets,
    resources: runSignupResources,
    limits: { concurrency: mostInFlight, batchSize: 100 },
    idempotency: 'lookup',
    batches: true,
    defaults: { mode: 'mirror', conflicts: 'master-wins' },
  },
  signIn,
  reads: ({ body, effect }) => errorIn(body, effect),
  choices: { raceId: listRaces, eventIds: listEvents, newEventId: listEvents },
  connect,
})

async function connect(context: Connecting<typeof settings>): Promise<OwnConnection> {
  const { client } = context
  const configured = configure(context.settings, client.redact)
  const site = new Site(client, configured)
  const editions = new Editions(site, configured)
  const pull = new Pull(site, configured, editions)
  const readBack = new ReadBack(site, configured, editions)
  const push = new Push({ site, configured, editions, readBack, log: context.log })
  const lookUp = new LookUp(site, configured, editions, context)
  return {
    check: (signal) =>
      checkSteps(client, true, async () => {
        // A race can be read by anybody; its entrants cannot.
        const { eventIds } = configured
        const events = eventIds.length > 0 ? eventIds : await editions.ids(signal)
        const query = { events, after: 0, since: null, size: 1 }
        if (events.length > 0) await site.registrations(query, signal)
      }),
    probe: async (signal) => {
      await site.race(signal)
    },
    send: (entity, changes, signal) => {
      if (changes.length === 0) return Promise.resolve([])
      lookUp.forget()
      return push.send(entity, changes, signal)
    },
    changes: (entity, cursor, signal) =>
      entity === 'event' || entity === 'race'
        ? editions.page(entity, signal)
        : pull.page(cursor, signal),
    find: async (entity, change, signal) => {
      if (entity === 'eventParticipant') return lookUp.find(change, signal)
      const chip = entity === 'tag' ? chipOf(change.body) : null
      return chip === null ? 'undecidable' : [chipRecord(chip)]
    },
    close: async () => lookUp.forget(),
  }
}
