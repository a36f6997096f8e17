/** An entry given to somebody else, and records that others repeat: nobody writes to what is not theirs any more. */
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RecordView } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { startEms } from '../targets/ems/stand-in.ts'
import { eventId, raceId, startRunSignup } from '../targets/runsignup/stand-in.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'
import { emsTarget } from '../targets/ems/target.ts'
import { runSignupTarget } from '../targets/runsignup/target.ts'

const all = async ({ client }: Pick<TestEngine, 'client'>, entity: EntityName) =>
  (await client.records.list({ entity, limit: 1000 })).records

const silent = { outbound: { created: 0, updated: 0, deleted: 0, failed: 0, held: 0 } }

/** Ten more runs send nothing and say nothing new. */
async function expectQuiet(marshal: TestEngine): Promise<void> {
  const before = marshal.departures.filter(({ method }) => method !== 'GET').length
  for (let run = 0; run < 10; run++) expect(await marshal.sync()).toMatchObject(silent)
  expect(marshal.departures.filter(({ method }) => method !== 'GET')).toHaveLength(before)
}

describe('an entry handed over at RunSignup', () => {
  async function start(settings: Readonly<Record<string, unknown>> = {}) {
    const server = await startRunSignup()
    onTestFinished(() => server.stop())
    const [ida] = await server.load([
      { user: { first_name: 'Ida', last_name: 'Voss', email: 'ida@example.org' }, bib_num: 7 },
    ])
    const ids = { raceId: String(raceId), eventIds: String(eventId) }
    const config = { settings: { ...ids, ...settings } }
    const marshal = await startTestEngine({ target: runSignupTarget, standIn: server, config })
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    const [person] = await all(marshal, 'person')
    const [entry] = await all(marshal, 'eventParticipant')
    const there = async () =>
      (await server.registrations()).find((one) => one.registration_id === ida!.registrationId)!
    return { server, marshal, person: person!, entry: entry!, there }
  }

  /** Gives Ida's entry to Ben, who is new here. */
  async function handOver({ marshal, entry }: Awaited<ReturnType<typeof start>>) {
    const ben = await marshal.set('person', { firstName: 'Ben', lastName: 'Okafor' })
    await marshal.set('eventParticipant', { person: ben.id }, entry.id)
    return ben
  }

  it('is refused in words and stays open, as RunSignup keeps who registered', async () => {
    const site = await start()
    const { marshal, entry, there } = site
    await handOver(site)
    const run = await marshal.sync()
    expect(run).toMatchObject({ result: 'warning', outbound: { updated: 0, failed: 1 } })
    expect(run.errors).toMatchObject([
      { entity: 'eventParticipant', recordId: entry.id, code: 'rejected' },
    ])
    expect(run.errors[0]?.message).toMatch(/RunSignup keeps .* person.* Set the person back/)
    expect(await marshal.status()).toMatchObject({ state: 'attention', failed: 1 })
    expect((await there()).user).toMatchObject({ first_name: 'Ida', last_name: 'Voss' })
  })

  it('is never written to by whoever held it before', async () => {
    const site = await start()
    const { marshal, person, there } = site
    await handOver(site)
    await marshal.sync()
    await marshal.set('person', { lastName: 'Voss-Lind' }, person.id)
    await marshal.sync()
    expect((await there()).user).toMatchObject({ first_name: 'Ida', last_name: 'Voss' })
    expect(await marshal.status()).toMatchObject({ state: 'attention', failed: 1 })
  })

  it('is refused too when the new runner is registered there as well', async () => {
    const site = await start()
    const { marshal, server, entry, there } = site
    await server.load([{ user: { first_name: 'Ben', last_name: 'Okafor' }, eventId: eventId }])
    await marshal.sync()
    const ben = (await all(marshal, 'person')).find((one) => one['firstName'] === 'Ben')!
    await marshal.set('eventParticipant', { person: ben.id }, entry.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 0, failed: 1 } })
    // A pull that changes the bib there must not give the entry back here in silence.
    await server.edit((await there()).registration_id, { bib_num: 8 })
    await marshal.sync()
    const [now] = (await all(marshal, 'eventParticipant')).filter(({ id }) => id === entry.id)
    expect(now).toMatchObject({ person: ben.id, number: '8' })
    expect(await marshal.status()).toMatchObject({ failed: 1 })
  })

  it('goes on as before once it is given back, with what changed meanwhile', async () => {
    const site = await start()
    const { marshal, person, entry, there } = site
    await handOver(site)
    await marshal.sync()
    await marshal.set('person', { lastName: 'Voss-Lind' }, person.id)
    await marshal.sync()
    await marshal.set('eventParticipant', { person: person.id, number: '70' }, entry.id)
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    expect(await there()).toMatchObject({ bib_num: 70, user: { last_name: 'Voss-Lind' } })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date' })
    await expectQuiet(marshal)
  })

  it('leaves the edits of somebody with two registrations to the one that is still theirs', async () => {
    const site = await start({ allowNamesakes: true })
    const { marshal, server, person, entry } = site
    const again = { event: String(entry['event']), person: person.id, number: '8' }
    const second = await marshal.set('eventParticipant', again)
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1, failed: 0 } })
    const remoteId = (await all(marshal, 'eventParticipant')).find(({ id }) => id === second.id)!
      .targets['timing']?.remoteId
    // The first one was looked at last: that is how she would be edited.
    await server.edit((await site.there()).registration_id, { user: { middle_name: 'M' } })
    await marshal.sync()
    await handOver(site)
    await marshal.sync()
    await marshal.set('person', { lastName: 'Voss-Lind' }, person.id)
    await marshal.sync()
    const edits = (await server.log())
      .filter(({ method, body }) => method === 'POST' && (body ?? '').includes('Voss-Lind'))
      .map(({ body }) => decodeURIComponent(body ?? ''))
    expect(edits).toHaveLength(1)
    expect(edits[0]).toContain(`"registration_id":${remoteId}`)
  })
})

