/** What was made at two laptops while they were apart and is one: it is one afterwards, with everything that belongs to either. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { hubOutcome } from '../../main/contract/hub.ts'
import {
  content as everything,
  entrant,
  joinHub,
  openHub,
  openLaptop,
  pairDesk,
  set,
  sync,
  type Laptop,
  type TestHub,
} from '../support/hub-and-desks.ts'

let hub: TestHub
let event: string
let one: Laptop
let two: Laptop

beforeEach(async () => {
  hub = await openHub()
  event = (await set(hub.laptop, 'event', { name: 'Spring Classic' })).id
})

async function twoDesks(): Promise<void> {
  one = await joinHub(hub, 'Desk 1')
  two = await joinHub(hub, 'Desk 2')
}

/** Each run of a desk has to succeed: nobody has to do anything. */
async function comeTogether(): Promise<void> {
  for (const desk of [one, two, one, two]) await sync(desk)
  const there = await content(hub.laptop)
  for (const desk of [one, two]) {
    expect(await content(desk)).toEqual(there)
    expect((await desk.client.failures.list({ limit: 10 })).failures).toEqual([])
    expect(await desk.client.settings.check()).toEqual({ ok: true, problems: [] })
  }
  expect(await hub.laptop.client.settings.check()).toEqual({ ok: true, problems: [] })
}

/** What is there; what went is nowhere but where it was made. */
async function content(laptop: Laptop) {
  return (await everything(laptop)).filter((one) => !one.includes('"deleted":true'))
}

async function all(laptop: Laptop, entity: EntityName) {
  const { records } = await laptop.client.records.list({ entity, limit: 100 })
  return records
}

const told = async (laptop: Laptop) =>
  (await laptop.engine.hub.notices()).map(({ words }) => words).toSorted()

const histories = async () => {
  const texts = []
  for (const { client } of [hub.laptop, one, two]) {
    texts.push(JSON.stringify((await client.records.history({ limit: 1000 })).entries))
  }
  return texts.join()
}

