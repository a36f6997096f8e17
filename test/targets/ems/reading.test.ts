import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../../main/contract/words.ts'
import { ems } from '../../../main/engine/targets/ems/adapter.ts'
import type { RemotePage, RemoteRecord } from '../../../main/engine/targets/kit/adapter.ts'
import { startEms, type EmsStandIn } from './stand-in.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { changeOf } from '../conformance/sample-records.ts'
import { emsKey, emsServer, furniture } from './subject.ts'

let server: EmsStandIn
let bench: AdapterBench
beforeAll(async () => {
  server = await startEms({ apiKey: emsKey, furniture })
})
beforeEach(async () => {
  await server.reset()
  bench = await openBench(ems, emsServer(server), {}, { pageSize: 50 })
})
afterEach(() => bench.close())
afterAll(() => server.stop())

const page = (cursor: string | null, entity: EntityName = 'person'): Promise<RemotePage> => {
  const { changes } = bench.connection
  if (!changes) throw new Error('cannot pull')
  return changes(entity, cursor, bench.signal)
}

async function walk(entity: EntityName = 'person', between = async () => {}) {
  const pages = [await page(null, entity)]
  while (pages.at(-1)?.more && pages.length < 100) {
    await between()
    pages.push(await page(pages.at(-1)?.cursor ?? null, entity))
  }
  return {
    pages,
    last: pages.at(-1),
    records: pages.flatMap(({ records }) => records),
  }
}

const people = (count: number, prefix = 'one') =>
  emsServer(server).putTogether('person', count, prefix)
const only = async (entity: EntityName = 'person'): Promise<RemoteRecord> => {
  const { records } = await walk(entity)
  if (!records[0] || records.length > 1) throw new Error(`${records.length} records`)
  return records[0]
}
const fieldsOf = (record: RemoteRecord) => bench.binding(record.entity).fromRemote?.(record.body)

