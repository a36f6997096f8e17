import { describe, expect, it } from 'vitest'
import { countWrites, writesOf } from '../support/departures.ts'
import { addEntrant, raceDay, startListOf } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import type { TestEngine } from '../support/test-engine.ts'
import type { TagServerStandIn } from '../targets/tagserver/stand-in.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'

/** Three entrants that are at the target already. */
async function synced(): Promise<TestEngine<TagServerStandIn>> {
  const marshal = await startAtTagServer()
  await marshal.importEntrants(startListOf(3))
  expect(await marshal.sync()).toMatchObject({ result: 'success' })
  return marshal
}

async function firstPerson({ client }: TestEngine) {
  return (await client.records.list({ entity: 'person' })).records[0]!
}

/** The writes of what happens in `act`. */
async function writesDuring(marshal: TestEngine, act: () => Promise<unknown>) {
  const from = marshal.departures.length
  await act()
  return countWrites(marshal.departures.slice(from))
}

describe('what reaches a target', () => {
  it('creates parents before children', async () => {
    const marshal = await startAtTagServer()
    const day = await raceDay(marshal)
    const tag = await marshal.set('tag', { number: 'T-7' })
    await addEntrant(marshal, day, { bib: '7', firstName: 'Ana', tag: tag.id })
    expect(await marshal.sync()).toMatchObject({
      kind: 'initial',
      trigger: 'manual',
      result: 'success',
      outbound: { created: 7, updated: 0, deleted: 0, skipped: 0, held: 0, failed: 0 },
    })
    const order = writesOf(marshal.departures)
    const before = (first: string, second: string) =>
      order.indexOf(`POST ${first}`) < order.indexOf(`POST ${second}`)
    expect(before('events', 'races')).toBe(true)
    expect(before('races', 'start-groups')).toBe(true)
    expect(before('people', 'event-participants')).toBe(true)
    expect(before('tags', 'event-participants')).toBe(true)
    expect(before('event-participants', 'start-group-participants')).toBe(true)
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
  })

  it('sends a change and nothing else', async () => {
    const marshal = await synced()
    const person = await firstPerson(marshal)
    await marshal.set('person', { phone: '+49 30 901820' }, person.id)
    const writes = await writesDuring(marshal, async () => {
      expect(await marshal.sync()).toMatchObject({ kind: 'delta', outbound: { updated: 1 } })
    })
    expect(writes).toEqual({ 'PUT people': 1 })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('deletes children before parents', async () => {
    const marshal = await startAtTagServer()
    const { person, participant, place } = await addEntrant(marshal, await raceDay(marshal), {
      bib: '7',
      firstName: 'Ana',
    })
    await marshal.sync()
    await marshal.remove('startGroupParticipant', place.id)
    await marshal.remove('eventParticipant', participant.id)
    await marshal.remove('person', person.id)
    const from = marshal.departures.length
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { deleted: 3 } })
    expect(writesOf(marshal.departures.slice(from))).toEqual([
      'DELETE start-group-participants',
      'DELETE event-participants',
      'DELETE people',
    ])
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('never tells a target of what was made and deleted before it heard of it', async () => {
    const marshal = await synced()
    const tag = await marshal.set('tag', { number: 'T-99' })
    await marshal.remove('tag', tag.id)
    const writes = await writesDuring(marshal, async () => {
      expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { skipped: 1 } })
    })
    expect(writes).toEqual({})
    expect(await marshal.status()).toMatchObject({ pending: 0 })
  })

  it('sends an edit made while the previous version was in flight', async () => {
    const marshal = await startAtTagServer()
    const ana = await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    const trap = await marshal.server.onceWhileReceiving(
      async () => void (await marshal.set('person', { firstName: 'Anna' }, ana.id)),
      { method: 'POST', path: '/api/people' },
    )
    await marshal.sync()
    await trap.done
    expect(await marshal.server.dump('people')).toMatchObject([{ firstName: 'Ana' }])
    expect(await marshal.status()).toMatchObject({ pending: 1 })
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 1 } })
    expect(await marshal.server.dump('people')).toMatchObject([{ firstName: 'Anna' }])
  })
})

