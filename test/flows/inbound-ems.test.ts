/** The laptop and the master system: filled from it, changed at the desk, overruled by it. */
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RecordView } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { startEms, type EmsRecord, type EmsStandIn } from '../targets/ems/stand-in.ts'
import { standInKey } from '../targets/tagserver/stand-in.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import { emsTarget } from '../targets/ems/target.ts'

type Marshal = TestEngine<EmsStandIn>

const morning = '2026-05-03T05:00:00Z'

/** An event with two entrants, a race, a start group and tags, as EMS has them before anybody connects. */
async function classicAt(server: EmsStandIn): Promise<Readonly<Record<string, number>>> {
  const one = async (collection: Parameters<EmsStandIn['load']>[0], body: object) =>
    (await server.load(collection, [body as Record<string, unknown>]))[0]!
  const found = async (collection: Parameters<EmsStandIn['dump']>[0]) =>
    ((await server.dump(collection))[0] as EmsRecord).id
  const organiser = { id: await found('organisations') }
  const identityCountry = {
    id: (await server.dump('countries')).find(({ code }) => code === 'ZA')!.id,
  }
  const required = [
    'allDay',
    'csaMembershipRequired',
    'csaLicenseRequired',
    'csaStrictRegistration',
  ]
  const lists = ['csaDayLicenseDisallow', ...[1, 2, 3].map((n) => `customList${n}Required`)]
  const event = await one('events', {
    name: 'Spring Classic',
    timezone: 'Africa/Johannesburg',
    startDateTime: morning,
    endDateTime: morning,
    organiser,
    sanctioningOrganisation: organiser,
    ...Object.fromEntries([...required, ...lists].map((name) => [name, false])),
  })
  const parts = {
    eventRaceType: { id: await found('event-race-types') },
    eventCategory: { id: await found('event-categories') },
    course: { id: await found('courses') },
  }
  const race = await one('races', { name: '10 km', active: true, status: 'PLANNED', ...parts })
  const startGroup = await one('start-groups', {
    name: 'A',
    startTime: morning,
    race: { id: race },
  })
  const tag = await one('tags', { number: '00017' })
  const number = await found('race-numbers')
  const entrant = async (firstName: string, more: object = {}) => {
    const name = { firstName, lastName: 'Silva' }
    const person = await one('people', { ...name, doctorName: 'Naidoo', identityCountry })
    const refs = { event: { id: event }, person: { id: person }, category: parts.eventCategory }
    const id = await one('event-participants', { ...name, gender: 'FEMALE', ...refs, ...more })
    return { person, id }
  }
  const ana = await entrant('Ana', { number: { id: number }, tag: { id: tag }, active: true })
  const ben = await entrant('Ben', { active: true })
  await one('start-group-participants', {
    seq: 1,
    startGroup: { id: startGroup },
    eventParticipant: { id: ana.id },
  })
  return { event, ana: ana.id, ben: ben.id, anaPerson: ana.person, benPerson: ben.person }
}

async function start(config: Readonly<Record<string, unknown>> = {}) {
  const standIn = await startEms({
    furniture: { numbers: ['0042', '0043'], categories: ['Open', 'Elite'] },
  })
  onTestFinished(() => standIn.stop())
  const ids = await classicAt(standIn)
  const marshal = await startTestEngine({ target: emsTarget, standIn, config })
  return { marshal, ids, server: standIn }
}

const all = async ({ client }: Marshal, entity: EntityName) =>
  (await client.records.list({ entity, limit: 1000 })).records
const named = async (marshal: Marshal, firstName: string): Promise<RecordView> =>
  (await all(marshal, 'person')).find((person) => person['firstName'] === firstName)!
const entrantOf = async (marshal: Marshal, firstName: string): Promise<RecordView> => {
  const person = await named(marshal, firstName)
  return (await all(marshal, 'eventParticipant')).find((one) => one['person'] === person.id)!
}
const writes = async (server: EmsStandIn) =>
  (await server.log()).filter(({ method }) => method !== 'GET')