describe('a whole listing of EMS', () => {
  it('neither leaves out nor repeats a record while others come, go and change', async () => {
    const before = await people(130)
    let round = 0
    const { records, last } = await walk('person', async () => {
      // What was handed out already goes, so that everything moves up; what is to come changes; and one is added. After a
      // while they rest: whose numbers of pages move each time never come to an end.
      if (round === 8) return
      await server.remove('people', Number(before[round]))
      await server.amend('people', Number(before[129]), { firstName: `changed ${round}` })
      await people(1, `late ${round++}`)
    })
    const ids = records.map(({ remoteId }) => remoteId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining([...before]))
    expect(ids.length).toBeGreaterThan(130)
    expect(last?.complete).toBe(true)
  })

  it('goes to the end where the server gives shorter pages than it was asked for', async () => {
    await server.turn({ largestPage: 20 })
    const before = await people(45)
    const { records, pages } = await walk()
    expect(records.map(({ remoteId }) => remoteId)).toEqual(before)
    expect(pages.map(({ complete }) => complete)).toEqual([false, false, true])
  })

  it('ends without a further request where the server tells how many there are', async () => {
    await server.turn({ totalCount: true })
    await people(70)
    const { pages } = await walk()
    expect(pages.map(({ records }) => records.length)).toEqual([50, 20])
    // The third looks at the row in front of the second page.
    expect((await server.stats()).requests).toBe(3)
  })

  it('begins anew each time, as nothing tells what changed', async () => {
    await people(60)
    const { last } = await walk()
    expect((await page(last?.cursor ?? null)).records).toHaveLength(50)
    expect((await page('nonsense')).records).toHaveLength(50)
  })

  it.each([
    ['does not know where to go on', { unknown: ['id.greaterThan'] }],
    ['does not sort', { unordered: true }],
  ] as const)('is refused from a server that %s', async (_name, knobs) => {
    await server.turn(knobs)
    await server.load(
      'tags',
      Array.from({ length: 60 }, (_, n) => ({ number: `T-${n}` })),
    )
    await expect(walk('tag')).rejects.toMatchObject({ code: 'bad-response' })
  })

  it('is refused where people come in no order, or the first page comes for ever', async () => {
    await people(60)
    await server.turn({ unordered: true })
    await expect(walk()).rejects.toMatchObject({ code: 'bad-response' })
    await server.turn({ unordered: false, unknown: ['page'] })
    await expect(walk()).rejects.toMatchObject({ code: 'bad-response' })
  })

  it.each([
    ['those handed out go', 0, 50],
    ['most of those to come go', 20, 120],
    ['everybody to come goes, and some before', 40, 130],
    ['everybody goes', 0, 130],
  ])('leaves out nobody who stays, whoever goes between two pages: %s', async (_who, from, to) => {
    const before = await people(130)
    let first = true
    const { records, last } = await walk('person', async () => {
      if (!first) return
      first = false
      for (const id of before.slice(from, to)) await server.remove('people', Number(id))
    })
    const ids = records.map(({ remoteId }) => remoteId)
    expect(new Set(ids).size).toBe(ids.length)
    const stayed = [...before.slice(0, from), ...before.slice(to)]
    expect(ids).toEqual(expect.arrayContaining(stayed))
    expect(last?.complete).toBe(true)
  })

  it.each(['organisation', 'person'] as const)(
    'brings every %s, without any filter there',
    async (entity) => {
      if (entity === 'person') await people(45)
      else
        await server.load(
          'organisations',
          Array.from({ length: 110 }, (_, n) => ({ name: `Club ${n}` })),
        )
      const there = await server.dump(entity === 'person' ? 'people' : 'organisations')
      const { records } = await walk(entity)
      expect(records.map(({ remoteId }) => remoteId)).toEqual(there.map(({ id }) => String(id)))
    },
  )

  it('reports a record without a usable id, keeps the others, and says nothing of absence', async () => {
    const body = [{ id: 1, lastName: 'Ana' }, { lastName: 'Ben' }, { id: 2, lastName: 'Cem' }]
    await server.fault({ action: { kind: 'answer', status: 200, body }, times: 1 })
    const { records, pages, last } = await walk()
    expect(records.map(({ remoteId }) => remoteId)).toEqual(['1', '2'])
    expect(pages[0]?.unreadable).toMatchObject([{ remoteId: null }])
    expect(last?.complete).toBe(false)
  })

  it('names an unreadable record that has an id, and knows that it is there', async () => {
    const body = [{ id: 1, lastName: 'Ana' }, { id: 2.5 }]
    await server.fault({ action: { kind: 'answer', status: 200, body }, times: 1 })
    const { pages, last } = await walk()
    expect(pages[0]?.unreadable).toMatchObject([{ remoteId: '2.5' }])
    expect(last?.complete).toBe(true)
  })
})

describe('the version of a record', () => {
  it('changes with every plain field, also one that only a mapping carries, and goes back with it', async () => {
    const [id = ''] = await people(1)
    const { version } = await only()
    await server.amend('people', Number(id), { school: 'Pretoria Boys' })
    expect((await only()).version).not.toBe(version)
    await server.amend('people', Number(id), { school: null })
    expect((await only()).version).toBe(version)
  })

  it('is the one a change of ours was answered with', async () => {
    const { change, remoteId } = await bench.create('person', 1)
    const update = { ...change, action: 'update', remoteId } as const
    const [outcome] = await bench.send('person', [update])
    expect(outcome).toMatchObject({ remoteVersion: (await only()).version })
  })

  it('is not touched by what happens to others: entrants coming in, an event renamed', async () => {
    const { refs } = await bench.create('eventParticipant', 1)
    const event = await only('event')
    const entrant = await only('eventParticipant')
    const person = await server.load('people', [
      { lastName: 'Nkosi', identityCountry: { id: (await server.dump('countries'))[0]?.id } },
    ])
    const [category] = await server.dump('event-categories')
    await server.load('event-participants', [
      {
        lastName: 'Nkosi',
        gender: 'MALE',
        event: { id: Number(refs['event']) },
        person: { id: person[0] },
        category: { id: category?.id },
      },
    ])
    expect((await only('event')).version).toBe(event.version)
    await server.amend('events', Number(refs['event']), { name: 'Renamed' })
    const [same] = (await walk('eventParticipant')).records
    expect(same?.version).toBe(entrant.version)
  })
})

