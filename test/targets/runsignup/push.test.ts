import { describe, expect, it } from 'vitest'
import { noParts } from '../../../main/engine/targets/kit/resource.ts'
import type { RemoteRecord } from '../../../main/engine/targets/kit/adapter.ts'
import { eventId, type LoadedRegistration } from './stand-in.ts'
import { errorOf } from '../conformance/subject.ts'
import { ana, anaThere, doneOf, withRunSignup } from './bench.ts'

const site = withRunSignup()

const runner = (n: number) => ({ firstName: 'Runner', lastName: `No ${n}` })

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

describe('a registration made here', () => {
  it('arrives with its person, and tells who that is there', async () => {
    const change = site.bench.entrant(ana, { number: '0042', giveaway: 'Shirt M' }, { tag: 'AB1' })
    const [outcome] = await site.bench.send('eventParticipant', [change])
    const [there] = await site.server.present()
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
    const [known] = await site.server.load([{ user: { last_name: 'Sá' }, eventId: eventId + 1 }])
    const change = site.bench.entrant(
      { firstName: 'Ana', lastName: 'Sá' },
      {},
      { person: String(known?.userId) },
    )
    await site.bench.send('eventParticipant', [change])
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
    const [, made] = await site.server.present()
    expect(made?.user.user_id).toBe(known?.userId)
  })

  it('of a hundred people is two requests', async () => {
    const changes = Array.from({ length: 100 }, (_, n) => site.bench.entrant(runner(n)))
    const outcomes = await site.bench.send('eventParticipant', changes)
    expect(outcomes.every((outcome) => doneOf(outcome).made?.['person'] !== undefined)).toBe(true)
    expect((await site.server.stats()).byCollection).toEqual({
      'POST participants': 1,
      'GET participants': 1,
    })
    const names = (await site.server.present()).map(({ user }) => user.last_name)
    expect(names).toEqual(changes.map((_, n) => `No ${n}`))
  })

  it('is read back with one request, however many were made in the same minute before it', async () => {
    const paged = await site.open({ pageSize: 100 })
    for (let batch = 0; batch < 4; batch++) {
      const changes = Array.from({ length: 100 }, (_, n) => paged.entrant(runner(batch * 100 + n)))
      const outcomes = await paged.send('eventParticipant', changes)
      expect(outcomes.every((outcome) => doneOf(outcome).made?.['person'])).toBe(true)
    }
    expect((await site.server.stats()).byCollection).toEqual({
      'POST participants': 4,
      'GET participants': 4,
    })
  })

  it('sends a bib with letters as none, and a number from abroad not at all', async () => {
    const change = site.bench.entrant({ ...ana, phone: '+351912345678' }, { number: 'F12' })
    const [outcome] = await site.bench.send('eventParticipant', [change])
    expect(await site.server.present()).toMatchObject([{ bib_num: null, user: { phone: null } }])
    expect(doneOf(outcome).kept).toEqual({})
    const binding = site.bench.binding('eventParticipant')
    expect(binding.project?.({ number: 'F12' })).toEqual({ number: null })
    expect(binding.project?.({ number: '0042' })).toEqual({ number: '42' })
  })

  it('goes to the event in the settings, else to the only one, else asks which', async () => {
    const both = `${eventId}, ${eventId + 1}`
    const chosen = await site.open({ eventIds: both, newEventId: String(eventId + 1) })
    await chosen.send('eventParticipant', [chosen.entrant(ana)])
    expect(await site.server.present()).toMatchObject([{ event_id: eventId + 1 }])
    for (const eventIds of [both, '']) {
      const unclear = await site.open({ eventIds })
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
    const [there] = await site.server.load([{ user: anaThere }])
    const [outcome] = await site.bench.send('eventParticipant', [site.bench.entrant(ana)])
    expect(errorOf(outcome)).toMatchObject({ code: 'rejected', maybeSent: false })
    expect(errorOf(outcome).message).toContain(`registration ${there?.registrationId}.`)
  })

  it('that is bad does not stop the others', async () => {
    const changes = [
      site.bench.entrant(runner(1)),
      site.bench.entrant({ lastName: 'Nameless' }),
      site.bench.entrant(runner(3)),
    ]
    const outcomes = await site.bench.send('eventParticipant', changes)
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'failed', 'done'])
    expect(errorOf(outcomes[1])).toMatchObject({ code: 'rejected', message: 'A name is required.' })
    expect(await site.server.present()).toHaveLength(2)
  })

  it('is thrown back with all others where RunSignup refuses them together', async () => {
    await site.server.turn({ refuseWhole: true })
    const changes = [site.bench.entrant(runner(1)), site.bench.entrant({ lastName: 'Nameless' })]
    await expect(
      site.bench.connection.send('eventParticipant', changes, site.bench.signal),
    ).rejects.toMatchObject({
      code: 'rejected',
      message: 'Some participants have errors. A name is required.',
    })
    expect(await site.server.present()).toEqual([])
  })

  it('is refused, not lost, where RunSignup says nothing but the details', async () => {
    await site.server.turn({ refuseWhole: true, bareDetails: true })
    const both = [site.bench.entrant(runner(1)), site.bench.entrant({ lastName: 'Nameless' })]
    const send = (changes: typeof both) =>
      site.bench.connection.send('eventParticipant', changes, site.bench.signal)
    const refused = { code: 'rejected', maybeSent: false, message: 'A name is required.' }
    await expect(send(both)).rejects.toMatchObject(refused)
    await expect(send(both.slice(1))).rejects.toMatchObject(refused)
    expect(await site.server.present()).toEqual([])
  })

  it('that is there already names the registration and says what can be done', async () => {
    const [{ registrationId } = { registrationId: 0 }] = await site.server.load([
      { user: anaThere },
    ])
    const [outcome] = await site.bench.send('eventParticipant', [site.bench.entrant(ana)])
    const { message } = errorOf(outcome)
    expect(message).toContain(`registration ${registrationId}`)
    expect(message).toMatch(/same person.*Attention.*somebody else.*Register namesakes/)
  })

  it('is done, though its person is not known, when only the reading back fails', async () => {
    await site.server.fault({ match: { method: 'GET' }, action: { kind: 'answer', status: 503 } })
    const [outcome] = await site.bench.send('eventParticipant', [site.bench.entrant(ana)])
    const [there] = await site.server.present()
    expect(outcome).toEqual({ status: 'done', remoteId: String(there?.registration_id) })
  })

  it('found after a lost answer has the very content that was sent', async () => {
    const twins = [
      site.bench.entrant(ana),
      site.bench.entrant({ ...ana, dateOfBirth: '2012-05-06' }),
    ]
    await site.server.load([{ user: anaThere }])
    await site.server.turn({ restrictsDuplicates: false })
    await site.server.fault({
      match: { method: 'POST' },
      action: { kind: 'cut-after-write' },
      times: 1,
    })
    const outcomes = await site.bench.send('eventParticipant', twins)
    expect(outcomes.map((outcome) => errorOf(outcome).code)).toEqual(['ambiguous', 'ambiguous'])
    const made = (await site.server.present()).filter(({ imported }) => imported)
    const found = await Promise.all(
      twins.map(async (change) =>
        site.bench.connection.find?.('eventParticipant', change, site.bench.signal),
      ),
    )
    expect(found).toMatchObject(
      made.map(({ registration_id: id }) => [{ remoteId: String(id), deleted: false }]),
    )
    // One list serves all look-ups: a page, and an empty one that says that it was all.
    expect((await site.server.stats()).byCollection['GET participants']).toBe(2)
  })
})

