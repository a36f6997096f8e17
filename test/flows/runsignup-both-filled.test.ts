/** A start list here and registrations at RunSignup that are mostly the same people, as on an ordinary race day. */
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ConflictRule, Mode } from '../../main/contract/words.ts'
import {
  eventId,
  startRunSignup,
  type LoadedRegistration,
  type RunSignupStandIn,
} from '../targets/runsignup/stand-in.ts'
import { allRecords, fingerprint } from '../support/same-everywhere.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import { runSignupTarget } from '../targets/runsignup/target.ts'

type Marshal = TestEngine<RunSignupStandIn>

const names = ['Ana Sofia', 'José', 'Björn', 'Chloë', 'Marguerite']
const first = (bib: number) => names[bib % names.length]!
const last = (bib: number) =>
  `Okafor-${'abcdefghij'[bib % 10]}${'klmnopqrst'[Math.floor(bib / 10)]}`

/** As somebody else would type it: capitals, small letters, without accents, without the second name, padded. */
const spelt: readonly ((name: string) => string)[] = [
  (name) => name.toUpperCase(),
  (name) => name.toLowerCase(),
  (name) => name.normalize('NFD').replace(/\p{M}/gu, ''),
  (name) => name.split(' ')[0]!,
  (name) => `  ${name} `,
  (name) => name,
]

const startList = (entrants: number) =>
  [
    'bib,first_name,last_name,race',
    ...Array.from({ length: entrants }, (_, n) => `${n + 1},${first(n + 1)},${last(n + 1)},10K`),
  ].join('\n') + '\n'

async function site(): Promise<RunSignupStandIn> {
  const server = await startRunSignup()
  onTestFinished(() => server.stop())
  return server
}

const writes = async (server: RunSignupStandIn) =>
  (await server.log()).filter(({ method }) => method === 'POST').length

/** What both sides hold of every entrant, by registration number; fails for one that only one side has. */
async function expectEqual(marshal: Marshal, server: RunSignupStandIn): Promise<void> {
  const persons = new Map((await allRecords(marshal.client, 'person')).map((one) => [one.id, one]))
  const tags = new Map((await allRecords(marshal.client, 'tag')).map((one) => [one.id, one]))
  const here = (await allRecords(marshal.client, 'eventParticipant')).map((entrant) => {
    const person = persons.get(String(entrant['person']))
    return [
      entrant.targets['timing']?.remoteId,
      entrant['number'],
      tags.get(String(entrant['tag']))?.['number'] ?? null,
      person?.['lastName'],
      person?.['city'] ?? null,
    ].join('|')
  })
  const there = (await server.present()).map(
    ({ registration_id: id, bib_num: bib, chip_num: chip, user }) =>
      [id, bib, chip, user.last_name?.trim(), user.address['city']].join('|'),
  )
  expect(here.sort()).toEqual(there.sort())
}

async function expectQuiet(marshal: Marshal, server: RunSignupStandIn, runs = 10): Promise<void> {
  const before = await writes(server)
  for (let run = 0; run < runs; run++) {
    expect(await marshal.sync()).toMatchObject({
      inbound: { created: 0, updated: 0, deleted: 0, conflicts: 0, failed: 0 },
      outbound: { created: 0, updated: 0, deleted: 0, failed: 0 },
    })
  }
  expect(await writes(server)).toBe(before)
}

