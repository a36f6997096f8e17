/** A hub and its desks over real HTTP with TLS: what becomes of what they do, together and apart. */
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { migrations, restoreDatabase } from '../../main/engine/engine.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
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

let hub: TestHub
let event: string

beforeEach(async () => {
  hub = await openHub()
  event = (await set(hub.laptop, 'event', { name: 'Spring Classic' })).id
})

describe('two desks and a hub', () => {
  it('a desk has everything of the hub under the same ids; a check-in at one is at the other, with who did it', async () => {
    const { id } = await entrant(hub.laptop, event, 'Huber', '1')
    const one = await joinHub(hub, 'Desk 1')
    const two = await joinHub(hub, 'Desk 2')
    expect(await content(one)).toEqual(await content(hub.laptop))
    await set(one, 'eventParticipant', { status: 'checkedIn' }, id)
    await sync(one)
    await sync(two)
    expect(await read(two, id)).toMatchObject({ status: 'checkedIn', modifiedBy: 'Maria @ Desk 1' })
    // Nothing is left to say.
    expect((await sync(two)).outbound).toMatchObject({ created: 0, updated: 0 })
    expect((await sync(one)).outbound).toMatchObject({ created: 0, updated: 0 })
  })

  it('tell each other at once while they run', async () => {
    const { id } = await entrant(hub.laptop, event, 'Huber', '1')
    const one = await joinHub(hub, 'Desk 1', true)
    const two = await joinHub(hub, 'Desk 2', true)
    await Promise.all([one.engine.start(), two.engine.start()])
    const there = async (laptop: Laptop, status: string | null) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = async () => {
        const found = await read(laptop, id).catch(() => null)
        if (found && (status === null || found['status'] === status)) resolve()
      }
      const end = laptop.engine.onLive(() => void look())
      await look()
      await promise
      end()
    }
    await Promise.all([there(one, null), there(two, null)])
    await set(one, 'eventParticipant', { status: 'checkedIn' }, id)
    await there(two, 'checkedIn')
  })

  it('what both did apart comes together by the rules, and nothing typed is lost', async () => {
    const entries = []
    for (let n = 1; n <= 6; n++) entries.push(await entrant(hub.laptop, event, `Runner ${n}`, null))
    const [ladder, team, both, noted, anna, karl] = entries.map(({ id }) => id)
    const one = await joinHub(hub, 'Desk 1')
    const two = await joinHub(hub, 'Desk 2')
    const entry = 'eventParticipant'
    await set(one, entry, { status: 'started' }, ladder)
    await set(two, entry, { status: 'checkedIn' }, ladder)
    await set(one, entry, { team: 'LG Nord' }, team)
    await set(two, entry, { team: 'TSV' }, team)
    await set(one, entry, { shirt: 'M' }, both)
    await set(two, entry, { team: 'TSV' }, both)
    await set(one, entry, { notes: 'Knee' }, noted)
    await set(two, entry, { notes: 'Vegan' }, noted)
    await set(one, entry, { number: '123', status: 'checkedIn' }, anna)
    await set(two, entry, { number: '123', status: 'checkedIn' }, karl)
    for (const desk of [one, two, one, two]) await sync(desk)
    expect(await content(one)).toEqual(await content(hub.laptop))
    expect(await content(two)).toEqual(await content(hub.laptop))
    expect(await read(hub.laptop, ladder!)).toMatchObject({ status: 'started' })
    expect(await read(hub.laptop, team!)).toMatchObject({ team: 'LG Nord' })
    expect(await read(hub.laptop, both!)).toMatchObject({ shirt: 'M', team: 'TSV' })
    expect(await read(hub.laptop, noted!)).toMatchObject({ notes: 'Knee\nMaria @ Desk 2: Vegan' })
    expect(await read(hub.laptop, anna!)).toMatchObject({ number: '123', status: 'checkedIn' })
    expect(await read(hub.laptop, karl!)).toMatchObject({ number: null, status: 'checkedIn' })
    const told = async (laptop: Laptop) =>
      (await laptop.engine.hub.notices()).map(({ recordId }) => recordId).toSorted()
    expect(await told(two)).toEqual([team, karl].toSorted())
    expect(await told(one)).toEqual([])
    expect(await told(hub.laptop)).toEqual([team, karl].toSorted())
    // Karl gets another bib: nobody has to look any more.
    await set(two, entry, { number: '871' }, karl)
    expect(await told(two)).toEqual([team])
  })

  it('an edit after one that was sent and not answered with news does not overwrite what a colleague did before both', async () => {
    const { id } = await entrant(hub.laptop, event, 'Huber', '1')
    const one = await joinHub(hub, 'Desk 1')
    const two = await joinHub(hub, 'Desk 2')
    await set(one, 'eventParticipant', { team: 'LG Nord' }, id)
    await sync(one)
    // Chosen records are only sent: nothing is read.
    const send = () => two.client.sync.run({ targets: ['hub'], records: [id] })
    await set(two, 'eventParticipant', { shirt: 'M' }, id)
    await send()
    await set(two, 'eventParticipant', { team: 'TSV' }, id)
    await send()
    expect(await read(hub.laptop, id)).toMatchObject({ team: 'LG Nord', shirt: 'M' })
    await sync(two)
    expect(await read(two, id)).toMatchObject({ team: 'LG Nord', shirt: 'M' })
    expect((await two.engine.hub.notices()).map(({ recordId }) => recordId)).toEqual([id])
  })

  it('a deletion comes to the others; one that meets an edit waits for a person', async () => {
    const gone = await entrant(hub.laptop, event, 'Gone', null)
    const edited = await entrant(hub.laptop, event, 'Edited', null)
    const one = await joinHub(hub, 'Desk 1')
    const two = await joinHub(hub, 'Desk 2')
    await one.client.records.remove({ entity: 'eventParticipant', id: gone.id })
    await set(two, 'eventParticipant', { team: 'TSV' }, edited.id)
    await sync(one)
    await sync(two)
    expect((await read(two, gone.id)).deletedOn).not.toBeNull()
    await one.client.records.remove({ entity: 'eventParticipant', id: edited.id })
    await set(two, 'eventParticipant', { shirt: 'M' }, edited.id)
    await sync(two)
    await one.client.sync.run({ targets: ['hub'] })
    expect((await read(hub.laptop, edited.id)).deletedOn).toBeNull()
    const { failures } = await one.client.failures.list({ limit: 10 })
    expect(failures[0]?.message).toMatch(/changed by Maria @ Desk 2 .* while it was deleted here/)
    // A person who has read that may delete it all the same.
    await one.client.failures.retry({})
    await sync(one)
    expect((await read(hub.laptop, edited.id)).deletedOn).not.toBeNull()
  })

  it('a desk that joins anew after it worked alone lets go of a bib the hub gave to another', async () => {
    const anna = await entrant(hub.laptop, event, 'Anna', null)
    const karl = await entrant(hub.laptop, event, 'Karl', null)
    const one = await joinHub(hub, 'Desk 1')
    await one.client.targets.remove({ name: 'hub' })
    await set(hub.laptop, 'eventParticipant', { number: '7' }, anna.id)
    await set(one, 'eventParticipant', { number: '7', status: 'checkedIn' }, karl.id)
    await pairDesk(hub, one, 'Desk 1')
    await sync(one)
    await sync(one)
    expect(await content(one)).toEqual(await content(hub.laptop))
    expect(await read(hub.laptop, karl.id)).toMatchObject({ number: null })
    expect((await one.engine.hub.notices()).map(({ recordId }) => recordId)).toContain(karl.id)
  })

  it('a hub that was away for hours has all of it afterwards, nothing twice', async () => {
    const one = await joinHub(hub, 'Desk 1')
    const { port } = hub.server
    await hub.server.close()
    const made = []
    for (let n = 0; n < 30; n++)
      made.push(await entrant(one, event, `Walk-up ${n}`, String(500 + n)))
    const { runs } = await one.client.sync.run({ targets: ['hub'] })
    expect(runs[0]!.result).toBe('error')
    await hub.listen(port)
    await sync(one)
    await sync(one)
    expect(await content(hub.laptop)).toEqual(await content(one))
    expect((await content(hub.laptop)).length).toBe(61)
  })
})

