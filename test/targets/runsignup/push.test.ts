import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { noParts } from '../../../main/engine/targets/kit/resource.ts'
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
const runner = (n: number) => ({ firstName: 'Runner', lastName: `No ${n}` })

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

describe('a registration made here', () => {
  it('arrives with its person, and tells who that is there', async () => {
    const change = bench.entrant(ana, { number: '0042', giveaway: 'Shirt M' }, { tag: 'AB1' })
    const [outcome] = await bench.send('eventParticipant', [change])
    const [there] = await server.present()
    expect(there).toMatchObject({
      event_id: eventId,
      user: anaThere,
      bib_num: 42,
      chip_num: 'AB1',
      giveaway: 'Shirt M',
      imported: true,
    })
    const { person, registration } = await recordsOf({
      registrationId: there!.registration_id,
      userId: there!.user.user_id,
    })
    expect(doneOf(outcome)).toEqual({
      status: 'done',
      remoteId: String(there?.registration_id),
      remoteVersion: registration.version,
      remoteModifiedOn: there!.modified * 1_000_000,
      kept: {},
      made: { person: { remoteId: String(there?.user.user_id), remoteVersion: person.version } },
    })
  })

  it('leaves out what is empty, and names the person RunSignup knows already', async () => {
    const [known] = await server.load([{ user: { last_name: 'Sá' }, eventId: eventId + 1 }])
    const change = bench.entrant(
      { firstName: 'Ana', lastName: 'Sá' },
      {},
      { person: String(known?.userId) },
    )
    await bench.send('eventParticipant', [change])
    expect(await documents()).toEqual([
      {
        participants: [
          {
            user_id: known?.userId,
            user: { first_name: 'Ana', last_name: 'Sá', address: {} },
          },
        ],
      },
    ])
    const [, made] = await server.present()
    expect(made?.user.user_id).toBe(known?.userId)
  })

  it('of a hundred people is two requests', async () => {
    const changes = Array.from({ length: 100 }, (_, n) => bench.entrant(runner(n)))
    const outcomes = await bench.send('eventParticipant', changes)
    expect(outcomes.every((outcome) => doneOf(outcome).made?.['person'] !== undefined)).toBe(true)
    expect((await server.stats()).byCollection).toEqual({
      'POST participants': 1,
      'GET participants': 1,
    })
    const names = (await server.present()).map(({ user }) => user.last_name)
    expect(names).toEqual(changes.map((_, n) => `No ${n}`))
  })

  it('is read back with one request, however many were made in the same minute before it', async () => {
    const paged = await open({ pageSize: 100 })
    for (let batch = 0; batch < 4; batch++) {
      const changes = Array.from({ length: 100 }, (_, n) => paged.entrant(runner(batch * 100 + n)))
      const outcomes = await paged.send('eventParticipant', changes)
      expect(outcomes.every((outcome) => doneOf(outcome).made?.['person'])).toBe(true)
    }
    expect((await server.stats()).byCollection).toEqual({
      'POST participants': 4,
      'GET participants': 4,
    })
  })

  it('sends a bib with letters as none, and a number from abroad not at all', async () => {
    const change = bench.entrant({ ...ana, phone: '+351912345678' }, { number: 'F12' })
    const [outcome] = await bench.send('eventParticipant', [change])
    expect(await server.present()).toMatchObject([{ bib_num: null, user: { phone: null } }])
    expect(doneOf(outcome).kept).toEqual({})
    const binding = bench.binding('eventParticipant')
    expect(binding.project?.({ number: 'F12' })).toEqual({ number: null })
    expect(binding.project?.({ number: '0042' })).toEqual({ number: '42' })
  })

  it('goes to the event in the settings, else to the only one, else asks which', async () => {
    const both = `${eventId}, ${eventId + 1}`
    const chosen = await open({ eventIds: both, newEventId: String(eventId + 1) })
    await chosen.send('eventParticipant', [chosen.entrant(ana)])
    expect(await server.present()).toMatchObject([{ event_id: eventId + 1 }])
    for (const eventIds of [both, '']) {
      const unclear = await open({ eventIds })
      const [outcome] = await unclear.send('eventParticipant', [unclear.entrant(ana)])
      expect(errorOf(outcome)).toMatchObject({
        code: 'rejected',
        message: expect.stringMatching(
          /newEventId.*10K \(88001\), Half Marathon \(88002\)/,
        ) as string,
      })
    }
  })

  it('is refused for somebody who is registered already, with their number', async () => {
    const [there] = await server.load([{ user: anaThere }])
    const [outcome] = await bench.send('eventParticipant', [bench.entrant(ana)])
    expect(errorOf(outcome)).toMatchObject({ code: 'rejected', maybeSent: false })
    expect(errorOf(outcome).message).toContain(`registration ${there?.registrationId}.`)
  })

  it('that is bad does not stop the others', async () => {
    const changes = [
      bench.entrant(runner(1)),
      bench.entrant({ lastName: 'Nameless' }),
      bench.entrant(runner(3)),
    ]
    const outcomes = await bench.send('eventParticipant', changes)
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'failed', 'done'])
    expect(errorOf(outcomes[1])).toMatchObject({ code: 'rejected', message: 'A name is required.' })
    expect(await server.present()).toHaveLength(2)
  })

  it('is thrown back with all others where RunSignup refuses them together', async () => {
    await server.turn({ refuseWhole: true })
    const changes = [bench.entrant(runner(1)), bench.entrant({ lastName: 'Nameless' })]
    await expect(
      bench.connection.send('eventParticipant', changes, bench.signal),
    ).rejects.toMatchObject({
      code: 'rejected',
      message: 'Some participants have errors. A name is required.',
    })
    expect(await server.present()).toEqual([])
  })

  it('is refused, not lost, where RunSignup says nothing but the details', async () => {
    await server.turn({ refuseWhole: true, bareDetails: true })
    const both = [bench.entrant(runner(1)), bench.entrant({ lastName: 'Nameless' })]
    const send = (changes: typeof both) =>
      bench.connection.send('eventParticipant', changes, bench.signal)
    const refused = { code: 'rejected', maybeSent: false, message: 'A name is required.' }
    await expect(send(both)).rejects.toMatchObject(refused)
    await expect(send(both.slice(1))).rejects.toMatchObject(refused)
    expect(await server.present()).toEqual([])
  })

  it('that is there already names the registration and says what can be done', async () => {
    const [{ registrationId } = { registrationId: 0 }] = await server.load([{ user: anaThere }])
    const [outcome] = await bench.send('eventParticipant', [bench.entrant(ana)])
    const { message } = errorOf(outcome)
    expect(message).toContain(`registration ${registrationId}`)
    expect(message).toMatch(/same person.*Attention.*somebody else.*Register namesakes/)
  })

  it('is done, though its person is not known, when only the reading back fails', async () => {
    await server.fault({ match: { method: 'GET' }, action: { kind: 'answer', status: 503 } })
    const [outcome] = await bench.send('eventParticipant', [bench.entrant(ana)])
    const [there] = await server.present()
    expect(outcome).toEqual({ status: 'done', remoteId: String(there?.registration_id) })
  })

  it('found after a lost answer has the very content that was sent', async () => {
    const twins = [bench.entrant(ana), bench.entrant({ ...ana, dateOfBirth: '2012-05-06' })]
    await server.load([{ user: anaThere }])
    await server.turn({ restrictsDuplicates: false })
    await server.fault({
      match: { method: 'POST' },
      action: { kind: 'cut-after-write' },
      times: 1,
    })
    const outcomes = await bench.send('eventParticipant', twins)
    expect(outcomes.map((outcome) => errorOf(outcome).code)).toEqual(['ambiguous', 'ambiguous'])
    const made = (await server.present()).filter(({ imported }) => imported)
    const found = await Promise.all(
      twins.map(async (change) =>
        bench.connection.find?.('eventParticipant', change, bench.signal),
      ),
    )
    expect(found).toMatchObject(
      made.map(({ registration_id: id }) => [{ remoteId: String(id), deleted: false }]),
    )
    // One list serves all look-ups: a page, and an empty one that says that it was all.
    expect((await server.stats()).byCollection['GET participants']).toBe(2)
  })
})