describe('made at two desks while they are apart', () => {
  it('a start group is one, with the places of both; what it lacked it gets, and a person is told what does not stand', async () => {
    const race = (await set(hub.laptop, 'race', { event, name: '10 km' })).id
    const anna = await entrant(hub.laptop, event, 'Anna', '1')
    const karl = await entrant(hub.laptop, event, 'Karl', '2')
    await twoDesks()
    const made = { race, name: 'Wave A' }
    const first = await set(one, 'startGroup', { ...made, capacity: 100 })
    const second = await set(two, 'startGroup', {
      ...{ ...made, name: 'wave a', capacity: 50 },
      startTime: '2026-05-01T08:00:00Z',
    })
    const place = (group: string, of: string) => ({ startGroup: group, eventParticipant: of })
    await set(one, 'startGroupParticipant', place(first.id, anna.id))
    // Anna is in both: once is enough.
    await set(two, 'startGroupParticipant', place(second.id, anna.id))
    await set(two, 'startGroupParticipant', place(second.id, karl.id))
    await comeTogether()
    expect(await all(hub.laptop, 'startGroup')).toMatchObject([
      { id: first.id, name: 'Wave A', capacity: 100, startTime: '2026-05-01T08:00:00Z' },
    ])
    const places = await all(hub.laptop, 'startGroupParticipant')
    expect(places.map((one) => [one['startGroup'], one['eventParticipant']]).toSorted()).toEqual(
      [anna.id, karl.id].map((id) => [first.id, id]).toSorted(),
    )
    expect(await told(two)).toEqual([
      'Capacity of Wave A: "100" stands by Maria @ Desk 1, "50" does not (typed by Maria @ Desk 2).',
    ])
    expect(await histories()).toContain('wave a')
  })

  it('a club is one, with the members of both; two that are known to differ stay two', async () => {
    await twoDesks()
    const first = await set(one, 'organisation', { name: 'TV Soest', country: 'DE' })
    const second = await set(two, 'organisation', { name: 'TV Soest', email: 'tv@soest.de' })
    await set(one, 'person', { lastName: 'Meier', organisation: first.id })
    await set(two, 'person', { lastName: 'Huber', organisation: second.id })
    await set(one, 'organisation', { name: 'Union', country: 'AT' })
    await set(two, 'organisation', { name: 'Union', country: 'DE' })
    await comeTogether()
    const clubs = await all(hub.laptop, 'organisation')
    expect(clubs.map(({ name }) => name).toSorted()).toEqual(['TV Soest', 'Union', 'Union'])
    expect(clubs.find(({ id }) => id === first.id)).toMatchObject({
      ...{ country: 'DE', email: 'tv@soest.de' },
    })
    const persons = await all(two, 'person')
    expect(persons.map((one) => one['organisation'])).toEqual([first.id, first.id])
  })

  it('a club the desk knows of already is not made a second time', async () => {
    await twoDesks()
    const first = await set(one, 'organisation', { name: 'TV Soest' })
    await sync(one)
    await sync(two)
    const second = await set(two, 'organisation', { name: 'TV Soest' })
    await set(two, 'person', { lastName: 'Huber', organisation: second.id })
    await comeTogether()
    expect((await all(two, 'organisation')).map(({ id }) => id)).toEqual([first.id])
    expect(await all(hub.laptop, 'person')).toMatchObject([{ organisation: first.id }])
  })

  it('a tag is one: whoever the hub gave it keeps it, the other needs another', async () => {
    const anna = await entrant(hub.laptop, event, 'Anna', '1')
    const karl = await entrant(hub.laptop, event, 'Karl', '2')
    await twoDesks()
    const first = await set(one, 'tag', { number: 'T1' })
    const second = await set(two, 'tag', { number: 'T1', type: 'foam' })
    await set(one, 'eventParticipant', { tag: first.id }, anna.id)
    await set(two, 'eventParticipant', { tag: second.id }, karl.id)
    await comeTogether()
    expect(await all(hub.laptop, 'tag')).toMatchObject([{ id: first.id, type: 'foam' }])
    const holders = (await all(two, 'eventParticipant')).map((one) => [one.id, one['tag']])
    expect(Object.fromEntries(holders)).toEqual({ [anna.id]: first.id, [karl.id]: null })
    expect(await told(two)).toEqual([expect.stringMatching(/^The tag was given to Anna.*Karl/)])
  })

  it('a race and the start groups in it are one each, one below the other', async () => {
    await twoDesks()
    for (const desk of [one, two]) {
      const race = await set(desk, 'race', { event, name: 'Half' })
      const group = await set(desk, 'startGroup', { race: race.id, name: 'Wave A' })
      const runner = await entrant(desk, event, desk === one ? 'Anna' : 'Karl', null)
      await set(desk, 'startGroupParticipant', {
        ...{ startGroup: group.id, eventParticipant: runner.id },
      })
    }
    await comeTogether()
    expect(await all(hub.laptop, 'race')).toHaveLength(1)
    const groups = await all(hub.laptop, 'startGroup')
    expect(groups).toHaveLength(1)
    const places = await all(two, 'startGroupParticipant')
    expect(places.map((one) => one['startGroup'])).toEqual([groups[0]!.id, groups[0]!.id])
  })

  it('a consent is one, and a withdrawal counts', async () => {
    const person = (await set(hub.laptop, 'person', { lastName: 'Anna' })).id
    await twoDesks()
    const about = { person, channel: 'email', topic: 'news' }
    await set(one, 'contactPreference', { ...about, status: 'optedIn', source: 'desk' })
    await set(two, 'contactPreference', { ...about, status: 'optedOut', source: 'phone' })
    await comeTogether()
    expect(await all(one, 'contactPreference')).toMatchObject([
      { status: 'optedOut', source: 'phone' },
    ])
  })
})

it('a laptop with an event of the same name becomes a desk: its entrants are in the event of the hub', async () => {
  await twoDesks()
  const three = await openLaptop(false)
  const own = (await set(three, 'event', { name: 'Spring Classic', city: 'Soest' })).id
  await entrant(hub.laptop, event, 'Anna', '7')
  const karl = await entrant(three, own, 'Karl', '7')
  await pairDesk(hub, three, 'Desk 3')
  await sync(three)
  await sync(three)
  await comeTogether()
  expect(await content(three)).toEqual(await content(hub.laptop))
  expect(await all(hub.laptop, 'event')).toMatchObject([{ id: event, city: 'Soest' }])
  const entries = await all(hub.laptop, 'eventParticipant')
  expect(entries.map((one) => one['event'])).toEqual([event, event])
  expect(entries.find(({ id }) => id === karl.id)).toMatchObject({ number: null })
  expect(await told(three)).toEqual([expect.stringMatching(/^Bib 7 was given to .*Karl/)])
})