describe('a first fill where both sides have entrants', () => {
  const table: Readonly<Record<Mode, { here: number; there: number; created: number }>> = {
    mirror: { here: 45, there: 45, created: 10 },
    'master-leads': { here: 40, there: 45, created: 10 },
    'target-leads': { here: 45, there: 35, created: 0 },
  }

  it.each(['mirror', 'master-leads', 'target-leads'] as const)(
    'as %s does what the table of modes says, and a second run of any kind changes nothing',
    async (mode) => {
      const server = await site()
      const row = (bib: number) => ({
        user: {
          first_name: spelt[bib % spelt.length]!(first(bib)),
          last_name: spelt[bib % spelt.length]!(last(bib)),
        },
        bib_num: bib,
      })
      const bibs = Array.from({ length: 33 }, (_, n) => n + 1)
      const loaded = await server.load(bibs.map(row))
      await server.load(
        Array.from({ length: 5 }, (_, n) => ({
          user: { first_name: 'Nobody', last_name: `Knows ${n}`, email: `n${n}@example.org` },
        })),
      )
      for (const { registrationId } of loaded.slice(30)) await server.remove(registrationId)
      const config = { mode }
      const marshal = await startTestEngine({ target: runSignupTarget, standIn: server, config })
      await marshal.importEntrants(startList(40))
      const { here, there, created } = table[mode]
      expect(await marshal.sync()).toMatchObject({
        kind: 'initial',
        result: 'success',
        guard: null,
        outbound: { created, failed: 0, held: 0 },
        inbound: { conflicts: 0, failed: 0 },
      })
      expect(await allRecords(marshal.client, 'eventParticipant')).toHaveLength(here)
      expect(await allRecords(marshal.client, 'person')).toHaveLength(here)
      expect(await server.present()).toHaveLength(there)
      if (mode === 'mirror') await expectEqual(marshal, server)
      const rest = async () => ({
        here: await fingerprint(marshal.client, ['person', 'eventParticipant', 'tag', 'event']),
        there: await server.registrations(),
      })
      const before = await rest()
      for (const kind of ['delta', 'initial', 'reconcile'] as const) {
        expect(await marshal.sync({ kind }), kind).toMatchObject({
          outbound: { created: 0, updated: 0, deleted: 0 },
          inbound: { created: 0, updated: 0, deleted: 0 },
        })
      }
      expect(await rest()).toEqual(before)
    },
  )
})

describe('an entrant who is only here, where RunSignup leads', () => {
  it('waits for a person as one record, and takes along who it is when it is sent', async () => {
    const server = await site()
    const config = { mode: 'target-leads' }
    const marshal = await startTestEngine({ target: runSignupTarget, standIn: server, config })
    await marshal.importEntrants(startList(2))
    await marshal.sync()
    expect(await marshal.status()).toMatchObject({ unmatched: 2, held: 0, pending: 0 })
    const { matches } = await marshal.client.matches.list({})
    expect(matches.map(({ entity, kind }) => `${kind} ${entity}`)).toEqual([
      'local eventParticipant',
      'local eventParticipant',
    ])
    await marshal.client.matches.accept({ ids: [matches[0]!.id] })
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1, held: 0 } })
    expect(await server.present()).toMatchObject([{ bib_num: 1, user: { last_name: last(1) } }])
    await marshal.sync({ records: [matches[1]!.recordId!] })
    expect(await server.present()).toHaveLength(2)
    await expectEqual(marshal, server)
  })
})

describe('entrants edited on both sides', () => {
  const count = 60
  /** The first twenty in the same field, half of them later there; the others in different fields and records. */
  async function edited(conflicts: ConflictRule) {
    const server = await site()
    const now = Math.floor(Date.now() / 1000)
    await server.siteClock(now - 3_000)
    const loaded = await server.load(
      Array.from({ length: count }, (_, n) => ({
        user: { first_name: first(n + 1), last_name: last(n + 1) },
        bib_num: n + 1,
      })),
    )
    await server.siteClock(null)
    const config = { conflicts }
    const marshal = await startTestEngine({ target: runSignupTarget, standIn: server, config })
    await marshal.sync()
    const entrants = await allRecords(marshal.client, 'eventParticipant')
    const entrant = (n: number) => entrants.find((one) => one['number'] === String(n + 1))!
    for (let n = 0; n < count; n++) {
      const person = String(entrant(n)['person'])
      if (n < 40) await marshal.set('person', { city: 'Here' }, person)
      else await marshal.set('eventParticipant', { number: String(500 + n) }, entrant(n).id)
    }
    const editThere = async ({ registrationId }: LoadedRegistration, n: number) => {
      await server.siteClock(now + (n % 2 === 0 ? -600 : 600))
      if (n < 20) await server.edit(registrationId, { user: { address: { city: 'There' } } })
      else if (n < 40) await server.edit(registrationId, { chip_num: `C${n}` })
      else await server.edit(registrationId, { user: { last_name: `There ${n}` } })
    }
    for (const [n, one] of loaded.entries()) await editThere(one, n)
    await server.siteClock(null)
    return { marshal, server }
  }

  const cities = async (server: RunSignupStandIn) => {
    const found = (await server.present()).map(({ user }) => user.address['city'])
    return [found.filter((city) => city === 'Here'), found.filter((city) => city === 'There')].map(
      (list) => list.length,
    )
  }

  it.each([
    ['master-wins', 0, [40, 0]],
    ['latest-wins', 0, [30, 10]],
    ['merge-fields', 20, [20, 20]],
    ['review', 60, [20, 20]],
  ] as const)(
    'under %s come to %i conflicts, end equal and rest',
    async (rule, conflicts, expected) => {
      const { marshal, server } = await edited(rule)
      expect(await marshal.sync()).toMatchObject({ inbound: { conflicts, failed: 0 } })
      expect(await marshal.client.conflicts.list({})).toMatchObject({ total: conflicts })
      if (conflicts > 0) {
        await marshal.client.conflicts.resolve({ target: 'timing', keep: 'theirs' })
        await marshal.sync()
      }
      await marshal.sync()
      expect(await cities(server)).toEqual(expected)
      await expectEqual(marshal, server)
      await expectQuiet(marshal, server)
    },
  )
})