describe('what a target has already', () => {
  it('is not sent again when a record is changed and changed back, and counts as confirmed', async () => {
    const marshal = await synced()
    const person = await firstPerson(marshal)
    await marshal.set('person', { phone: '+49 30 901820' }, person.id)
    const back = await marshal.set('person', { phone: null }, person.id)
    const writes = await writesDuring(marshal, async () => {
      expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { skipped: 1 } })
    })
    expect(writes).toEqual({})
    const view = await marshal.client.records.get({ entity: 'person', id: person.id })
    expect(view.targets['timing']).toMatchObject({
      pending: false,
      entitySyncedOn: back.modifiedOn,
    })
  })

  it('is not sent again when a field changed that the target does not take', async () => {
    const marshal = await synced()
    const person = await firstPerson(marshal)
    await marshal.set('person', { medicalConditions: 'Asthma' }, person.id)
    expect(await writesDuring(marshal, () => marshal.sync())).toEqual({})
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
  })

  it('is not even asked for when nothing is due', async () => {
    const marshal = await synced()
    const before = (await marshal.server.stats()).requests
    for (let time = 0; time < 3; time++) {
      expect(await marshal.sync()).toMatchObject({
        result: 'success',
        outbound: { created: 0, updated: 0, deleted: 0, skipped: 0 },
      })
    }
    expect((await marshal.server.stats()).requests).toBe(before)
  })

  it('is sent again by force', async () => {
    const marshal = await synced()
    const counts = await marshal.server.counts()
    const writes = await writesDuring(marshal, () => marshal.sync({ force: true }))
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
    expect(Object.keys(writes).every((write) => write.startsWith('PUT '))).toBe(true)
    expect(Object.values(writes).reduce((sum, count) => sum + count, 0)).toBe(all)
    expect(await marshal.server.counts()).toEqual(counts)
    expect(await writesDuring(marshal, () => marshal.sync())).toEqual({})
  })

  it('is rehearsed as it would be sent again by force, and nothing is due for that', async () => {
    const marshal = await synced()
    const { requests } = await marshal.server.stats()
    const asked = { name: 'timing', limit: 100, force: true }
    const { run, lines } = await marshal.client.sync.rehearse(asked)
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.every(({ action, cause }) => action === 'update' && cause.code === 'again')).toBe(
      true,
    )
    expect(await marshal.sync({ force: true, rehearse: true })).toMatchObject({
      outbound: run.outbound,
    })
    expect((await marshal.server.stats()).requests).toBe(requests)
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
    const { outbound } = await marshal.sync({ force: true })
    expect(run.outbound).toMatchObject({ updated: outbound.updated, created: 0, skipped: 0 })
  })
})

describe('pushing chosen records', () => {
  it('sends these and leaves the others due', async () => {
    const marshal = await synced()
    const { records } = await marshal.client.records.list({ entity: 'person' })
    for (const { id } of records) await marshal.set('person', { phone: '+49 30 901820' }, id)
    const chosen = records[1]!.id
    const writes = await writesDuring(marshal, async () => {
      expect(await marshal.sync({ records: [chosen] })).toMatchObject({ outbound: { updated: 1 } })
    })
    expect(writes).toEqual({ 'PUT people': 1 })
    expect(await marshal.status()).toMatchObject({ pending: 2 })
    const view = await marshal.client.records.get({ entity: 'person', id: chosen })
    expect(view.targets['timing']).toMatchObject({ pending: false })
  })

  it('rehearses what waits for another try as it would go now', async () => {
    const marshal = await synced()
    const { records } = await marshal.client.records.list({ entity: 'person' })
    await marshal.set('person', { phone: '+49 30 901820' }, records[0]!.id)
    await marshal.server.fault({ action: { kind: 'answer', status: 503, body: {} } })
    await marshal.sync()
    expect(await marshal.sync({ rehearse: true })).toMatchObject({ outbound: { updated: 1 } })
    expect(await marshal.status()).toMatchObject({ state: 'waiting', pending: 1 })
    await marshal.server.clearFaults()
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 1 } })
  })

  it('rehearses these alone', async () => {
    const marshal = await synced()
    const { records } = await marshal.client.records.list({ entity: 'person' })
    const chosen = { records: [records[1]!.id], rehearse: true }
    expect(await marshal.sync(chosen)).toMatchObject({ outbound: { updated: 0, skipped: 1 } })
    expect(await marshal.sync({ ...chosen, force: true })).toMatchObject({
      outbound: { updated: 1, skipped: 0 },
    })
  })

  it('refuses an id no record has, and a rehearsal nobody waits for', async () => {
    const marshal = await synced()
    const { run, start } = marshal.client.sync
    const code = (work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: { readonly data?: { readonly code: string } }) => error.data?.code,
      )
    expect(await code(run({ records: ['nobody'] }))).toBe('not-found')
    expect(await code(start({ records: ['nobody'] }))).toBe('not-found')
    const { records } = await marshal.client.records.list({ entity: 'person' })
    await marshal.set('person', { phone: '+49 30 901820' }, records[0]!.id)
    const writes = await writesDuring(marshal, async () => {
      expect(await code(start({ rehearse: true }))).toBe('wrong-use')
      expect(await run({ kind: 'reconcile', rehearse: true })).toMatchObject({
        runs: [{ kind: 'reconcile', rehearsal: true, outbound: { updated: 1 } }],
      })
    })
    expect(writes).toEqual({})
    expect(await marshal.status()).toMatchObject({ pending: 1 })
  })

  it('can be narrowed to some kinds of record', async () => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(2))
    const writes = await writesDuring(marshal, () => marshal.sync({ entities: ['person', 'tag'] }))
    expect(writes).toEqual({ 'POST people': 2, 'POST tags': 2 })
  })
})
