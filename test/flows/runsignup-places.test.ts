/** Whose registration is in which of RunSignup's events is in that race here, and stays where race morning put them. */
import { describe, expect, it, onTestFinished } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import {
  eventId,
  raceId,
  startRunSignup,
  type RunSignupStandIn,
} from '../targets/runsignup/stand-in.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import { runSignupTarget } from '../targets/runsignup/target.ts'

type Marshal = TestEngine<RunSignupStandIn>

const half = eventId + 1
const ida = { first_name: 'Ida', last_name: 'Voss', dob: '1990-01-02', gender: 'F' }
const kim = { first_name: 'Kim', last_name: 'Lund', dob: '1988-03-04', gender: 'M' }

async function site(): Promise<RunSignupStandIn> {
  const server = await startRunSignup()
  onTestFinished(() => server.stop())
  return server
}

/** A configuration that leaves open which event gets what is made here. */
const nowhereSaid = { settings: { raceId: String(raceId) } }

async function laptop(
  server: RunSignupStandIn,
  config: Readonly<Record<string, unknown>> = {},
): Promise<Marshal> {
  const settings = { raceId: String(raceId), newEventId: String(eventId) }
  return startTestEngine({
    target: runSignupTarget,
    standIn: server,
    config: { settings, ...config },
  })
}

const all = async ({ client }: Marshal, entity: EntityName) =>
  (await client.records.list({ entity, limit: 1000 })).records

/** Who wears which bib in which races: `Ida 5: 10K, Half Marathon`. */
async function placed(marshal: Marshal): Promise<readonly string[]> {
  const named = async (entity: EntityName, field: string) =>
    new Map((await all(marshal, entity)).map((one) => [one.id, one[field]]))
  const names = await named('person', 'firstName')
  const races = await named('race', 'name')
  const groups = await named('startGroup', 'race')
  const places = await all(marshal, 'startGroupParticipant')
  return (await all(marshal, 'eventParticipant'))
    .map((entry) => {
      const own = places.filter((place) => place['eventParticipant'] === entry.id)
      const where = own.map((place) => races.get(String(groups.get(String(place['startGroup'])))))
      const who = `${String(names.get(String(entry['person'])))} ${String(entry['number'] ?? '-')}`
      return `${who}: ${where.toSorted().join(', ')}`
    })
    .toSorted()
}

async function expectQuiet(marshal: Marshal, server: RunSignupStandIn): Promise<void> {
  const writes = async () => (await server.log()).filter(({ method }) => method === 'POST').length
  const before = await writes()
  for (const kind of ['delta', 'delta', 'initial', 'reconcile', 'delta'] as const) {
    expect(await marshal.sync({ kind }), kind).toMatchObject({
      inbound: { created: 0, updated: 0, deleted: 0, conflicts: 0, failed: 0 },
      outbound: { created: 0, updated: 0, deleted: 0 },
    })
  }
  expect(await writes()).toBe(before)
}

describe('a registration', () => {
  it('is in the race of its event, in the start group a list would put it in', async () => {
    const server = await site()
    await server.load([{ user: ida }, { eventId: half, user: kim }])
    const marshal = await laptop(server)
    expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { failed: 0 } })
    expect(await placed(marshal)).toEqual(['Ida -: 10K', 'Kim -: Half Marathon'])
    expect((await all(marshal, 'startGroup')).map(({ name }) => name).toSorted()).toEqual([
      '10K',
      'Half Marathon',
    ])
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', unmatched: 0 })
    await expectQuiet(marshal, server)
  })

  it('of somebody who is in a wave of the race already changes nothing about that', async () => {
    const server = await site()
    await server.load([
      { user: ida, bib_num: 5 },
      { eventId: half, user: kim, bib_num: 6 },
    ])
    const marshal = await laptop(server)
    await marshal.importEntrants(
      'event,bib,first_name,last_name,race,start_group\n' +
        'Spring Classic,5,Ida,Voss,10K,Wave 2\nSpring Classic,6,Kim,Lund,Half Marathon,Red\n' +
        'Spring Classic,7,Jo,Sand,10K,Wave 1\n',
    )
    const before = await all(marshal, 'startGroupParticipant')
    expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { failed: 0 } })
    const strip = (list: typeof before) => list.map(({ id, startGroup }) => ({ id, startGroup }))
    expect(strip(await all(marshal, 'startGroupParticipant'))).toEqual(strip(before))
    expect(await all(marshal, 'startGroup')).toHaveLength(3)
    // Another wave of the same race is nobody's business there, and stays.
    const wave1 = (await all(marshal, 'startGroup')).find(({ name }) => name === 'Wave 1')!
    await marshal.set('startGroupParticipant', { startGroup: wave1.id }, before[0]!.id)
    await marshal.sync({ kind: 'reconcile' })
    expect((await all(marshal, 'startGroupParticipant'))[0]).toMatchObject({ startGroup: wave1.id })
  })

  it('that is moved to another event there moves here, and keeps what it is', async () => {
    const server = await site()
    const [own] = await server.load([{ user: ida, bib_num: 5 }])
    const marshal = await laptop(server)
    await marshal.sync()
    const [entry] = await all(marshal, 'eventParticipant')
    const [place] = await all(marshal, 'startGroupParticipant')
    await server.transfer(own!.registrationId, half)
    await marshal.sync()
    expect(await placed(marshal)).toEqual(['Ida 5: Half Marathon'])
    expect(await all(marshal, 'eventParticipant')).toMatchObject([{ id: entry!.id }])
    expect(await all(marshal, 'startGroupParticipant')).toMatchObject([{ id: place!.id }])
    await expectQuiet(marshal, server)
  })

  it('that goes takes its place along, or asks once', async () => {
    const server = await site()
    const loaded = await server.load([{ user: ida }, { eventId: half, user: kim }])
    const marshal = await laptop(server, { remoteDeletion: 'delete' })
    await marshal.sync()
    await server.remove(loaded[0]!.registrationId)
    expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { failed: 0 } })
    expect(await placed(marshal)).toEqual(['Kim -: Half Marathon'])
    await expectQuiet(marshal, server)

    const other = await laptop(server)
    await other.sync()
    await server.remove(loaded[1]!.registrationId)
    await other.sync()
    expect(await placed(other)).toEqual(['Kim -: Half Marathon'])
    expect(await other.status()).toMatchObject({ state: 'attention', unmatched: 1 })
  })
})