describe('a quarter of an hour of bad weather', () => {
  const inBand = (code: number) => ({
    kind: 'answer' as const,
    status: 200,
    body: { error: { error_code: code, error_msg: 'Bad weather.' } },
  })

  it.each([1, 2])('ends equal, with nobody registered twice (seed %i)', async (seed) => {
    const server = await site()
    await server.load(
      Array.from({ length: 120 }, (_, n) => ({
        user: { first_name: 'There', last_name: `No ${n}` },
        imported: n % 2 === 0,
      })),
    )
    // Without the server's own guard against namesakes, only looking before sending again prevents duplicates.
    await server.turn({ restrictsDuplicates: false })
    const marshal = await startTestEngine({
      target: runSignupTarget,
      standIn: server,
      schedule: true,
      config: {
        settings: { raceId: '4711', eventIds: String(eventId), pageSize: 50 },
        schedule: { delta: '* * * * *', reconcile: null },
      },
    })
    const event = await marshal.set('event', { name: 'Spring Classic' })
    const register = async (name: string) => {
      const person = await marshal.set('person', {
        firstName: 'Here',
        lastName: name,
        // By names alone a person would be asked who it is that comes back.
        dateOfBirth: '1990-01-02',
      })
      await marshal.set('eventParticipant', { event: event.id, person: person.id })
    }
    for (let n = 0; n < 40; n++) await register(`No ${n}`)
    const rule = { probability: 0.06, seed }
    await server.fault({
      ...rule,
      action: { kind: 'answer', status: 429, retryAfter: { seconds: 2 } },
    })
    await server.fault({ ...rule, action: inBand(14) })
    await server.fault({ ...rule, action: inBand(5) })
    await server.fault({ ...rule, action: { kind: 'truncated-json' } })
    await server.fault({ ...rule, action: { kind: 'cut-in-body' } })
    await server.fault({
      match: { method: 'POST' },
      probability: 0.4,
      seed,
      action: { kind: 'cut-after-write' },
    })
    for (let minute = 1; minute <= 15; minute++) {
      await register(`Late ${minute}`)
      // Not one whose creation may be in doubt: changed there meanwhile, it is for a person to say whether it is ours.
      const known = (await server.present()).filter(({ user }) => user.first_name === 'There')
      const someone = known[(minute * 37 * seed) % known.length]!
      await server.edit(someone.registration_id, { user: { address: { city: `City ${minute}` } } })
      await marshal.passTime(() => marshal.clock.elapsed() >= minute * 60_000)
    }
    await server.clearFaults()
    await marshal.until(({ state, pending }) => state === 'up-to-date' && pending === 0)
    await marshal.sync()
    const present = await server.present()
    expect(new Set(present.map(({ user }) => `${user.first_name} ${user.last_name}`)).size).toBe(
      present.length,
    )
    expect(present).toHaveLength(175)
    await expectEqual(marshal, server)
    await expectQuiet(marshal, server, 3)
  })
})
