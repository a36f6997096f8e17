import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { HubChange, HubOutcome } from '../../main/contract/hub.ts'
import { createEngine, migrations, restoreDatabase, type Engine } from '../../main/engine/engine.ts'
import { createPorts } from '../../main/hosts/ports.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { secretsInMemory } from '../support/test-core.ts'

const desk1 = { id: 'd1', name: 'Desk 1' }
const desk2 = { id: 'd2', name: 'Desk 2' }
const version = '0.0.0-test'

async function openHub(dataDir: string): Promise<Engine> {
  const ports = await createPorts({ dataDir, secrets: secretsInMemory(), logLevel: 'error' })
  onTestFinished(() => ports.log.close())
  return createEngine(ports, { host: 'edge', version, schedule: false })
}

let dataDir: string
let engine: Engine
let event: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'marshal-hub-'))
  engine = await openHub(dataDir)
  event = (await engine.client.records.set({ entity: 'event', fields: { name: 'Spring Classic' } }))
    .id
  return async () => {
    await engine.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
})

let keys = 0
const change = (of: Partial<HubChange> & Pick<HubChange, 'entity' | 'id'>): HubChange => ({
  ...{ key: `k${++keys}`, action: 'update', fields: {}, changed: null, seen: null },
  ...{ by: 'Maria', madeOn: 1_700_000_000_000_000 },
  ...of,
})

async function entrant(name: string, number: string | null) {
  const person = await engine.client.records.set({ entity: 'person', fields: { lastName: name } })
  const fields = { event, person: person.id, number }
  return engine.client.records.set({ entity: 'eventParticipant', fields })
}

const stampOf = async (id: string) =>
  (await feed()).records.find((record) => record.id === id)!.stamp
const feed = (after?: string) =>
  engine.hub.changes({ limit: 1000, wait: 0, ...(after === undefined ? {} : { after }) })
const read = (id: string) => engine.client.records.get({ entity: 'eventParticipant', id })
const take = async (of: HubChange, by = desk1): Promise<HubOutcome> =>
  (await engine.hub.take(by, [of])).outcomes[0]!

describe('the feed', () => {
  it('brings nothing of a demo event, and takes nothing beside it', async () => {
    const before = await entrant('Huber', '1')
    const { records } = engine.client
    await records.remove({ entity: 'event', id: event, withChildren: true })
    await engine.client.demo.add()
    await expect(feed()).rejects.toThrow('must not travel')
    const refused = take(change({ entity: 'eventParticipant', id: before.id }))
    await expect(refused).rejects.toThrow('must not travel')
    await engine.client.demo.remove()
    const left = (await feed()).records.filter(({ deleted }) => !deleted)
    expect(left.map(({ entity }) => entity)).toEqual(['person'])
  })

  it('brings a record that was changed many times once, as it is now, and goes on from there', async () => {
    const start = (await feed()).next
    const { id } = await entrant('Huber', '1')
    for (const shirt of ['S', 'M', 'L'])
      await engine.client.records.set({ entity: 'eventParticipant', id, fields: { shirt } })
    const page = await feed(start)
    expect(page.records.filter((record) => record.id === id)).toMatchObject([
      { fields: { shirt: 'L', number: '1' }, deleted: false, origin: 'operator' },
    ])
    expect(await feed(page.next)).toMatchObject({ records: [], next: page.next, more: false })
  })

  it('says of each own field of an event what an entrant has in it, and where what events define stands', async () => {
    const { client } = engine
    const start = await feed()
    const asked = engine.hub.changes({ after: start.next, limit: 0, wait: 25 })
    await client.ownFields.add({ eventId: event, label: 'Diet', sensitive: true })
    // It is news for whoever waits.
    expect((await asked).next).not.toBe(start.next)
    await client.ownFields.add({ eventId: event, label: 'Hotel' })
    const { id } = await entrant('Huber', '1')
    const fields = { own_hotel: 'Ritz' }
    await client.records.set({ entity: 'eventParticipant', id, fields })
    const page = await feed()
    expect(page.records.find((record) => record.id === id)?.fields).toMatchObject({
      ...{ own_hotel: 'Ritz', ownSensitive_diet: null },
    })
    expect((await engine.hub.define({ fields: [], rules: [] })).on).toBe(
      `${page.epoch}.${page.definedOn}`,
    )
    // A field that is not defined here is none the desk means.
    const seen = await stampOf(id)
    const sent = { shirt: 'M', own_hotel: 'Ritz', own_lane: '4' }
    await take(change({ entity: 'eventParticipant', id, seen, fields: sent }))
    expect(await read(id)).toMatchObject({ shirt: 'M', ...fields })
    expect(await read(id)).not.toHaveProperty('own_lane')
  })

  it('comes in pages that miss nothing, and names a deletion', async () => {
    const made = []
    for (let n = 0; n < 5; n++) made.push(await entrant(`Runner ${n}`, String(n)))
    await engine.client.records.remove({ entity: 'eventParticipant', id: made[0]!.id })
    const seen: string[] = []
    let after: string | undefined
    for (let more = true; more;) {
      const page = await engine.hub.changes({ limit: 3, wait: 0, ...(after ? { after } : {}) })
      seen.push(...page.records.map((one) => `${one.id} ${one.deleted}`))
      ;({ next: after, more } = page)
    }
    expect(new Set(seen).size).toBe(11)
    expect(seen.at(-1)).toBe(`${made[0]!.id} true`)
  })

  it('holds a question until somebody writes, without looking again and again', async () => {
    const { next } = await feed()
    const asked = engine.hub.changes({ after: next, limit: 10, wait: 25 })
    const { id } = await entrant('Huber', '7')
    const page = await asked
    expect(page.records.length).toBeGreaterThan(0)
    expect((await feed(next)).records.map((record) => record.id)).toContain(id)
  })

  it('begins anew for a place in another history, as after a restore', async () => {
    await entrant('Huber', '1')
    const backup = join(dataDir, 'copy.db')
    await engine.backupTo(backup)
    const { next, epoch } = await feed()
    await engine.stop()
    const restore = { file: join(dataDir, 'marshal.db'), from: backup, steps: migrations }
    await restoreDatabase({ ...restore, clock: systemClock(), appVersion: version })
    engine = await openHub(dataDir)
    const page = await feed(next)
    expect(page.epoch).not.toBe(epoch)
    expect(page.records).toHaveLength(3)
    expect((await feed(page.next)).epoch).toBe(page.epoch)
  })
})

