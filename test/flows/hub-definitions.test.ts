/** What an event defines – own fields, rules before a check-in – is the same at a hub and its desks, with what entrants have in it. */
import { beforeEach, expect, it } from 'vitest'
import type { CheckInRuleSet } from '../../main/contract/desk.ts'
import { mostChanges } from '../../main/contract/hub.ts'
import { ownFieldLimits } from '../../main/contract/own-field-names.ts'
import type { OwnField } from '../../main/contract/own-fields.ts'
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

it('an event deleted at a desk keeps its fields and rules everywhere until the hub takes the deletion', async () => {
  await hub.laptop.client.ownFields.add({ eventId: event, label: 'Hotel' })
  await hub.laptop.client.ownFields.add({ eventId: event, label: 'Diet' })
  await ask(hub.laptop, { waiver: 'refuse' })
  const one = await joinHub(hub, 'Desk 1')
  const two = await joinHub(hub, 'Desk 2')
  await one.client.records.remove({ entity: 'event', id: event })
  // The hub refuses a deletion by somebody who has not seen this.
  await set(hub.laptop, 'event', { name: 'Spring Classic 2' }, event)
  await hub.laptop.client.ownFields.change({ eventId: event, name: 'own_diet', label: 'Menu' })
  await one.client.sync.run({ targets: ['hub'] })
  await sync(two)
  for (const laptop of [hub.laptop, two]) {
    expect(await labels(laptop)).toEqual(['Hotel text', 'Menu text'])
    expect(await rules(laptop)).toEqual(['waiver'])
  }
})

it('a value whose choice the hub took away is left out, a person is told, and the check-in arrives', async () => {
  const bus = { eventId: event, name: 'own_bus' }
  await hub.laptop.client.ownFields.add({
    ...{ eventId: event, label: 'Bus', kind: 'choice', choices: ['North', 'South'] },
  })
  const { id } = await entrant(hub.laptop, event, 'Huber', '1')
  const one = await joinHub(hub, 'Desk 1')
  await hub.laptop.client.ownFields.change({ ...bus, choices: ['North'] })
  await set(one, entry, { own_bus: 'South', status: 'checkedIn' }, id)
  const late = (await entrant(one, event, 'Late', '2')).id
  await set(one, entry, { own_bus: 'South' }, late)
  await sync(one)
  expect(await read(hub.laptop, id)).toMatchObject({ status: 'checkedIn' })
  expect(await read(hub.laptop, late)).toMatchObject({ number: '2' })
  for (const entrantId of [id, late]) {
    expect((await read(hub.laptop, entrantId))['own_bus'] ?? null).toBeNull()
  }
  const { notices } = await hub.laptop.client.devices.get()
  const told = { kind: 'value', field: { name: 'own_bus' }, lost: 'South', kept: null }
  expect(notices).toMatchObject([told, told])
  const { entries } = await one.client.records.history({ entity: entry, id })
  expect(JSON.stringify(entries)).toContain('South')
})

it('a value typed into a field the hub had removed is there, and told, once the field is back', async () => {
  const hotel = { eventId: event, label: 'Hotel' }
  await hub.laptop.client.ownFields.add(hotel)
  const { id } = await entrant(hub.laptop, event, 'Huber', '1')
  const one = await joinHub(hub, 'Desk 1')
  await hub.laptop.client.ownFields.remove({ eventId: event, name: 'own_hotel' })
  await set(one, entry, { own_hotel: 'Ritz', shirt: 'M' }, id)
  await sync(one)
  expect(await read(hub.laptop, id)).toMatchObject({ shirt: 'M' })
  await hub.laptop.client.ownFields.add(hotel)
  await sync(one)
  await sync(one)
  for (const laptop of [one, hub.laptop]) {
    expect(await read(laptop, id)).toMatchObject({ own_hotel: 'Ritz' })
  }
})

it('more definitions than one page holds reach the hub', async () => {
  const one = await joinHub(hub, 'Desk 1')
  const fields = Array.from({ length: mostChanges + 1 }, (_, n) => fieldNamed(event, `own_${n}`))
  await one.engine.hub.define({ fields, rules: [] })
  await sync(one)
  expect(await labels(hub.laptop)).toHaveLength(mostChanges + 1)
})

it('a definition is written for the event it is sent for, whatever else it says', async () => {
  const other = (await set(hub.laptop, 'event', { name: 'Old' })).id
  const { field } = fieldNamed(other, 'own_else')
  await hub.laptop.engine.hub.define({
    ...{ fields: [{ eventId: event, name: 'own_hotel', field }], rules: [] },
  })
  expect(await hub.laptop.client.ownFields.list({})).toMatchObject([
    { eventId: event, name: 'own_hotel' },
  ])
})

function fieldNamed(eventId: string, name: string) {
  const field: OwnField = {
    ...{ eventId, name, label: name, kind: 'text', choices: [], onDesk: false, sensitive: false },
  }
  return { eventId, name, field }
}