describe('a hub that was restored to an hour ago', () => {
  it('gets back what the desks have seen of it and done since, also under a new desk’s changes', async () => {
    const old = await entrant(hub.laptop, event, 'Old', '1')
    const one = await joinHub(hub, 'Desk 1')
    const two = await joinHub(hub, 'Desk 2')
    const copy = join(hub.laptop.dataDir, 'copy.db')
    await hub.laptop.engine.backupTo(copy)
    // The hour: an edit, a walk-up and one at the hub itself, which every desk has seen.
    await set(one, 'eventParticipant', { team: 'LG Nord' }, old.id)
    const walkUp = await entrant(one, event, 'Walk-up', '2')
    await sync(one)
    const atHub = await entrant(hub.laptop, event, 'At the hub', '3')
    await sync(one)
    await sync(two)
    const { port } = hub.server
    await hub.server.close()
    await hub.laptop.engine.stop()
    const restore = { file: join(hub.laptop.dataDir, 'marshal.db'), from: copy, steps: migrations }
    await restoreDatabase({ ...restore, clock: systemClock(), appVersion: '0.0.0-test' })
    hub.laptop = await openLaptop(false, hub.laptop.dataDir)
    await hub.listen(port)
    expect((await read(hub.laptop, old.id))['team']).toBeNull()
    await set(hub.laptop, 'eventParticipant', { shirt: 'M' }, old.id)
    for (const desk of [two, one, two]) await sync(desk)
    expect(await content(one)).toEqual(await content(hub.laptop))
    expect(await content(two)).toEqual(await content(hub.laptop))
    expect(await read(hub.laptop, old.id)).toMatchObject({ team: 'LG Nord', shirt: 'M' })
    expect(await read(hub.laptop, walkUp.id)).toMatchObject({ number: '2' })
    expect(await read(hub.laptop, atHub.id)).toMatchObject({ number: '3' })
  })

  it('hears again of what it deleted since, and of names it gave a second time', async () => {
    const gone = await entrant(hub.laptop, event, 'Gone', '1')
    const race = (await set(hub.laptop, 'race', { event, name: '10 km' })).id
    const one = await joinHub(hub, 'Desk 1')
    const copy = join(hub.laptop.dataDir, 'copy.db')
    await hub.laptop.engine.backupTo(copy)
    await hub.laptop.client.records.remove({ entity: 'eventParticipant', id: gone.id })
    const group = { race, name: 'Wave A' }
    const lost = await set(hub.laptop, 'startGroup', group)
    const club = await set(hub.laptop, 'organisation', { name: 'TSV' })
    await sync(one)
    const walkUp = await entrant(one, event, 'Walk-up', '2')
    const place = { startGroup: lost.id, eventParticipant: walkUp.id }
    await set(one, 'startGroupParticipant', place)
    await set(one, 'person', { lastName: 'Member', organisation: club.id })
    await sync(one)
    const { port } = hub.server
    await hub.server.close()
    await hub.laptop.engine.stop()
    const restore = { file: join(hub.laptop.dataDir, 'marshal.db'), from: copy, steps: migrations }
    await restoreDatabase({ ...restore, clock: systemClock(), appVersion: '0.0.0-test' })
    hub.laptop = await openLaptop(false, hub.laptop.dataDir)
    await hub.listen(port)
    const again = await set(hub.laptop, 'startGroup', group)
    await set(hub.laptop, 'organisation', { name: 'TSV' })
    await sync(one)
    await sync(one)
    const live = async (laptop: Laptop) =>
      (await content(laptop)).filter((text) => !text.includes('"deleted":true'))
    expect(await live(one)).toEqual(await live(hub.laptop))
    expect((await read(hub.laptop, gone.id)).deletedOn).not.toBeNull()
    const { records } = await hub.laptop.client.records.list({
      ...{ entity: 'startGroupParticipant', limit: 10 },
    })
    expect(records).toMatchObject([{ startGroup: again.id, eventParticipant: walkUp.id }])
    const clubs = await hub.laptop.client.records.list({ entity: 'organisation', limit: 10 })
    expect(clubs.records).toHaveLength(1)
    expect((await one.client.failures.list({ limit: 10 })).failures).toEqual([])
  })
})