describe('a record of EMS', () => {
  it('comes without the collections that are nested in it', async () => {
    await bench.create('eventParticipant', 1)
    const { body } = await only('eventParticipant')
    expect(JSON.stringify(body)).not.toContain('[')
    expect(body).toMatchObject({
      person: { lastName: expect.any(String) },
      number: { number: '001' },
    })
  })

  it('can be fetched alone, as it is listed; null when it is not there', async () => {
    const [id = ''] = await people(1)
    expect(await bench.connection.fetch?.('person', id, bench.signal)).toEqual(await only())
    expect(await bench.connection.fetch?.('person', '999999', bench.signal)).toBeNull()
  })

  it('a race knows its event through its race type', async () => {
    const { refs } = await bench.create('race', 1)
    expect(fieldsOf(await only('race'))?.refs).toEqual({ event: refs['event'] })
  })

  it('a person’s other telephone is read where the first is empty', async () => {
    const [id = ''] = await people(1)
    await server.amend('people', Number(id), { contactNumber: '+27821112222' })
    expect(fieldsOf(await only())?.fields).toMatchObject({ phone: '+27821112222' })
    await server.amend('people', Number(id), { phone: '+27123456789' })
    expect(fieldsOf(await only())?.fields).toMatchObject({ phone: '+27123456789' })
  })

  it('an entrant’s bib and category are words, and leaving is a status', async () => {
    const { remoteId } = await bench.create('eventParticipant', 1)
    expect(fieldsOf(await only('eventParticipant'))?.fields).toMatchObject({
      number: '001',
      category: expect.stringContaining('王1'),
      status: 'registered',
    })
    await server.amend('event-participants', Number(remoteId), { active: false, number: null })
    expect(fieldsOf(await only('eventParticipant'))?.fields).toMatchObject({
      number: null,
      status: 'withdrawn',
    })
  })

  it('an organisation above another one is left to EMS', async () => {
    const { remoteId } = await bench.create('organisation', 1)
    const [club] = await server.dump('organisations')
    await server.amend('organisations', Number(remoteId), { parent: { id: club?.id } })
    const { change } = await bench.create('organisation', 2)
    await bench.send('organisation', [{ ...change, action: 'update', remoteId }])
    const mine = (await server.dump('organisations')).find(({ id }) => String(id) === remoteId)
    expect(mine).toMatchObject({ parent: { id: club?.id } })
  })
})

describe('looking for a person a lost answer may have made', () => {
  const find = async (fields: Readonly<Record<string, string>>) => {
    const binding = bench.binding('person')
    const change = changeOf(binding, 'create', fields)
    return bench.connection.find?.('person', change, bench.signal)
  }
  const sought = { firstName: 'Ida', lastName: 'Voss', email: 'ida@example.org' }

  it.each([
    ['by a search', { searches: true }],
    ['where there is no search', { searches: false }],
    ['where a search leaves most out', { mostFound: 0 }],
  ])('finds it among ten thousand and more: %s', async (_how, knobs) => {
    await server.turn(knobs)
    await people(10_050)
    const [country] = await server.dump('countries')
    const [id] = await server.load('people', [{ ...sought, identityCountry: { id: country?.id } }])
    expect(await find(sought)).toMatchObject([{ remoteId: String(id) }])
    expect(await find({ ...sought, lastName: 'Nobody' })).toEqual([])
  })
})