describe('a change of a desk', () => {
  it('is taken with who made it, on which device and when', async () => {
    const { id } = await entrant('Huber', '1')
    const seen = await stampOf(id)
    expect(
      await take(change({ entity: 'eventParticipant', id, seen, fields: { shirt: 'M' } })),
    ).toMatchObject({
      status: 'done',
      lost: [],
    })
    expect((await feed()).records.find((record) => record.id === id)).toMatchObject({
      ...{ by: 'Maria @ Desk 1', device: 'Desk 1', madeOn: 1_700_000_000_000_000 },
      ...{ origin: 'operator', source: null, fields: { shirt: 'M' } },
    })
  })

  it('changes nothing when it comes again', async () => {
    const { id } = await entrant('Huber', '1')
    const once = change({
      entity: 'eventParticipant',
      id,
      seen: await stampOf(id),
      fields: { shirt: 'M' },
    })
    const first = await take(once)
    const { next } = await feed()
    expect(await take(once)).toEqual(first)
    expect((await feed()).next).toBe(next)
  })

  it('of another field than a colleague changed meanwhile keeps both', async () => {
    const { id } = await entrant('Huber', '1')
    const seen = await stampOf(id)
    const of = { entity: 'eventParticipant', id, seen } as const
    await take(change({ ...of, fields: { shirt: 'M' }, changed: ['shirt'] }))
    const second = { fields: { shirt: null, team: 'LG Nord' }, changed: ['team'] }
    expect(await take(change({ ...of, ...second }), desk2)).toMatchObject({ status: 'done' })
    expect(await read(id)).toMatchObject({ shirt: 'M', team: 'LG Nord' })
  })

  it('of the same field leaves what the hub has, keeps the other value and tells a person', async () => {
    const { id } = await entrant('Huber', '1')
    const seen = await stampOf(id)
    const of = { entity: 'eventParticipant' as const, id, seen, changed: ['team'] }
    await take(change({ ...of, fields: { team: 'LG Nord' } }))
    const before = await stampOf(id)
    expect(await take(change({ ...of, fields: { team: 'TSV' } }), desk2)).toMatchObject({
      status: 'conflict',
      lost: [{ field: 'team', sent: 'TSV', kept: 'LG Nord', why: 'person', by: 'Maria @ Desk 1' }],
    })
    expect(await read(id)).toMatchObject({ team: 'LG Nord' })
    // It comes again to whoever lost, who then takes it over.
    expect(await stampOf(id)).toBeGreaterThan(before)
  })

  it('is no news of what a colleague did before it: a later one is still made on what the desk has seen', async () => {
    const { id } = await entrant('Huber', '1')
    const seen = await stampOf(id)
    const of = { entity: 'eventParticipant' as const, id, seen }
    await take(change({ ...of, fields: { team: 'LG Nord' }, changed: ['team'] }), desk2)
    expect(await take(change({ ...of, fields: { shirt: 'M' }, changed: ['shirt'] }))).toMatchObject(
      { status: 'done', unread: true },
    )
    // Of its own it knows: a second one of the same field is no conflict with the first.
    expect(await take(change({ ...of, fields: { shirt: 'L' }, changed: ['shirt'] }))).toMatchObject(
      { status: 'done', unread: true },
    )
    expect(await take(change({ ...of, fields: { team: 'TSV' }, changed: ['team'] }))).toMatchObject(
      { status: 'conflict', lost: [{ sent: 'TSV', kept: 'LG Nord' }] },
    )
    expect(await read(id)).toMatchObject({ team: 'LG Nord', shirt: 'L' })
  })

  it('of whoever is called the same as another desk is told apart by the desk’s id', async () => {
    const { id } = await entrant('Huber', '1')
    const of = { entity: 'eventParticipant' as const, id, seen: await stampOf(id) }
    await take(change({ ...of, fields: { team: 'LG Nord' }, changed: ['team'] }))
    const namesake = { ...desk2, name: desk1.name }
    const second = change({ ...of, fields: { team: 'TSV' }, changed: ['team'] })
    expect(await take(second, namesake)).toMatchObject({ status: 'conflict' })
    expect(await read(id)).toMatchObject({ team: 'LG Nord' })
  })

  it('takes all but a bib that another wears, and says who gave it', async () => {
    const anna = await entrant('Anna', null)
    const karl = await entrant('Karl', null)
    const of = { entity: 'eventParticipant' as const, changed: ['number', 'status'] }
    const fields = { number: '123', status: 'checkedIn' }
    const seen = { anna: await stampOf(anna.id), karl: await stampOf(karl.id) }
    await take(change({ ...of, id: anna.id, seen: seen.anna, fields }))
    expect(
      await take(change({ ...of, id: karl.id, seen: seen.karl, fields }), desk2),
    ).toMatchObject({
      status: 'taken',
      lost: [{ field: 'number', sent: '123', holder: 'Anna (123)', by: 'Maria @ Desk 1' }],
    })
    expect(await read(karl.id)).toMatchObject({ number: null, status: 'checkedIn' })
  })

  it('that cannot be without what another has is refused, with who has it', async () => {
    await engine.client.records.set({ entity: 'tag', fields: { number: '7' } })
    const second = { entity: 'tag', id: 'tag-of-desk-2', action: 'create' } as const
    expect(await take(change({ ...second, fields: { number: '7' } }), desk2)).toMatchObject({
      status: 'refused',
      message: expect.stringContaining('is taken by 7'),
    })
    expect(await engine.hub.notices()).toEqual([])
  })

  it('of a record that was lost in a restore brings it back; the newer state is the desk’s', async () => {
    const { id } = await entrant('Huber', '1')
    const { fields, stamp } = (await feed()).records.find((record) => record.id === id)!
    const seen = stamp + 1_000_000
    await take(change({ entity: 'eventParticipant', id, seen, fields: { ...fields, team: 'TSV' } }))
    expect(await read(id)).toMatchObject({ team: 'TSV' })
    const lost = '01890000-0000-7000-8000-000000000001'
    const again = {
      entity: 'eventParticipant',
      id: lost,
      seen,
      fields: { ...fields, number: '2' },
    } as const
    expect(await take(change(again))).toMatchObject({ status: 'done' })
    expect(await read(lost)).toMatchObject({ number: '2' })
  })

  it('of a record a colleague deleted, and a deletion of one a colleague changed, wait for a person', async () => {
    const { id } = await entrant('Huber', '1')
    const seen = await stampOf(id)
    await take(change({ entity: 'eventParticipant', id, seen, fields: { shirt: 'M' } }))
    const remove = { entity: 'eventParticipant', id, action: 'delete' } as const
    expect(await take(change({ ...remove, seen }), desk2)).toMatchObject({
      status: 'gone',
      what: 'changed',
    })
    expect(await take(change({ ...remove, seen: await stampOf(id) }), desk2)).toMatchObject({
      status: 'done',
    })
    const edit = change({ entity: 'eventParticipant', id, seen, fields: { shirt: 'L' } })
    expect(await take(edit)).toMatchObject({ status: 'gone', what: 'deleted' })
  })

  it('that does not fit is refused by itself', async () => {
    const { id } = await entrant('Huber', '1')
    const good = change({
      entity: 'eventParticipant',
      id,
      seen: await stampOf(id),
      fields: { shirt: 'M' },
    })
    const bad = change({
      entity: 'person',
      id: 'p-x',
      action: 'create',
      fields: { firstName: 'Ana' },
    })
    const { outcomes } = await engine.hub.take(desk1, [bad, good])
    expect(outcomes.map(({ status }) => status)).toEqual(['refused', 'done'])
  })
})

