import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../../main/contract/words.ts'
import {
  eventCollections,
  isEventEntity,
} from '../../../main/engine/targets/kit/event-collections.ts'
import { tagserver } from '../../../main/engine/targets/tagserver/adapter.ts'
import { startTagServer, type TagServerStandIn } from './stand-in.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { testAdapter } from '../conformance/conformance.ts'
import { errorOf } from '../conformance/subject.ts'
import type { ConformanceServer } from '../conformance/server.ts'
import { changeOf, sampleFields } from '../conformance/sample-records.ts'

const key = 'canary-tag-7f3a91'

function conform(process: TagServerStandIn): ConformanceServer {
  return {
    process,
    auth: 'api-key',
    secrets: { apiKey: key },
    lockOut: () => process.setKey('another-key'),
    letIn: () => process.setKey(key),
    async stored(entity: EntityName) {
      if (!isEventEntity(entity)) return []
      const all = await process.dump(eventCollections[entity])
      return all.map((body) => ({ remoteId: String(body.id), body }))
    },
  }
}

testAdapter(tagserver, async () => conform(await startTagServer({ apiKey: key })))

describe('tagserver', () => {
  let server: TagServerStandIn
  let bench: AdapterBench
  beforeAll(async () => {
    server = await startTagServer({ apiKey: key })
  })
  beforeEach(async () => {
    await server.reset()
    bench = await openBench(tagserver, conform(server))
  })
  afterEach(() => bench.close())
  afterAll(() => server.stop())

  const person = (fields: Record<string, string | null>) => {
    const binding = bench.binding('person')
    return changeOf(binding, 'create', { ...sampleFields(binding, 1), ...fields }, {})
  }
  const entrant = (refs: Record<string, string>, number: string, status = 'registered') =>
    changeOf(bench.binding('eventParticipant'), 'create', { number, status }, refs)

  it('says who has a bib that is taken, and sends the others', async () => {
    const refs = await bench.refsFor('eventParticipant')
    await bench.send('eventParticipant', [entrant(refs, '0042')])
    const outcomes = await bench.send('eventParticipant', [
      entrant(refs, '0041'),
      entrant(refs, '0042'),
      entrant(refs, '0043'),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'failed', 'done'])
    const error = errorOf(outcomes[1])
    expect(error).toMatchObject({ code: 'rejected', status: 409, maybeSent: false })
    expect(error.message).toMatch(/0042.*already used.*Zoë/)
  })

  it('moves a tag from one entrant to another in one batch, whichever request arrives first', async () => {
    const refs = await bench.refsFor('eventParticipant')
    const { remoteId: tag } = await bench.create('tag', 1)
    const binding = bench.binding('eventParticipant')
    const created = await bench.send('eventParticipant', [
      entrant({ ...refs, tag }, '1'),
      entrant(refs, '2'),
    ])
    const [from, to] = created.map((outcome) => (outcome.status === 'done' ? outcome.remoteId : ''))
    const outcomes = await bench.send('eventParticipant', [
      changeOf(binding, 'update', { number: '2', status: 'registered' }, { ...refs, tag }, to),
      changeOf(binding, 'update', { number: '1', status: 'registered' }, refs, from),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done'])
    const stored = await server.dump('event-participants')
    expect(stored.map(({ number, tag: held }) => [number, held])).toEqual([
      ['1', null],
      ['2', { id: Number(tag) }],
    ])
  })

  it('tells the server that a withdrawn participant is not active', async () => {
    const refs = await bench.refsFor('eventParticipant')
    await bench.send('eventParticipant', [
      entrant(refs, '1', 'withdrawn'),
      entrant(refs, '2', 'checkedIn'),
    ])
    const stored = await server.dump('event-participants')
    expect(stored.map(({ status, active }) => [status, active]).toSorted()).toEqual([
      ['checkedIn', true],
      ['withdrawn', false],
    ])
  })

  it('keeps leading zeros of bibs and tags, and sends no field it was not given', async () => {
    await bench.create('tag', 7)
    const [{ body = '' } = {}] = (await server.log()).filter(({ method }) => method === 'POST')
    expect(JSON.parse(body)).toEqual({ number: '007', barcode: '007', uuid: '007' })
  })

  it('sends gender "other" as unknown', async () => {
    await bench.send('person', [person({ gender: 'other' }), person({ gender: 'female' })])
    const genders = (await server.dump('people')).map(({ gender }) => gender)
    expect(genders.toSorted()).toEqual(['FEMALE', 'UNKNOWN'])
  })

  it('says that a record is gone when its replacement is not found', async () => {
    const binding = bench.binding('person')
    const update = changeOf(binding, 'update', sampleFields(binding, 1), {}, '999999')
    expect(errorOf((await bench.send('person', [update]))[0]).code).toBe('gone')
  })

  it('says that the address is wrong when a collection is not found', async () => {
    const wrong = await openBench(tagserver, {
      ...conform(server),
      process: Object.assign(Object.create(server) as TagServerStandIn, {
        url: `${server.url}/v2`,
      }),
    })
    expect(errorOf((await wrong.send('person', [person({})]))[0]).code).toBe('config')
    await wrong.close()
  })

  it('does not ask again for the other records when one keeps the server failing', async () => {
    await server.fault({
      match: { bodyContains: 'crash' },
      action: { kind: 'answer', status: 500 },
    })
    const changes = Array.from({ length: 30 }, (_, n) =>
      person({ lastName: n % 10 === 3 ? 'crash' : `Runner ${n}`, email: `r${n}@example.org` }),
    )
    const outcomes = await bench.send('person', changes)
    expect(outcomes.filter(({ status }) => status === 'done')).toHaveLength(27)
    expect(errorOf(outcomes[3])).toMatchObject({ code: 'server', maybeSent: true })
  })

  it('gives up the batch after five failures in a row', async () => {
    await server.fault({ action: { kind: 'answer', status: 503 } })
    const changes = Array.from({ length: 200 }, (_, n) => person({ email: `r${n}@example.org` }))
    const outcomes = await bench.send('person', changes)
    for (const outcome of outcomes) expect(errorOf(outcome).code).toBe('server')
    expect((await server.stats()).requests).toBeLessThan(20)
  })

  describe('looking for what a lost answer may have created', () => {
    const find = (entity: EntityName, change: Parameters<AdapterBench['send']>[1][number]) =>
      bench.connection.find?.(entity, change, bench.signal)

    it('finds every entity by its natural key, and only it', async () => {
      for (const entity of Object.keys(eventCollections) as EntityName[]) {
        const { change, remoteId } = await bench.create(entity, 1)
        expect(await find(entity, change)).toMatchObject([{ remoteId }])
      }
    })

    it('finds them where people, organisations and start groups have no filters', async () => {
      await server.ignoreFilters(['people', 'organisations', 'start-groups'])
      for (const entity of ['person', 'organisation', 'startGroup'] as const) {
        const { change, remoteId } = await bench.create(entity, 1)
        await bench.create(entity, 2)
        expect(await find(entity, change)).toMatchObject([{ remoteId }])
      }
    })

    it.each([true, false])(
      'finds one of ten thousand and more people, filters: %s',
      async (known) => {
        if (!known) await server.ignoreFilters(['people'])
        await server.load(
          'people',
          Array.from({ length: 10_050 }, (_, n) => person({ email: `r${n}@example.org` }).body),
        )
        const ana = person({ email: 'ana@example.org' })
        await bench.send('person', [ana])
        expect(await find('person', ana)).toMatchObject([{ body: { email: 'ana@example.org' } }])
      },
    )

    it('gives all hits: a family with one e-mail address', async () => {
      const father = person({ firstName: 'José', lastName: 'Silva', email: 'silva@example.org' })
      const son = person({ firstName: 'Zé', lastName: 'Silva', email: 'silva@example.org' })
      await bench.send('person', [father, son])
      expect(await find('person', son)).toHaveLength(2)
    })

    it('by name and date of birth where there is no e-mail address', async () => {
      const ana = person({
        email: null,
        firstName: 'Ana',
        lastName: 'Sá',
        dateOfBirth: '1990-01-02',
      })
      const other = person({
        email: null,
        firstName: 'Ana',
        lastName: 'Sá',
        dateOfBirth: '1991-01-02',
      })
      await bench.send('person', [ana, other])
      const found = await find('person', ana)
      expect(found).toMatchObject([{ body: { dateOfBirth: '1990-01-02' } }])
    })

    it('by content where a person has neither', async () => {
      const plain = { email: null, dateOfBirth: null, firstName: 'Ana', lastName: 'Sá' }
      const here = person({ ...plain, phone: '+351912345678' })
      const elsewhere = person({ ...plain, phone: '+351912345679' })
      await bench.send('person', [here, elsewhere])
      expect(await find('person', here)).toMatchObject([{ body: { phone: '+351912345678' } }])
      expect(await find('person', person({ ...plain, phone: null }))).toEqual([])
    })

    it('through more pages than one', async () => {
      const same = { email: null, dateOfBirth: null, firstName: 'Ana', lastName: 'Sá' }
      const ana = person(same)
      await server.load(
        'people',
        Array.from({ length: 450 }, () => ana.body),
      )
      expect(await find('person', ana)).toHaveLength(450)
    })

    it('cannot be decided where nothing names the record', async () => {
      const nameless = { email: null, dateOfBirth: null, firstName: null, lastName: null }
      expect(await find('person', person(nameless))).toBe('undecidable')
    })

    it('compares for itself: a server that ignores the filter gives no wrong hits', async () => {
      const ana = person({ email: 'ana@example.org' })
      const filtered = { pathPattern: 'email.equals' }
      const everybody = [
        { id: 1, email: 'ben@example.org' },
        { id: 2, email: 'cem@example.org' },
      ]
      await server.fault({
        match: filtered,
        action: { kind: 'answer', status: 200, body: everybody, headers: { 'x-total-count': '2' } },
      })
      expect(await find('person', ana)).toEqual([])
    })
  })
})
