/** Relay teams at several desks: legs of one team share a bib, and where two desks gave it differently one of them loses the bib. */
import { beforeEach, expect, it } from 'vitest'
import {
  content,
  entrant,
  joinHub,
  openHub,
  pairDesk,
  read,
  set,
  sync,
  type Laptop,
  type TestHub,
} from '../support/hub-and-desks.ts'

const entry = 'eventParticipant'
let hub: TestHub
let one: Laptop
let two: Laptop
let anna: string
let berta: string
let cora: string

beforeEach(async () => {
  hub = await openHub()
  const event = (await set(hub.laptop, 'event', { name: 'Spring Classic' })).id
  const ids = []
  for (const name of ['Anna', 'Berta', 'Cora']) {
    ids.push((await entrant(hub.laptop, event, name, null)).id)
  }
  ;[anna, berta, cora] = ids as [string, string, string]
  await set(hub.laptop, entry, { number: '50', team: 'LG Nord', leg: 1 }, anna)
  one = await joinHub(hub, 'Desk 1')
  two = await joinHub(hub, 'Desk 2')
})

async function comeTogether(): Promise<void> {
  for (const desk of [one, two, one, two]) await sync(desk)
  for (const desk of [one, two]) expect(await content(desk)).toEqual(await content(hub.laptop))
}

const told = async (laptop: Laptop) => (await laptop.engine.hub.notices()).map(({ words }) => words)

const leg = (number: number) => ({ number: '50', team: 'LG Nord', leg: number })

it('of two who are the same leg one wears the bib; the other keeps the leg and needs another bib', async () => {
  await set(one, entry, leg(2), berta)
  await set(two, entry, leg(2), cora)
  await comeTogether()
  expect(await read(two, berta)).toMatchObject(leg(2))
  expect(await read(one, cora)).toMatchObject({ ...leg(2), number: null })
  const words = 'Bib 50 was given to Berta (50) by Maria @ Desk 1; Cora needs another'
  for (const laptop of [hub.laptop, two]) {
    expect(await told(laptop)).toEqual([expect.stringContaining(words)])
  }
})

it('who becomes a leg that another desk gave away loses the bib she had', async () => {
  await set(one, entry, leg(2), berta)
  await comeTogether()
  await set(one, entry, leg(3), cora)
  await set(two, entry, { leg: 3 }, berta)
  await comeTogether()
  expect(await read(two, cora)).toMatchObject(leg(3))
  expect(await read(one, berta)).toMatchObject({ leg: 3, number: null })
  expect(await told(two)).toEqual([expect.stringContaining('Berta needs another')])
  await set(two, entry, { leg: 2, number: '50' }, berta)
  await comeTogether()
  expect(await read(hub.laptop, berta)).toMatchObject(leg(2))
  expect(await told(hub.laptop)).toEqual([])
})

it('who leaves the team at one desk, while another makes her bib a team’s, loses it', async () => {
  await set(one, entry, leg(2), berta)
  await set(two, entry, { team: 'TSV' }, anna)
  await comeTogether()
  expect(await read(two, berta)).toMatchObject(leg(2))
  expect(await read(one, anna)).toMatchObject({ team: 'TSV', number: null })
})

it('a desk that joins anew lets go of bib and tag of the same entrant for what the hub gave to others', async () => {
  const tag = (await set(hub.laptop, 'tag', { number: 'T1' })).id
  await comeTogether()
  await two.client.targets.remove({ name: 'hub' })
  await set(hub.laptop, entry, leg(2), berta)
  await set(hub.laptop, entry, { tag }, anna)
  await set(two, entry, { ...leg(2), tag, status: 'checkedIn' }, cora)
  await pairDesk(hub, two, 'Desk 2')
  await sync(two)
  await comeTogether()
  expect(await read(two, berta)).toMatchObject(leg(2))
  expect(await read(hub.laptop, cora)).toMatchObject({
    ...{ number: null, tag: null, status: 'checkedIn', leg: 2 },
  })
  expect(await told(two)).toHaveLength(2)
})