it('no two desks get the same block of bibs, and none that is worn', async () => {
  await entrant('Huber', '870')
  const asked = { event, count: 50 }
  expect(await engine.hub.range(desk1, asked)).toEqual({ first: 871, last: 920 })
  expect(await engine.hub.range(desk2, asked)).toEqual({ first: 921, last: 970 })
})

describe('what a person should look at', () => {
  const entry = 'eventParticipant' as const
  const set = (id: string, fields: Record<string, string | null>) =>
    engine.client.records.set({ entity: entry, id, fields })
  /** A desk gives somebody a bib that another wears. */
  async function loses(number: string, had: string | null = null) {
    const holder = await entrant('Anna', null)
    const { id } = await entrant('Karl', had)
    const seen = await stampOf(id)
    await set(holder.id, { number })
    await take(change({ entity: entry, id, seen, fields: { number }, changed: ['number'] }))
    return { holder: holder.id, id }
  }
  const open = async () => (await engine.hub.notices()).map(({ words }) => words)

  it('is a missing bib until there is another one, for good', async () => {
    const { id } = await loses('123')
    expect(await open()).toEqual([expect.stringMatching(/^Bib 123 was given to Anna.*Karl needs/)])
    await set(id, { number: '871' })
    expect(await open()).toEqual([])
    // Somebody takes it away on purpose: that is no news of two desks.
    await set(id, { number: null })
    expect(await open()).toEqual([])
  })

  it('is nothing of an entrant who was deleted', async () => {
    const { id } = await loses('123')
    await engine.client.records.remove({ entity: entry, id })
    expect(await open()).toEqual([])
    expect(await engine.hub.openNotices()).toBe(0)
  })

  it('is no missing bib of somebody who keeps the one that was to be changed', async () => {
    const { id } = await loses('123', '5')
    expect(await read(id)).toMatchObject({ number: '5' })
    expect(await open()).toEqual([
      'Bib of Karl (5): "5" stands, "123" does not (typed by Maria @ Desk 1).',
    ])
  })

  it('stays when a person gives a spare tag to somebody whose tag is missing', async () => {
    const tags = []
    for (const number of ['T1', 'T2']) {
      tags.push((await engine.client.records.set({ entity: 'tag', fields: { number } })).id)
    }
    const anna = await entrant('Anna', null)
    const karl = await entrant('Karl', null)
    const seen = await stampOf(karl.id)
    const [tag, spareTag] = tags as [string, string]
    await set(anna.id, { tag })
    await take(change({ entity: entry, id: karl.id, seen, fields: { tag }, changed: ['tag'] }))
    await set(karl.id, { spareTag })
    expect(await open()).toHaveLength(1)
    await set(karl.id, { tag: spareTag, spareTag: null })
    expect(await open()).toEqual([])
  })

  it('is counted where the list is cut', async () => {
    const ids = []
    for (let n = 0; n < 5; n++) ids.push((await entrant(`Runner ${n}`, null)).id)
    const seen = (await feed()).records.at(-1)!.stamp
    for (let n = 0; n < 101; n++) {
      const changes = ids.map((id) =>
        change({ entity: entry, id, seen, fields: { team: `T${n}` }, changed: ['team'] }),
      )
      await engine.hub.take(n % 2 === 0 ? desk1 : desk2, changes)
    }
    expect(await engine.hub.notices()).toHaveLength(200)
    expect(await engine.hub.openNotices()).toBeGreaterThan(200)
  })
})