describe('a tag', () => {
  it('needs no request: it is the number in a registration', async () => {
    const binding = bench.binding('tag')
    const change = { ...bench.deletion('x'), action: 'create', remoteId: null } as const
    const create = { ...change, body: binding.toRemote({ number: 'AB1' }, {}, noParts) }
    const outcomes = await bench.send('tag', [create, bench.deletion('AB1')])
    expect(outcomes).toMatchObject([
      { status: 'done', remoteId: 'AB1' },
      { status: 'done', remoteId: 'AB1' },
    ])
    expect((await server.stats()).requests).toBe(0)
    expect(await bench.connection.find?.('tag', create, bench.signal)).toMatchObject([
      { remoteId: 'AB1' },
    ])
  })

  it('cannot become another number', async () => {
    const body = { chip_num: 'AB2' }
    const change = { ...bench.deletion('AB1'), action: 'update', body } as const
    const [outcome] = await bench.send('tag', [change])
    expect(errorOf(outcome).message).toContain('Give the entrant another tag instead.')
  })
})

describe('a person', () => {
  it('does not come into being alone', async () => {
    const change = { ...bench.deletion(1), action: 'create', remoteId: null } as const
    const [outcome] = await bench.send('person', [change])
    expect(errorOf(outcome)).toMatchObject({ code: 'rejected' })
  })
})
