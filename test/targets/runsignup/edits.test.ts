import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RemoteRecord } from '../../../main/engine/targets/kit/adapter.ts'
import {
  eventId,
  startRunSignup,
  type LoadedRegistration,
  type RunSignupStandIn,
} from './stand-in.ts'
import { errorOf } from '../conformance/subject.ts'
import { doneOf, openSite, type SiteBench } from './bench.ts'

let server: RunSignupStandIn
let bench: SiteBench
const others: SiteBench[] = []
beforeAll(async () => {
  server = await startRunSignup()
})
beforeEach(async () => {
  await server.reset()
  bench = await openSite(server)
})
afterEach(async () => {
  for (const one of [bench, ...others.splice(0)]) await one.close()
})
afterAll(() => server.stop())

async function open(settings: Readonly<Record<string, unknown>>): Promise<SiteBench> {
  const one = await openSite(server, settings)
  others.push(one)
  return one
}

const ana = {
  firstName: 'Ana',
  lastName: 'Sá',
  email: 'ana@example.org',
  dateOfBirth: '1990-01-02',
  gender: 'female',
  phone: '+14155550123',
  city: 'Boulder',
  country: 'US',
}
const anaThere = {
  first_name: 'Ana',
  last_name: 'Sá',
  email: 'ana@example.org',
  dob: '1990-01-02',
  gender: 'F',
  phone: '415-555-0123',
}

/** What a walk says of somebody who was loaded. */
async function recordsOf(loaded: LoadedRegistration | undefined) {
  const { records } = await bench.walk()
  const find = (entity: RemoteRecord['entity'], id: number | undefined) =>
    records.find((one) => one.entity === entity && one.remoteId === String(id))!
  return {
    person: find('person', loaded?.userId),
    registration: find('eventParticipant', loaded?.registrationId),
  }
}

const posts = async () => (await server.log()).filter(({ method }) => method === 'POST')
/** The JSON documents of all posts so far. */
const documents = async () =>
  (await posts()).map(({ body }) => JSON.parse(new URLSearchParams(body).get('request') ?? ''))