describe('what EMS repeats of a person in an entry', () => {
  async function start() {
    const server = await startEms({ furniture: { numbers: ['0042'], categories: ['Open'] } })
    onTestFinished(() => server.stop())
    const marshal = await startTestEngine({
      target: emsTarget,
      standIn: server,
      config: { mode: 'mirror', settings: { category: 'Open' } },
    })
    const event = await marshal.set('event', {
      name: 'Spring Classic',
      startDateTime: '2026-05-03T05:00:00Z',
    })
    const ida = await marshal.set('person', {
      firstName: 'Ida',
      lastName: 'Voss',
      gender: 'female',
      identityCountry: 'ZA',
    })
    const entry = await marshal.set('eventParticipant', {
      event: event.id,
      person: ida.id,
      category: 'Open',
      paid: false,
    })
    // EMS fills in what it must have, which comes back with the next looks.
    for (let run = 0; run < 3; run++)
      expect(await marshal.sync()).toMatchObject({ result: 'success' })
    const there = async () => (await server.dump('event-participants'))[0]!
    return { server, marshal, event, ida, entry, there }
  }

  it('follows when the person is renamed, and then is quiet', async () => {
    const { marshal, ida, there } = await start()
    expect(await there()).toMatchObject({ firstName: 'Ida', lastName: 'Voss' })
    await marshal.set('person', { lastName: 'Lind' }, ida.id)
    expect(await marshal.status()).toMatchObject({ pending: 2 })
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { updated: 2 } })
    expect(await there()).toMatchObject({ firstName: 'Ida', lastName: 'Lind' })
    await expectQuiet(marshal)
  })

  it('is left alone when nothing changes of what is repeated', async () => {
    const { marshal, ida } = await start()
    await marshal.set('person', { phone: '+27821234567' }, ida.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 1, skipped: 1 } })
    await expectQuiet(marshal)
  })

  it('is that of the new runner after a hand-over, and the former one changes nothing', async () => {
    const { marshal, ida, entry, there, server } = await start()
    const ben = await marshal.set('person', { firstName: 'Ben', lastName: 'Okafor' })
    await marshal.set('eventParticipant', { person: ben.id }, entry.id)
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    const benThere = (await server.dump('people')).find(({ firstName }) => firstName === 'Ben')!
    expect(await there()).toMatchObject({
      firstName: 'Ben',
      lastName: 'Okafor',
      person: { id: benThere.id },
    })
    await marshal.set('person', { lastName: 'Lind' }, ida.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 1 } })
    expect(await there()).toMatchObject({ firstName: 'Ben', lastName: 'Okafor' })
    await expectQuiet(marshal)
  })

  it('follows also when EMS changed the entry meanwhile', async () => {
    const { marshal, ida, there, server } = await start()
    await marshal.set('person', { lastName: 'Lind' }, ida.id)
    const { id } = await there()
    await server.amend('event-participants', id, { paid: true })
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    expect(await there()).toMatchObject({ lastName: 'Lind', paid: true })
    await expectQuiet(marshal)
  })

  it('is not sent back when EMS renamed the person', async () => {
    const { marshal, server, ida } = await start()
    const [person] = await server.dump('people')
    await server.amend('people', person!.id, { lastName: 'Lind' })
    expect(await marshal.sync()).toMatchObject({ inbound: { updated: 1 } })
    const here = (await all(marshal, 'person')).find(({ id }) => id === ida.id) as RecordView
    expect(here['lastName']).toBe('Lind')
    await expectQuiet(marshal)
  })
})

describe('a field that only the mapping sends', () => {
  it('travels when it changes alone', async () => {
    const marshal = await startAtTagServer({
      config: { mapping: [{ ours: 'person.city', theirs: 'town' }] },
    })
    const ida = await marshal.set('person', { lastName: 'Voss', city: 'Bergen' })
    await marshal.sync()
    await marshal.set('person', { city: 'Voss' }, ida.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 1 } })
    const put = (await marshal.server.log()).findLast(({ method }) => method === 'PUT')
    expect(JSON.parse(put?.body ?? '{}')).toMatchObject({ town: 'Voss' })
    await expectQuiet(marshal)
  })
})