/** Ten more runs write nothing there and change nothing here. */
async function expectQuiet(marshal: Marshal, server: EmsStandIn): Promise<void> {
  const before = (await writes(server)).length
  for (let run = 0; run < 10; run++) {
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      inbound: { created: 0, updated: 0, deleted: 0, conflicts: 0, failed: 0 },
      outbound: { created: 0, updated: 0, deleted: 0, failed: 0 },
    })
  }
  expect((await writes(server)).length).toBe(before)
}

describe('the master system', () => {
  it('fills the laptop, and nothing of it goes back', async () => {
    const { marshal, server } = await start()
    expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { failed: 0 } })
    const counts = async (entity: EntityName) => (await all(marshal, entity)).length
    expect(await counts('organisation')).toBe(1)
    expect(await counts('person')).toBe(2)
    expect(await counts('race')).toBe(1)
    expect(await counts('startGroupParticipant')).toBe(1)
    const [tag] = await all(marshal, 'tag')
    expect(await entrantOf(marshal, 'Ana')).toMatchObject({
      number: '0042',
      category: 'Open',
      status: 'registered',
      tag: tag?.id,
    })
    expect(await writes(server)).toEqual([])
    await expectQuiet(marshal, server)
  })

  it('gets back what is changed at the desk, keeps what the desk does not know, and is quiet after', async () => {
    const { marshal, server, ids } = await start()
    await marshal.sync()
    const ana = await entrantOf(marshal, 'Ana')
    await marshal.set('eventParticipant', { number: '0043', category: 'Elite', paid: true }, ana.id)
    await marshal.set('eventParticipant', { status: 'checkedIn' }, ana.id)
    await marshal.set('person', { email: 'ana@example.org' }, (await named(marshal, 'Ana')).id)
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { updated: 2 } })
    const [stored] = await server.dump('event-participants')
    expect(stored).toMatchObject({
      id: ids['ana'],
      number: { number: '0043' },
      category: { name: 'Elite' },
      paid: true,
      active: true,
      lastName: 'Silva',
    })
    expect((await server.dump('people'))[0]).toMatchObject({
      email: 'ana@example.org',
      doctorName: 'Naidoo',
    })
    expect(await entrantOf(marshal, 'Ana')).toMatchObject({ status: 'checkedIn' })
    await expectQuiet(marshal, server)
  })

  it('wins where both changed one thing, and only there', async () => {
    const { marshal, server, ids } = await start()
    await marshal.sync()
    const ana = await named(marshal, 'Ana')
    await marshal.set('person', { phone: '+27821111111', email: 'desk@example.org' }, ana.id)
    await server.amend('people', ids['anaPerson']!, { email: 'ems@example.org' })
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    expect(await named(marshal, 'Ana')).toMatchObject({
      email: 'ems@example.org',
      phone: '+27821111111',
    })
    expect((await server.dump('people'))[0]).toMatchObject({
      email: 'ems@example.org',
      phone: '+27821111111',
    })
    await expectQuiet(marshal, server)
  })

  it('is followed there and back again, although old content has an old version', async () => {
    const { marshal, server, ids } = await start()
    await marshal.sync()
    for (const city of ['Pretoria', null, 'Pretoria', 'Cape Town', 'Pretoria']) {
      await server.amend('events', ids['event']!, { city })
      await marshal.sync()
      expect((await all(marshal, 'event'))[0]).toMatchObject({ city })
    }
    await expectQuiet(marshal, server)
  })

  it('takes an entrant out: unlinked here, not sent anew', async () => {
    const { marshal, server, ids } = await start()
    await marshal.sync()
    await server.remove('event-participants', ids['ben']!)
    expect(await marshal.sync()).toMatchObject({ inbound: { deleted: 1 } })
    expect((await entrantOf(marshal, 'Ben')).targets['timing']?.remoteId ?? null).toBeNull()
    await expectQuiet(marshal, server)
  })

  it('merges two persons: the entrant is the other’s here too, and the merged one is only ours', async () => {
    const { marshal, server, ids } = await start()
    await marshal.sync()
    const ben = await entrantOf(marshal, 'Ben')
    await fetch(`${server.url}/api/admin/person-merge`, {
      method: 'POST',
      headers: { 'x-api-key': standInKey, 'content-type': 'application/json' },
      body: JSON.stringify({ survivorId: ids['anaPerson'], mergedId: ids['benPerson'] }),
    })
    await marshal.sync()
    const person = await named(marshal, 'Ben')
    expect(person.targets['timing']?.remoteId ?? null).toBeNull()
    const entrant = await marshal.client.records.get({ entity: 'eventParticipant', id: ben.id })
    expect(entrant['person']).toBe((await named(marshal, 'Ana')).id)
    await expectQuiet(marshal, server)
  })

  it('refuses a bib it does not have, says so, and takes the rest once there is one', async () => {
    const { marshal, server } = await start()
    await marshal.sync()
    const ben = await entrantOf(marshal, 'Ben')
    await marshal.set('eventParticipant', { number: '0099', paid: true }, ben.id)
    const run = await marshal.sync()
    expect(run).toMatchObject({ outbound: { failed: 1 } })
    const { targets } = await entrantOf(marshal, 'Ben')
    expect(targets['timing']).toMatchObject({ state: 'failed' })
    expect(JSON.stringify(targets['timing'])).toContain('no race number 0099')
    await marshal.set('eventParticipant', { number: '0043' }, ben.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 1, failed: 0 } })
    await expectQuiet(marshal, server)
  })

  it('keeps what this laptop was never told of when something else is changed here', async () => {
    const entities = ['organisation', 'person', 'event', 'race', 'eventParticipant']
    const { marshal, ids, server } = await start({ entities })
    await marshal.sync()
    const entrant = await entrantOf(marshal, 'Ana')
    expect(entrant['tag']).toBeNull()
    await marshal.set('eventParticipant', { category: 'Elite' }, entrant.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 1, failed: 0 } })
    const ana = (await server.dump('event-participants')).find(({ id }) => id === ids['ana'])
    expect(ana).toMatchObject({ category: { name: 'Elite' }, tag: { number: '00017' } })
    await expectQuiet(marshal, server)
  })

  it('keeps what was changed there while a change of the desk was on its way, and tells it here', async () => {
    const { marshal, ids, server } = await start()
    await marshal.sync()
    const ana = await named(marshal, 'Ana')
    await marshal.set('person', { email: 'ana@example.org' }, ana.id)
    const { done } = await server.onceWhileReceiving(
      () => server.amend('people', ids['anaPerson']!, { phone: '+27821234567' }),
      { method: 'PATCH', path: '/api/people' },
    )
    await marshal.sync()
    await done
    await marshal.sync()
    const both = { email: 'ana@example.org', phone: '+27821234567' }
    expect((await server.dump('people'))[0]).toMatchObject(both)
    expect(await named(marshal, 'Ana')).toMatchObject(both)
    await expectQuiet(marshal, server)
  })

  it('is read again where something it refers to came later', async () => {
    const { marshal, ids, server } = await start()
    await marshal.sync()
    // The tags are listed before the entrants: this one is handed out in between.
    const { done } = await server.onceWhileReceiving(
      async () => {
        const [late] = await server.load('tags', [{ number: '00099' }])
        await server.amend('event-participants', ids['ben']!, { tag: { id: late } })
      },
      { method: 'GET', path: '/api/event-participants' },
    )
    await marshal.sync()
    await done
    const tagAtFirst = (await entrantOf(marshal, 'Ben'))['tag']
    await marshal.sync()
    await marshal.sync()
    const tag = (await all(marshal, 'tag')).find(({ display }) => display === '00099')
    expect([tagAtFirst, (await entrantOf(marshal, 'Ben'))['tag']]).toEqual([null, tag!.id])
    await expectQuiet(marshal, server)
  })
})
