import { describe, expect, it } from 'vitest'
import type { RemoteRecord } from '../../../main/engine/targets/kit/adapter.ts'
import { clearedBirthDate } from '../../../main/engine/targets/runsignup/api.ts'
import { eventId, type LoadedRegistration } from './stand-in.ts'
import { errorOf } from '../conformance/subject.ts'
import { ana, anaThere, doneOf, withRunSignup } from './bench.ts'

const site = withRunSignup()

/** What a walk says of somebody who was loaded. */
async function recordsOf(loaded: LoadedRegistration | undefined) {
  const { records } = await site.bench.walk()
  const find = (entity: RemoteRecord['entity'], id: number | undefined) =>
    records.find((one) => one.entity === entity && one.remoteId === String(id))!
  return {
    person: find('person', loaded?.userId),
    registration: find('eventParticipant', loaded?.registrationId),
  }
}

const posts = async () => (await site.server.log()).filter(({ method }) => method === 'POST')
/** The JSON documents of all posts so far. */
const documents = async () =>
  (await posts()).map(({ body }) => JSON.parse(new URLSearchParams(body).get('request') ?? ''))

describe('an edit', () => {
  it('of a person goes to a registration of theirs and says nothing about that', async () => {
    const [loaded] = await site.server.load([{ user: anaThere, bib_num: 7, giveaway: 'Shirt M' }])
    const { person } = await recordsOf(loaded)
    const { city: _, ...rest } = ana
    const change = site.bench.edit('person', person, {
      ...rest,
      lastName: 'Sousa',
      dateOfBirth: null,
    })
    const [outcome] = await site.bench.send('person', [change])
    expect(doneOf(outcome)).toMatchObject({ remoteId: String(loaded?.userId), kept: {} })
    expect(doneOf(outcome).remoteVersion).toBe((await recordsOf(loaded)).person.version)
    expect(await site.server.present()).toMatchObject([
      {
        bib_num: 7,
        giveaway: 'Shirt M',
        user: { last_name: 'Sousa', dob: null, email: ana.email },
      },
    ])
    const [document] = await documents()
    expect(document.participants[0]).toMatchObject({
      registration_id: loaded?.registrationId,
      user: { dob: clearedBirthDate, address: { city: null } },
    })
    expect(Object.keys(document.participants[0])).toEqual(['registration_id', 'user'])
  })

  it('of a registration says nothing about its person', async () => {
    const [loaded] = await site.server.load([{ user: anaThere, bib_num: 7, chip_num: 'A' }])
    const { registration } = await recordsOf(loaded)
    const change = site.bench.edit('eventParticipant', registration, { number: '8' }, { tag: 'B' })
    await site.bench.send('eventParticipant', [change])
    expect(await documents()).toEqual([
      { participants: [{ registration_id: loaded?.registrationId, bib_num: 8, chip_num: 'B' }] },
    ])
    expect(await site.server.present()).toMatchObject([
      { bib_num: 8, chip_num: 'B', user: anaThere },
    ])
  })

  it('says only what differs from what RunSignup is known to have, and undoes nobody else’s edit', async () => {
    const [loaded] = await site.server.load([{ user: anaThere, bib_num: 7 }])
    const { person } = await recordsOf(loaded)
    await site.server.edit(loaded!.registrationId, { user: { email: 'later@example.org' } })
    const { city: _, country: __, ...known } = ana
    const change = {
      ...site.bench.edit('person', person, { ...known, lastName: 'Sousa' }),
      patch: { last_name: 'Sousa' },
    }
    const [outcome] = await site.bench.send('person', [change])
    // What changed there meanwhile is news for the next look, not something that was ignored.
    expect(doneOf(outcome).kept).toEqual({})
    expect(await site.server.present()).toMatchObject([
      { user: { last_name: 'Sousa', email: 'later@example.org' } },
    ])
    expect(await documents()).toEqual([
      { participants: [{ registration_id: loaded?.registrationId, user: { last_name: 'Sousa' } }] },
    ])
  })

  it('tells what was silently ignored: the address of somebody with an account', async () => {
    const [loaded] = await site.server.load([{ user: anaThere, account: true }])
    const { person } = await recordsOf(loaded)
    const mine = { ...ana, email: 'new@example.org' }
    const [outcome] = await site.bench.send('person', [site.bench.edit('person', person, mine)])
    expect(doneOf(outcome).kept).toEqual({ email: 'ana@example.org' })
  })

  it('tells that a number from abroad was not sent, and what RunSignup has instead', async () => {
    const [loaded] = await site.server.load([{ user: anaThere }])
    const { person } = await recordsOf(loaded)
    const mine = { ...ana, phone: '+351912345678' }
    const [outcome] = await site.bench.send('person', [site.bench.edit('person', person, mine)])
    expect(doneOf(outcome).kept).toEqual({ phone: '+14155550123' })
  })

  it('clears bib and chip', async () => {
    const [loaded] = await site.server.load([{ user: anaThere, bib_num: 7, chip_num: 'A' }])
    const { registration } = await recordsOf(loaded)
    await site.bench.send('eventParticipant', [
      site.bench.edit('eventParticipant', registration, { number: null }),
    ])
    expect(await site.server.present()).toMatchObject([{ bib_num: null, chip_num: null }])
  })

  it('refused in safe sync fails that person with RunSignup’s words; bibs still go', async () => {
    await site.server.turn({ safeSync: true })
    const [own, imported] = await site.server.load([
      { user: anaThere, account: true },
      { user: { last_name: 'Reis' } },
    ])
    const records = [await recordsOf(own), await recordsOf(imported)]
    const outcomes = await site.bench.send(
      'person',
      records.map(({ person }) => site.bench.edit('person', person, { ...ana, lastName: 'Sousa' })),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'done'])
    expect(errorOf(outcomes[0])).toMatchObject({
      code: 'rejected',
      message: 'User information of users with accounts cannot be edited.',
    })
    const [outcome] = await site.bench.send('eventParticipant', [
      site.bench.edit('eventParticipant', records[0]!.registration, { number: '9' }),
    ])
    expect(doneOf(outcome).kept).toEqual({})
    expect(await site.server.present()).toMatchObject([{ bib_num: 9 }, {}])
  })

  it('of many registrations in two events is a request for each and one to read them back', async () => {
    const whole = await site.open({ eventIds: `${eventId} ${eventId + 1}` })
    const loaded = await site.server.load(
      Array.from({ length: 90 }, (_, n) => ({
        user: { last_name: `No ${n}` },
        eventId: eventId + (n % 2),
      })),
    )
    const { of } = await whole.walk()
    // Where pages may be cut for each event, some rows are looked at twice.
    const each = new Map(of('eventParticipant').map((record) => [record.remoteId, record]))
    const before = (await site.server.stats()).requests
    const outcomes = await whole.send(
      'eventParticipant',
      [...each.values()].map((record, n) =>
        whole.edit('eventParticipant', record, { number: String(n + 1) }),
      ),
    )
    expect(outcomes.map((outcome) => doneOf(outcome).remoteId).toSorted()).toEqual(
      loaded.map(({ registrationId }) => String(registrationId)).toSorted(),
    )
    expect((await site.server.stats()).requests - before).toBe(3)
    const bibs = (await site.server.present()).map(({ bib_num: bib }) => bib)
    expect(bibs.toSorted((a, b) => a! - b!)).toEqual(Array.from({ length: 90 }, (_, n) => n + 1))
  })

  it('that changes nothing there is read back by its number', async () => {
    const loaded = await site.server.load(
      Array.from({ length: 30 }, (_, n) => ({
        user: { ...anaThere, last_name: `No ${n}` },
        account: true,
      })),
    )
    await site.server.siteClock(Math.floor(Date.now() / 1000) - 86_400)
    for (const { registrationId } of loaded) await site.server.edit(registrationId, {})
    const { of } = await site.bench.walk()
    const outcomes = await site.bench.send(
      'person',
      of('person').map((record, n) =>
        site.bench.edit('person', record, {
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
    expect((await site.server.stats()).byCollection['POST participants']).toBe(1)
    expect((await site.server.stats()).byCollection['GET participants']).toBeLessThanOrEqual(4)
  })

  it('finds the event of a registration whose version is not known, and says when it is gone', async () => {
    const whole = await site.open({ eventIds: '' })
    const [loaded, gone] = await site.server.load([
      { user: anaThere, eventId: eventId + 1 },
      { user: { last_name: 'Gone' } },
    ])
    await site.server.remove(gone!.registrationId)
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
    expect(await site.server.present()).toMatchObject([{ bib_num: 5, event_id: eventId + 1 }])
  })

  it('of a person whose registration is not known waits for the next look', async () => {
    const change = site.bench.edit('person', { remoteId: '5', version: 'unknown' }, ana)
    const [outcome] = await site.bench.send('person', [change])
    expect(errorOf(outcome)).toMatchObject({ code: 'changed-remotely', maybeSent: false })
    expect((await site.server.stats()).requests).toBe(0)
  })

  it('of a registration that was removed meanwhile is told as gone: RunSignup ignores it without a word', async () => {
    const [loaded] = await site.server.load([{ user: anaThere, bib_num: 7 }])
    const { registration } = await recordsOf(loaded)
    await site.server.remove(loaded!.registrationId)
    const change = site.bench.edit('eventParticipant', registration, { number: '8' })
    const [outcome] = await site.bench.send('eventParticipant', [change])
    expect(errorOf(outcome)).toMatchObject({ code: 'gone' })
    const [there] = await site.server.registrations()
    expect(there?.bib_num).toBe(7)
  })
})