it('a start group renamed to what another was called meanwhile keeps its name, and a person is told', async () => {
  const race = (await set(hub.laptop, 'race', { event, name: '10 km' })).id
  const { id } = await set(hub.laptop, 'startGroup', { race, name: 'Wave 1' })
  await twoDesks()
  const made = await set(one, 'startGroup', { race, name: 'Wave A' })
  await set(two, 'startGroup', { name: 'Wave A' }, id)
  await comeTogether()
  const groups = await all(two, 'startGroup')
  expect(groups.map((group) => [group.id, group['name']]).toSorted()).toEqual(
    [
      [id, 'Wave 1'],
      [made.id, 'Wave A'],
    ].toSorted(),
  )
  const words = 'Name of Wave 1: "Wave 1" stands'
  expect(await told(two)).toEqual([expect.stringContaining(words)])
  expect(await told(hub.laptop)).toEqual([expect.stringContaining(words)])
})

describe('a name given away at one desk', () => {
  let race: string
  let old: string

  beforeEach(async () => {
    race = (await set(hub.laptop, 'race', { event, name: '10 km' })).id
    old = (await set(hub.laptop, 'startGroup', { race, name: 'Wave A' })).id
    await twoDesks()
  })

  const groups = async (laptop: Laptop) => {
    const found = await all(laptop, 'startGroup')
    return Object.fromEntries(found.map(({ id, name }) => [id, name]))
  }

  async function giveAway(): Promise<string> {
    await set(one, 'startGroup', { name: 'Wave B' }, old)
    const made = await set(one, 'startGroup', { race, name: 'Wave A' })
    const anna = await entrant(one, event, 'Anna', '1')
    await set(one, 'startGroupParticipant', { startGroup: made.id, eventParticipant: anna.id })
    return made.id
  }

  const placesIn = async () =>
    (await all(hub.laptop, 'startGroupParticipant')).map((place) => place['startGroup'])

  it('names a new start group there, with its members', async () => {
    const made = await giveAway()
    await comeTogether()
    expect(await groups(hub.laptop)).toEqual({ [old]: 'Wave B', [made]: 'Wave A' })
    expect(await placesIn()).toEqual([made])
  })

  it('stands where the hub cannot have the new one: the two of that name are one', async () => {
    const other = await set(two, 'startGroup', { race, name: 'Wave B' })
    await sync(two)
    await giveAway()
    await comeTogether()
    expect(await groups(hub.laptop)).toEqual({ [old]: 'Wave A', [other.id]: 'Wave B' })
    expect(await placesIn()).toEqual([old])
  })

  it('is not taken from the new one before the hub has heard of it', async () => {
    const made = await giveAway()
    // Only the new one is sent: the hub knows nothing of the other's new name.
    await one.client.sync.run({ targets: ['hub'], records: [made] })
    expect(await groups(one)).toEqual({ [old]: 'Wave B', [made]: 'Wave A' })
    await comeTogether()
    expect(await groups(hub.laptop)).toEqual({ [old]: 'Wave B', [made]: 'Wave A' })
    expect(await placesIn()).toEqual([made])
  })
})

it('what was deleted with many others and made anew waits without a run after the other, and goes once they went', async () => {
  for (let n = 0; n < 25; n++) await set(hub.laptop, 'tag', { number: `T${n}` })
  await twoDesks()
  for (const { id } of await all(one, 'tag')) await one.client.records.remove({ entity: 'tag', id })
  const made = await set(one, 'tag', { number: 'T7', type: 'foam' })
  await sync(one, 'warning')
  const told: unknown[] = []
  const stop = one.engine.onLive((event) => event.type === 'data' && told.push(event))
  const { runs } = await one.client.sync.run({ targets: ['hub'] })
  stop()
  expect(runs[0]).toMatchObject({ guard: { code: 'delete-there', planned: 25 } })
  // Each of these would begin another run.
  expect(told).toEqual([])
  await one.client.sync.run({ targets: ['hub'], allowMassChange: true })
  await comeTogether()
  expect(await all(hub.laptop, 'tag')).toMatchObject([{ id: made.id, type: 'foam' }])
})