describe('two registrations of one person', () => {
  it.each([
    ['without a bib', null, null, ['Ida -: 10K, Half Marathon']],
    ['under one bib', 5, 5, ['Ida 5: 10K, Half Marathon']],
    ['of which one has a bib', 5, null, ['Ida 5: 10K, Half Marathon']],
    ['with two bibs', 5, 6, ['Ida 5: 10K', 'Ida 6: Half Marathon']],
  ] as const)('%s', async (_, first, second, expected) => {
    for (const together of [true, false]) {
      const server = await site()
      const [own] = await server.load([{ user: ida, bib_num: first }])
      const marshal = await laptop(server)
      if (!together) await marshal.sync()
      await server.load([{ eventId: half, userId: own!.userId, bib_num: second }])
      expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { failed: 0 } })
      expect(await placed(marshal), together ? 'in one look' : 'in two').toEqual(expected)
      expect(await all(marshal, 'person')).toHaveLength(1)
      expect(await marshal.status()).toMatchObject({ state: 'up-to-date', unmatched: 0 })
      await expectQuiet(marshal, server)
    }
  })

  it('become two entries once the second has a bib of its own', async () => {
    const server = await site()
    const [own] = await server.load([{ user: ida, bib_num: 5 }])
    const [other] = await server.load([{ eventId: half, userId: own!.userId }])
    const marshal = await laptop(server)
    await marshal.sync()
    expect(await placed(marshal)).toEqual(['Ida 5: 10K, Half Marathon'])
    await server.edit(other!.registrationId, { bib_num: 6 })
    await marshal.sync()
    expect(await placed(marshal)).toEqual(['Ida 5: 10K', 'Ida 6: Half Marathon'])
    await expectQuiet(marshal, server)
  })

  it.each([0, 1])('of which one is cancelled leave the other (%i)', async (cancelled) => {
    const server = await site()
    const [own] = await server.load([{ user: ida, bib_num: 5 }])
    const [other] = await server.load([{ eventId: half, userId: own!.userId, bib_num: 5 }])
    const marshal = await laptop(server, { remoteDeletion: 'delete' })
    await marshal.sync()
    const [entry] = await all(marshal, 'eventParticipant')
    await server.remove([own!, other!][cancelled]!.registrationId)
    await marshal.sync()
    expect(await placed(marshal)).toEqual([['Ida 5: Half Marathon', 'Ida 5: 10K'][cancelled]])
    expect(await all(marshal, 'eventParticipant')).toMatchObject([{ id: entry!.id }])
    await expectQuiet(marshal, server)
    // What is changed here goes to the one that is left.
    await marshal.set('eventParticipant', { number: '55' }, entry!.id)
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { updated: 1 } })
    expect(await server.present()).toMatchObject([{ bib_num: 55 }])
  })
})

