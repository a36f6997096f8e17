/** What an event defines – own fields, rules before a check-in – is the same at a hub and its desks, with what entrants have in it. */
import { beforeEach, expect, it } from 'vitest'
import type { CheckInRuleSet } from '../../main/contract/desk.ts'
import { ownFieldLimits } from '../../main/contract/own-field-names.ts'
import {
  content,
  entrant,
  joinHub,
  openHub,
  openLaptop,
  pairDesk,
  read,
  set,
  sync,
  type Laptop,
  type TestHub,
} from '../support/hub-and-desks.ts'

const entry = 'eventParticipant'
let hub: TestHub
let event: string

beforeEach(async () => {
  hub = await openHub()
  event = (await set(hub.laptop, 'event', { name: 'Spring Classic' })).id
})

const labels = async ({ client }: Laptop) =>
  (await client.ownFields.list({})).map(({ label, kind }) => `${label} ${kind}`).toSorted()
const rules = async ({ client }: Laptop) => {
  const all = await client.desk.rules({ eventId: event })
  return Object.entries(all).flatMap(([rule, strength]) => (strength === 'off' ? [] : [rule]))
}
const ask = async ({ client }: Laptop, some: Partial<CheckInRuleSet>) => {
  const before = await client.desk.rules({ eventId: event })
  await client.desk.setRules({ eventId: event, rules: { ...before, ...some } })
}

it('a desk has the own fields and rules of the hub’s event, and what entrants have in them, also what came later', async () => {
  await hub.laptop.client.ownFields.add({ eventId: event, label: 'Hotel' })
  await ask(hub.laptop, { waiver: 'refuse' })
  const { id } = await entrant(hub.laptop, event, 'Huber', '1')
  await set(hub.laptop, entry, { own_hotel: 'Ritz' }, id)
  const one = await joinHub(hub, 'Desk 1')
  expect(await labels(one)).toEqual(['Hotel text'])
  expect(await rules(one)).toEqual(['waiver'])
  expect(await read(one, id)).toMatchObject({ own_hotel: 'Ritz' })
  // Both ways, a value that is taken out as well.
  await set(one, entry, { own_hotel: null, shirt: 'M' }, id)
  await sync(one)
  expect(await read(hub.laptop, id)).toMatchObject({ shirt: 'M' })
  expect((await read(hub.laptop, id))['own_hotel'] ?? null).toBeNull()
  // A field and its values that come at once, while the desk works.
  await hub.laptop.client.ownFields.add({ eventId: event, label: 'Laps', kind: 'number' })
  await set(hub.laptop, entry, { own_laps: '12' }, id)
  await ask(hub.laptop, { waiver: 'off', bib: 'warn' })
  await sync(one)
  expect(await labels(one)).toEqual(['Hotel text', 'Laps number'])
  expect(await rules(one)).toEqual(['bib'])
  expect(await read(one, id)).toMatchObject({ own_laps: '12' })
  expect((await sync(one)).outbound).toMatchObject({ created: 0, updated: 0 })
  expect(await content(one)).toEqual(await content(hub.laptop))
})

it('what a desk defines goes to the hub and to other desks, with what was typed', async () => {
  const { id } = await entrant(hub.laptop, event, 'Huber', '1')
  const one = await joinHub(hub, 'Desk 1')
  const two = await joinHub(hub, 'Desk 2')
  await one.client.ownFields.add({ eventId: event, label: 'Hotel' })
  await ask(one, { paid: 'warn' })
  await set(one, entry, { own_hotel: 'Ritz' }, id)
  await sync(one)
  await sync(two)
  for (const laptop of [hub.laptop, two]) {
    expect(await labels(laptop)).toEqual(['Hotel text'])
    expect(await rules(laptop)).toEqual(['paid'])
    expect(await read(laptop, id)).toMatchObject({ own_hotel: 'Ritz' })
  }
  await one.client.ownFields.change({ eventId: event, name: 'own_hotel', label: 'Inn' })
  await sync(one)
  await sync(two)
  expect(await labels(two)).toEqual(['Inn text'])
})