describe('deleted at the hub and made anew while a desk is away', () => {
  it('an event has nothing of the one before, and nobody is told of what went with that', async () => {
    const group = async (of: string) => {
      const race = await set(hub.laptop, 'race', { event: of, name: '10 km' })
      return set(hub.laptop, 'startGroup', { race: race.id, name: 'Wave A' })
    }
    const place = async (laptop: Laptop, startGroup: string, eventParticipant: string) =>
      set(laptop, 'startGroupParticipant', { startGroup, eventParticipant })
    await set(hub.laptop, 'event', { city: 'Soest' }, event)
    await hub.laptop.client.ownFields.add({ eventId: event, label: 'Hotel' })
    const first = await group(event)
    const anna = await entrant(hub.laptop, event, 'Anna', '7')
    await set(hub.laptop, 'eventParticipant', { own_hotel: 'Ritz' }, anna.id)
    await place(hub.laptop, first.id, anna.id)
    await twoDesks()
    await hub.laptop.client.records.remove({ entity: 'event', id: event, withChildren: true })
    const anew = (await set(hub.laptop, 'event', { name: 'Spring Classic' })).id
    const second = await group(anew)
    const karl = await entrant(hub.laptop, anew, 'Karl', '7')
    await place(hub.laptop, second.id, karl.id)
    // Nothing is sent: the desk typed nothing.
    expect((await sync(one)).outbound).toMatchObject({ created: 0, updated: 0, deleted: 0 })
    await comeTogether()
    expect(await all(one, 'event')).toMatchObject([{ id: anew, city: null }])
    expect(await one.client.ownFields.list({})).toEqual([])
    expect(await all(one, 'eventParticipant')).toMatchObject([{ id: karl.id, number: '7' }])
    for (const laptop of [hub.laptop, one, two]) expect(await told(laptop)).toEqual([])
  })

  it('an event gets the entrants a desk added to the one before', async () => {
    await entrant(hub.laptop, event, 'Anna', '7')
    await twoDesks()
    const karl = await entrant(one, event, 'Karl', '8')
    await hub.laptop.client.records.remove({ entity: 'event', id: event, withChildren: true })
    const anew = (await set(hub.laptop, 'event', { name: 'Spring Classic' })).id
    // What refers to the event that is gone is refused, until that is known here.
    await one.client.sync.run({ targets: ['hub'] })
    await comeTogether()
    const entries = await all(hub.laptop, 'eventParticipant')
    expect(entries).toMatchObject([{ id: karl.id, event: anew, number: '8' }])
    for (const laptop of [hub.laptop, one, two]) expect(await told(laptop)).toEqual([])
  })

  it('an event takes nothing of what was changed in the one before, and a person is told of that', async () => {
    await entrant(hub.laptop, event, 'Anna', '7')
    await twoDesks()
    await set(one, 'event', { city: 'Soest' }, event)
    await hub.laptop.client.records.remove({ entity: 'event', id: event, withChildren: true })
    const anew = (await set(hub.laptop, 'event', { name: 'Spring Classic' })).id
    await one.client.sync.run({ targets: ['hub'] })
    await comeTogether()
    expect(await all(hub.laptop, 'event')).toMatchObject([{ id: anew, city: null }])
    expect(await told(one)).toEqual([
      expect.stringContaining('Spring Classic was changed on one laptop and deleted on another'),
    ])
  })

  it('an entrant gives the bib to whoever has it now, and nobody is told that it was lost', async () => {
    const race = await set(hub.laptop, 'race', { event, name: '10 km' })
    const group = await set(hub.laptop, 'startGroup', { race: race.id, name: 'Wave A' })
    const anna = await entrant(hub.laptop, event, 'Anna', '7')
    await set(hub.laptop, 'startGroupParticipant', {
      ...{ startGroup: group.id, eventParticipant: anna.id },
    })
    await twoDesks()
    const gone = { entity: 'eventParticipant', id: anna.id, withChildren: true } as const
    await hub.laptop.client.records.remove(gone)
    const karl = await entrant(hub.laptop, event, 'Karl', '7')
    await comeTogether()
    expect(await all(one, 'eventParticipant')).toMatchObject([{ id: karl.id, number: '7' }])
    for (const laptop of [hub.laptop, one, two]) expect(await told(laptop)).toEqual([])
  })
})

it('an answer of a hub from before knows nothing of what was not read', () => {
  expect(hubOutcome.parse({ status: 'done', stamp: 7, lost: [] })).toMatchObject({ unread: false })
})