describe('a registration made here', () => {
  it('goes to the event of its race; without a race to the one in the settings, and is in that', async () => {
    const server = await site()
    await server.load([{ user: kim }, { eventId: half, user: { ...ida, first_name: 'Una' } }])
    const marshal = await laptop(server)
    await marshal.sync()
    const [event] = await all(marshal, 'event')
    const group = (await all(marshal, 'startGroup')).find(({ name }) => name === 'Half Marathon')!
    const register = async (firstName: string) => {
      const person = await marshal.set('person', { firstName, lastName: 'New' })
      return marshal.set('eventParticipant', { event: event!.id, person: person.id })
    }
    const cem = await register('Cem')
    await marshal.set('startGroupParticipant', { startGroup: group.id, eventParticipant: cem.id })
    await register('Dee')
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { created: 2 } })
    const there = await server.present()
    const eventOf = (name: string) => there.find(({ user }) => user.first_name === name)?.event_id
    expect([eventOf('Cem'), eventOf('Dee')]).toEqual([half, eventId])
    await marshal.sync()
    expect((await placed(marshal)).filter((line) => /Cem|Dee/.test(line))).toEqual([
      'Cem -: Half Marathon',
      'Dee -: 10K',
    ])
    await expectQuiet(marshal, server)
  })

  it('whose answer is lost is looked for in the event of its race', async () => {
    const server = await site()
    await server.load([{ eventId: half, user: kim }])
    await server.turn({ restrictsDuplicates: false })
    const marshal = await laptop(server)
    await marshal.sync()
    const [event] = await all(marshal, 'event')
    const [group] = await all(marshal, 'startGroup')
    const person = await marshal.set('person', {
      firstName: 'Cem',
      lastName: 'New',
      dateOfBirth: '1990-01-02',
    })
    const entry = await marshal.set('eventParticipant', { event: event!.id, person: person.id })
    await marshal.set('startGroupParticipant', {
      startGroup: group!.id,
      eventParticipant: entry.id,
    })
    await server.fault({ match: { method: 'POST' }, action: { kind: 'cut-after-write' }, times: 1 })
    await marshal.sync()
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    expect(await server.present()).toHaveLength(2)
    expect(await placed(marshal)).toEqual(['Cem -: Half Marathon', 'Kim -: Half Marathon'])
    await expectQuiet(marshal, server)
  })
})

describe('an entrant made here', () => {
  const list = (race: string) =>
    'event,bib,first_name,last_name,date_of_birth,race\n' +
    `Spring Classic,9,Mo,Berg,1991-05-06,${race}\n`
  const registered = async (server: RunSignupStandIn) =>
    (await server.present()).map(({ user, event_id: event }) => [user.first_name, event])

  it('in a race that RunSignup does not have is registered in none of its others', async () => {
    const server = await site()
    await server.load([{ user: ida }])
    const marshal = await laptop(server, nowhereSaid)
    await marshal.importEntrants(list('Marathon'))
    const { lines } = await marshal.client.sync.rehearse({ name: 'timing' })
    expect(lines).toContainEqual(
      expect.objectContaining({ cause: { code: 'parent-unknown', field: 'race' } }),
    )
    for (const kind of ['delta', 'reconcile', 'delta'] as const) await marshal.sync({ kind })
    expect(await registered(server)).toEqual([['Ida', eventId]])
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', failed: 0 })
  })

  it('goes once moved to a race it has, into the event of that race', async () => {
    const server = await site()
    await server.load([{ user: ida }])
    const marshal = await laptop(server, nowhereSaid)
    await marshal.importEntrants(list('Marathon'))
    await marshal.sync()
    const races = new Map((await all(marshal, 'race')).map((one) => [one['name'], one.id]))
    const race = races.get('Half Marathon') ?? null
    const ofHalf = await marshal.set('startGroup', { name: 'Wave 1', race })
    const mo = (await all(marshal, 'eventParticipant')).find(({ number }) => number === '9')!
    const place = (await all(marshal, 'startGroupParticipant')).find(
      ({ eventParticipant }) => eventParticipant === mo.id,
    )!
    await marshal.set('startGroupParticipant', { startGroup: ofHalf.id }, place.id)
    await marshal.sync()
    expect(await registered(server)).toEqual([
      ['Ida', eventId],
      ['Mo', half],
    ])
  })

  it('goes once the settings say into which event', async () => {
    const server = await site()
    const marshal = await laptop(server, nowhereSaid)
    await marshal.importEntrants(list('Marathon'))
    await marshal.sync()
    expect(await registered(server)).toEqual([])
    const { settings } = nowhereSaid
    const changes = { settings: { ...settings, newEventId: String(eventId) } }
    await marshal.client.targets.update({ name: 'timing', changes })
    await marshal.sync()
    expect(await registered(server)).toEqual([['Mo', eventId]])
  })

  it('goes into the event the settings name where RunSignup has none of its races', async () => {
    const server = await site()
    const marshal = await laptop(server)
    await marshal.importEntrants(list('Marathon'))
    await marshal.sync()
    expect(await registered(server)).toEqual([['Mo', eventId]])
  })
})
