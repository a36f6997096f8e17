/**
 * `node measure-registration.ts DATA CSV [COUNT]`: a start list here and COUNT of its entrants registered at the
 * registration system, part of them spelt otherwise, with 200 nobody knows here. First fill, and a second run.
 */
import { createReadStream } from 'node:fs'
import {
  eventId,
  raceId,
  runSignupKey,
  runSignupSecret,
  startRunSignup,
} from '../targets/runsignup/stand-in.ts'
import { measure, openBenchEngine, report } from './measuring.ts'

const [dataDir = '', csv = '', wanted = '18000'] = process.argv.slice(2)
const count = Number(wanted)
const unknown = 200

const server = await startRunSignup()
try {
  const engine = await openBenchEngine(dataDir)
  const { client } = engine
  await engine.importFile(
    { name: 'entrants.csv', open: () => createReadStream(csv) },
    { entity: 'entrant', event: 'Spring Classic', map: {}, rehearse: false },
    () => {},
    new AbortController().signal,
  )
  let loaded = 0
  // An import makes entrants in the order of their persons, so their pages go together.
  for (let after: string | null = null; loaded < count;) {
    const page: Awaited<ReturnType<typeof client.records.list>> = await client.records.list({
      entity: 'eventParticipant',
      after,
      limit: 1_000,
    })
    const persons = await client.records.list({ entity: 'person', after, limit: 1_000 })
    const byId = new Map(persons.records.map((one) => [one.id, one]))
    const here = page.records.slice(0, count - loaded)
    await server.load(
      here.map((entrant, at) => {
        const person = byId.get(String(entrant['person']))!
        const [first, last] = [String(person['firstName'] ?? ''), String(person['lastName'])]
        return {
          user: {
            first_name: at % 3 === 0 ? first.toUpperCase() : first,
            last_name: at % 5 === 0 ? last.toLowerCase() : last,
          },
          bib_num: Number(entrant['number']),
        }
      }),
    )
    loaded += here.length
    after = page.next
    if (after === null) break
  }
  await server.load(
    Array.from({ length: unknown }, (_, n) => ({
      user: { first_name: 'Nobody', last_name: `Knows ${n}`, email: `n${n}@example.org` },
    })),
  )
  await client.targets.add({
    config: {
      name: 'registration',
      adapter: 'runsignup',
      url: server.url,
      auth: 'api-key',
      settings: { raceId: String(raceId), eventIds: String(eventId) },
      secrets: { apiKey: runSignupKey, apiSecret: runSignupSecret },
      mode: 'mirror',
      schedule: { delta: null, reconcile: null },
    },
  })
  const run = async () => {
    const { runs } = await client.sync.run({ targets: ['registration'] })
    const [one] = runs
    if (!one || one.result === 'error') throw new Error(JSON.stringify(one))
    return one
  }
  const filled = await measure(run)
  const again = await measure(async () => {
    const { inbound, outbound } = await run()
    const changes = inbound.created + inbound.updated + outbound.created + outbound.updated
    if (changes > 0) throw new Error(`A second run made ${changes} changes.`)
  })
  await engine.stop()
  report({ filled, again, there: count + unknown })
} finally {
  await server.stop()
}