it('what is typed in a field with the longest of names goes to the hub', async () => {
  const { id } = await entrant(hub.laptop, event, 'Huber', '1')
  const label = 'Whom to call in an emergency'.padEnd(ownFieldLimits.label, 's')
  const field = { eventId: event, label, sensitive: true }
  const { name } = await hub.laptop.client.ownFields.add(field)
  const one = await joinHub(hub, 'Desk 1')
  await set(one, entry, { [name]: 'Karl' }, id)
  await sync(one)
  expect(await read(hub.laptop, id)).toMatchObject({ [name]: 'Karl' })
})

it('of a field that both made differently the hub’s stands, and a person is told; others are joined', async () => {
  await entrant(hub.laptop, event, 'Huber', '1')
  const one = await joinHub(hub, 'Desk 1')
  await hub.laptop.client.ownFields.add({ eventId: event, label: 'Diet', kind: 'yesNo' })
  await one.client.ownFields.add({ eventId: event, label: 'Diet' })
  await one.client.ownFields.add({ eventId: event, label: 'Hotel' })
  const { runs } = await one.client.sync.run({ targets: ['hub'] })
  const { errors } = await one.client.sync.runErrors({ id: runs[0]!.id })
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringContaining(
      'The field Diet of Spring Classic is "yesNo" at the hub and was "text" here.',
    ),
  ])
  for (const laptop of [hub.laptop, one]) {
    expect(await labels(laptop)).toEqual(['Diet yesNo', 'Hotel text'])
  }
  // It is told once.
  await sync(one)
})

it('a field removed at the hub is removed at desks; what entrants have in it stays where it is', async () => {
  await hub.laptop.client.ownFields.add({ eventId: event, label: 'Hotel' })
  const { id } = await entrant(hub.laptop, event, 'Huber', '1')
  const one = await joinHub(hub, 'Desk 1')
  await set(one, entry, { own_hotel: 'Ritz' }, id)
  await hub.laptop.client.ownFields.remove({ eventId: event, name: 'own_hotel' })
  await sync(one)
  expect(await labels(one)).toEqual([])
  expect(await read(one, id)).toMatchObject({ own_hotel: 'Ritz' })
})

it('a laptop that had an event of its own of that name brings its fields into the hub’s', async () => {
  await hub.laptop.client.ownFields.add({ eventId: event, label: 'Diet' })
  const three = await openLaptop(false)
  const own = (await set(three, 'event', { name: 'Spring Classic' })).id
  await three.client.ownFields.add({ eventId: own, label: 'Hotel' })
  const { id } = await entrant(three, own, 'Karl', '7')
  await set(three, entry, { own_hotel: 'Ritz' }, id)
  await pairDesk(hub, three, 'Desk 3')
  await sync(three)
  await sync(three)
  expect(await labels(hub.laptop)).toEqual(['Diet text', 'Hotel text'])
  expect(await labels(three)).toEqual(['Diet text', 'Hotel text'])
  expect(await read(hub.laptop, id)).toMatchObject({ event, own_hotel: 'Ritz' })
})

it('a hub of before that says nothing of definitions is a hub all the same', async () => {
  const { hub: answers } = hub.laptop.engine
  const { changes } = answers
  answers.changes = async (query, signal) => {
    const { definedOn: _, ...page } = await changes(query, signal)
    return page
  }
  const { id } = await entrant(hub.laptop, event, 'Huber', '1')
  const one = await joinHub(hub, 'Desk 1')
  await one.client.ownFields.add({ eventId: event, label: 'Hotel' })
  await set(one, entry, { own_hotel: 'Ritz', shirt: 'M' }, id)
  await sync(one)
  expect(await read(hub.laptop, id)).toMatchObject({ shirt: 'M' })
  expect(await labels(one)).toEqual(['Hotel text'])
})