describe('an edit', () => {
  it('of a person goes to a registration of theirs and says nothing about that', async () => {
    const [loaded] = await server.load([{ user: anaThere, bib_num: 7, giveaway: 'Shirt M' }])
    const { person } = await recordsOf(loaded)
    const { city: _, ...rest } = ana
    const change = bench.edit('person', person, { ...rest, lastName: 'Sousa', dateOfBirth: null })
    const [outcome] = await bench.send('person', [change])
    expect(doneOf(outcome)).toMatchObject({ remoteId: String(loaded?.userId), kept: {} })
    expect(doneOf(outcome).remoteVersion).toBe((await recordsOf(loaded)).person.version)
    expect(await server.present()).toMatchObject([
      {
        bib_num: 7,
        giveaway: 'Shirt M',
        user: { last_name: 'Sousa', dob: null, email: ana.email },
      },
    ])
    const [document] = await documents()
    expect(document.participants[0]).toMatchObject({
      registration_id: loaded?.registrationId,
      user: { dob: 'XXXX-XX-XX', address: { city: null } },
    })
    expect(Object.keys(document.participants[0])).toEqual(['registration_id', 'user'])
  })

  it('of a registration says nothing about its person', async () => {
    const [loaded] = await server.load([{ user: anaThere, bib_num: 7, chip_num: 'A' }])
    const { registration } = await recordsOf(loaded)
    const change = bench.edit('eventParticipant', registration, { number: '8' }, { tag: 'B' })
    await bench.send('eventParticipant', [change])
    expect(await documents()).toEqual([
      { participants: [{ registration_id: loaded?.registrationId, bib_num: 8, chip_num: 'B' }] },
    ])
    expect(await server.present()).toMatchObject([{ bib_num: 8, chip_num: 'B', user: anaThere }])
  })

  it('says only what differs from what RunSignup is known to have, and undoes nobody else’s edit', async () => {
    const [loaded] = await server.load([{ user: anaThere, bib_num: 7 }])
    const { person } = await recordsOf(loaded)
    await server.edit(loaded!.registrationId, { user: { email: 'later@example.org' } })
    const { city: _, country: __, ...known } = ana
    const change = {
      ...bench.edit('person', person, { ...known, lastName: 'Sousa' }),
      patch: { last_name: 'Sousa' },
    }
    const [outcome] = await bench.send('person', [change])
    // What changed there meanwhile is news for the next look, not something that was ignored.
    expect(doneOf(outcome).kept).toEqual({})
    expect(await server.present()).toMatchObject([
      { user: { last_name: 'Sousa', email: 'later@example.org' } },
    ])
    expect(await documents()).toEqual([
      { participants: [{ registration_id: loaded?.registrationId, user: { last_name: 'Sousa' } }] },
    ])
  })

  it('tells what was silently ignored: the address of somebody with an account', async () => {
    const [loaded] = await server.load([{ user: anaThere, account: true }])
    const { person } = await recordsOf(loaded)
    const mine = { ...ana, email: 'new@example.org' }
    const [outcome] = await bench.send('person', [bench.edit('person', person, mine)])
    expect(doneOf(outcome).kept).toEqual({ email: 'ana@example.org' })
  })

  it('tells that a number from abroad was not sent, and what RunSignup has instead', async () => {
    const [loaded] = await server.load([{ user: anaThere }])
    const { person } = await recordsOf(loaded)
    const mine = { ...ana, phone: '+351912345678' }
    const [outcome] = await bench.send('person', [bench.edit('person', person, mine)])
    expect(doneOf(outcome).kept).toEqual({ phone: '+14155550123' })
  })

  it('clears bib and chip', async () => {
    const [loaded] = await server.load([{ user: anaThere, bib_num: 7, chip_num: 'A' }])
    const { registration } = await recordsOf(loaded)
    await bench.send('eventParticipant', [
      bench.edit('eventParticipant', registration, { number: null }),
    ])
    expect(await server.present()).toMatchObject([{ bib_num: null, chip_num: null }])
  })

  it('refused in safe sync fails that person with RunSignup’s words; bibs still go', async () => {
    await server.turn({ safeSync: true })
    const [own, imported] = await server.load([
      { user: anaThere, account: true },
      { user: { last_name: 'Reis' } },
    ])
    const records = [await recordsOf(own), await recordsOf(imported)]
    const outcomes = await bench.send(
      'person',
      records.map(({ person }) => bench.edit('person', person, { ...ana, lastName: 'Sousa' })),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'done'])
    expect(errorOf(outcomes[0])).toMatchObject({
      code: 'rejected',
      message: 'User information of users with accounts cannot be edited.',
    })
    const [outcome] = await bench.send('eventParticipant', [
      bench.edit('eventParticipant', records[0]!.registration, { number: '9' }),
    ])
    expect(doneOf(outcome).kept).toEqual({})
    expect(await server.present()).toMatchObject([{ bib_num: 9 }, {}])
  })

  it('of many registrations in two events is a request for each and one to read them back', async () => {
    const whole = await open({ eventIds: `${eventId} ${eventId + 1}` })
    const loaded = await server.load(
      Array.from({ length: 90 }, (_, n) => ({
        user: { last_name: `No ${n}` },
        eventId: eventId + (n % 2),
      })),
    )
    const { of } = await whole.walk()
    // Where pages may be cut for each event, some rows are looked at twice.
    const each = new Map(of('eventParticipant').map((record) => [record.remoteId, record]))
    const before = (await server.stats()).requests
    const outcomes = await whole.send(
      'eventParticipant',
      [...each.values()].map((record, n) =>
        whole.edit('eventParticipant', record, { number: String(n + 1) }),
      ),
    )
    expect(outcomes.map((outcome) => doneOf(outcome).remoteId).toSorted()).toEqual(
      loaded.map(({ registrationId }) => String(registrationId)).toSorted(),
    )
    expect((await server.stats()).requests - before).toBe(3)
    const bibs = (await server.present()).map(({ bib_num: bib }) => bib)
    expect(bibs.toSorted((a, b) => a! - b!)).toEqual(Array.from({ length: 90 }, (_, n) => n + 1))
  })

  it('that changes nothing there is read back by its number', async () => {
    const loaded = await server.load(
      Array.from({ length: 30 }, (_, n) => ({
        user: { ...anaThere, last_name: `No ${n}` },
        account: true,
      })),
    )
    await server.siteClock(Math.floor(Date.now() / 1000) - 86_400)
    for (const { registrationId } of loaded) await server.edit(registrationId, {})
    const { of } = await bench.walk()
    const outcomes = await bench.send(
      'person',
      of('person').map((record, n) =>
        bench.edit('person', record, {
          ...ana,
          city: null,
          country: null,
          lastName: `No ${n}`,
          email: `r${n}@example.org`,
        }),
      ),
    )
    expect(outcomes.map((outcome) => doneOf(outcome).kept)).toEqual(
      outcomes.map(() => ({ email: 'ana@example.org' })),
    )
    expect((await server.stats()).byCollection['POST participants']).toBe(1)
    expect((await server.stats()).byCollection['GET participants']).toBeLessThanOrEqual(4)
  })

  it('finds the event of a registration whose version is not known, and says when it is gone', async () => {
    const whole = await open({ eventIds: '' })
    const [loaded, gone] = await server.load([
      { user: anaThere, eventId: eventId + 1 },
      { user: { last_name: 'Gone' } },
    ])
    await server.remove(gone!.registrationId)
    const blind = ({ registrationId }: LoadedRegistration) => ({
      ...whole.edit(
        'eventParticipant',
        { remoteId: String(registrationId), version: '' },
        { number: '5' },
      ),
      remoteVersion: null,
    })
    const outcomes = await whole.send('eventParticipant', [blind(loaded!), blind(gone!)])
    expect(doneOf(outcomes[0]).remoteId).toBe(String(loaded?.registrationId))
    expect(errorOf(outcomes[1])).toMatchObject({ code: 'gone', maybeSent: false })
    expect(await server.present()).toMatchObject([{ bib_num: 5, event_id: eventId + 1 }])
  })

  it('of a person whose registration is not known waits for the next look', async () => {
    const change = bench.edit('person', { remoteId: '5', version: 'unknown' }, ana)
    const [outcome] = await bench.send('person', [change])
    expect(errorOf(outcome)).toMatchObject({ code: 'changed-remotely', maybeSent: false })
    expect((await server.stats()).requests).toBe(0)
  })

  it('of a registration that was removed meanwhile is told as gone: RunSignup ignores it without a word', async () => {
    const [loaded] = await server.load([{ user: anaThere, bib_num: 7 }])
    const { registration } = await recordsOf(loaded)
    await server.remove(loaded!.registrationId)
    const change = bench.edit('eventParticipant', registration, { number: '8' })
    const [outcome] = await bench.send('eventParticipant', [change])
    expect(errorOf(outcome)).toMatchObject({ code: 'gone' })
    const [there] = await server.registrations()
    expect(there?.bib_num).toBe(7)
  })
})