it('cut off for long, with hundreds of edits on both sides: equal again, each bib once, whoever lost one is named', async () => {
  const entries: string[] = []
  for (let n = 0; n < 60; n++)
    entries.push((await entrant(hub.laptop, event, `Runner ${n}`, null)).id)
  const one = await joinHub(hub, 'Desk 1')
  const two = await joinHub(hub, 'Desk 2')
  const edit = async (desk: Laptop, shift: number) => {
    // Thirty are edited by both; five bibs are given by both, to different entrants.
    for (let n = 0; n < 40; n++) {
      const fields = {
        notes: `note ${shift} ${n}`,
        shirt: n % 2 === 0 ? 'M' : 'L',
        team: `T${shift}`,
      }
      await set(desk, 'eventParticipant', fields, entries[(n + shift) % 60])
    }
    for (let n = 0; n < 5; n++)
      await set(
        desk,
        'eventParticipant',
        { number: `${900 + n}` },
        entries[n * 2 + (shift === 0 ? 0 : 1)],
      )
  }
  await edit(one, 0)
  await edit(two, 10)
  for (const desk of [one, two, one, two]) await sync(desk)
  expect(await content(one)).toEqual(await content(hub.laptop))
  expect(await content(two)).toEqual(await content(hub.laptop))
  const all = (await hub.laptop.engine.hub.changes({ limit: 1000, wait: 0 })).records
  const bibs = all.flatMap(({ fields }) =>
    typeof fields['number'] === 'string' ? [fields['number']] : [],
  )
  expect(bibs.toSorted()).toEqual(['900', '901', '902', '903', '904'])
  const named = (await hub.laptop.engine.hub.notices()).filter(({ words }) =>
    words.startsWith('Bib'),
  )
  expect(named).toHaveLength(5)
  // Both notes are kept.
  expect((await read(hub.laptop, entries[15]!))['notes']).toBe(
    'note 0 15\nMaria @ Desk 2: note 10 5',
  )
})