describe('a tag', () => {
  it('needs no request: it is the number in a registration', async () => {
    const binding = site.bench.binding('tag')
    const change = { ...site.bench.deletion('x'), action: 'create', remoteId: null } as const
    const create = { ...change, body: binding.toRemote({ number: 'AB1' }, {}, noParts) }
    const outcomes = await site.bench.send('tag', [create, site.bench.deletion('AB1')])
    expect(outcomes).toMatchObject([
      { status: 'done', remoteId: 'AB1' },
      { status: 'done', remoteId: 'AB1' },
    ])
    expect((await site.server.stats()).requests).toBe(0)
    expect(await site.bench.connection.find?.('tag', create, site.bench.signal)).toMatchObject([
      { remoteId: 'AB1' },
    ])
  })

  it('cannot become another number', async () => {
    const body = { chip_num: 'AB2' }
    const change = { ...site.bench.deletion('AB1'), action: 'update', body } as const
    const [outcome] = await site.bench.send('tag', [change])
    expect(errorOf(outcome).message).toContain('Give the entrant another tag instead.')
  })
})

describe('a person', () => {
  it('does not come into being alone', async () => {
    const change = { ...site.bench.deletion(1), action: 'create', remoteId: null } as const
    const [outcome] = await site.bench.send('person', [change])
    expect(errorOf(outcome)).toMatchObject({ code: 'rejected' })
  })
})
