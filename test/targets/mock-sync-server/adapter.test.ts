import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../../main/contract/words.ts'
import { mockSyncServer } from '../../../main/engine/targets/mock-sync-server/adapter.ts'
import type { MockSyncRecord } from '../../../main/stand-ins/mock-sync-server/record.ts'
import { startMockSync, type MockSyncStandIn } from './stand-in.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { testAdapter } from '../conformance/conformance.ts'
import { errorOf } from '../conformance/subject.ts'
import type { PullServer } from '../conformance/server.ts'
import { changeOf, sampleFields } from '../conformance/sample-records.ts'

const key = 'canary-mock-51c0de'
/** Somebody else's changes happen after our samples, one second apart for each batch. */
const start = Date.UTC(2026, 9, 1)

function conform(process: MockSyncStandIn): PullServer {
  let batch = 0
  return {
    process,
    auth: 'api-key',
    secrets: { apiKey: key },
    lockOut: () => process.turn({ apiKey: 'another-key' }),
    letIn: () => process.turn({ apiKey: key }),
    async stored(entity) {
      const all = await process.records()
      return all
        .filter((record) => record.entity === entity && record.deleted !== true)
        .map((body) => ({ remoteId: body.id, body }))
    },
    async putTogether(entity, count, prefix) {
      const timestamp = new Date(start + ++batch * 1000).toISOString()
      const records = Array.from({ length: count }, (_, n): MockSyncRecord => ({
        id: `${prefix}-${n}`,
        entity,
        timestamp,
        firstName: `Runner ${n}`,
      }))
      await process.put(records)
      return records.map(({ id }) => id)
    },
    async removeThere(entity, remoteId) {
      const timestamp = new Date(start + ++batch * 1000).toISOString()
      await process.put([{ id: remoteId, entity, timestamp, deleted: true }])
    },
  }
}

testAdapter(mockSyncServer, async () => conform(await startMockSync()))

describe('mock-sync-server', () => {
  let server: MockSyncStandIn
  let bench: AdapterBench
  const open = (settings: Record<string, unknown> = {}) =>
    openBench(mockSyncServer, { ...conform(server), auth: 'none' }, {}, settings)
  beforeAll(async () => {
    server = await startMockSync()
  })
  beforeEach(async () => {
    await server.reset()
    bench = await open()
  })
  afterEach(() => bench.close())
  afterAll(() => server.stop())

  const persons = (count: number) => {
    const binding = bench.binding('person')
    return Array.from({ length: count }, (_, n) =>
      changeOf(binding, 'create', sampleFields(binding, n)),
    )
  }
  const pull = (cursor: string | null = null, entity: EntityName = 'person') => {
    const { changes } = bench.connection
    if (!changes) throw new Error('cannot pull')
    return changes(entity, cursor, bench.signal)
  }
  const gets = async () => (await server.verbs()).filter((verb) => verb === 'GET').length

  describe('pushing', () => {
    it('sends form submissions with our key, our id, our time and sync level 0', async () => {
      const [change] = persons(1)
      if (!change) throw new Error('no sample')
      await bench.send('person', [change])
      const update = { ...change, action: 'update', key: 'again', remoteId: 'theirs' } as const
      await bench.send('person', [update])
      expect(await server.submissions()).toMatchObject([
        {
          guid: change.key,
          entityGuid: change.recordId,
          type: 'create-person',
          data: { ...change.body, entity: 'person' },
          timestamp: new Date(change.remoteModifiedOn / 1000).toISOString(),
          userId: 'Desk 1',
          syncLevel: 0,
        },
        { guid: 'again', entityGuid: 'theirs', type: 'update-person' },
      ])
    })

    it('never puts more than a batch into one request', async () => {
      const changes = persons(250)
      expect((await bench.send('person', changes)).every(({ status }) => status === 'done')).toBe(
        true,
      )
      expect(await server.verbs()).toEqual(['POST', 'POST', 'POST'])
      await bench.close()
      bench = await open({ batchSize: 10 })
      await bench.send('person', persons(25))
      expect(await server.verbs()).toHaveLength(6)
    })

    it('fails only the changes of the request that was refused', async () => {
      await server.fault({ nth: 2, action: { kind: 'answer', status: 400, body: { error: 'no' } } })
      const outcomes = await bench.send('person', persons(250))
      expect(outcomes.slice(0, 100).every(({ status }) => status === 'done')).toBe(true)
      expect(errorOf(outcomes[100])).toMatchObject({ code: 'rejected', message: 'no' })
      expect(outcomes.slice(200).every(({ status }) => status === 'done')).toBe(true)
    })

    it('sends what is refused as too large in halves: no record is at fault for its neighbours', async () => {
      await server.turn({ batchLimit: 10 })
      const outcomes = await bench.send('person', persons(25))
      expect(outcomes.map(({ status }) => status)).toEqual(Array(25).fill('done'))
      expect(await server.submissions()).toHaveLength(25)
    })

    it('sends references as remote ids and clears what was emptied', async () => {
      const binding = bench.binding('eventParticipant')
      const fields = { ...sampleFields(binding, 1), category: null }
      const refs = { event: 'e-1', person: 'p-1' }
      await bench.send('eventParticipant', [changeOf(binding, 'create', fields, { refs })])
      const [sent] = await server.submissions()
      expect(sent?.data).toMatchObject({ event: 'e-1', person: 'p-1', tag: null, category: null })
    })
  })

  describe('pulling', () => {
    it.each(['events', 'data'] as const)(
      'takes {%s: […]} for an error, not for nothing',
      async (pullShape) => {
        await server.turn({ pullShape })
        await expect(pull()).rejects.toMatchObject({ code: 'bad-response' })
      },
    )

    it('reads records without a kind as the configured one, and events by their type', async () => {
      const timestamp = '2026-05-03T05:00:00.000Z'
      await server.odd([
        { id: 'plain', timestamp, firstName: 'Ana' },
        { entityGuid: 'event', type: 'update-person', data: { firstName: 'Ben' }, timestamp },
        { id: 'external', type: 'external-pull', timestamp, firstName: 'Cem' },
        { id: 'gone', type: 'delete-person', data: { entity: 'person' }, timestamp },
        { id: 'house', entity: 'household', timestamp },
        { id: 17, entity: 'tag', number: '007', type: 'chip', timestamp },
      ])
      const { records, unreadable } = await pull()
      expect(unreadable).toEqual([])
      expect(records.map(({ remoteId, deleted }) => [remoteId, deleted])).toEqual([
        ['event', false],
        ['external', false],
        ['gone', true],
        ['plain', false],
      ])
      const tags = await pull(null, 'tag')
      expect(tags.records).toMatchObject([{ remoteId: '17', body: { type: 'chip' } }])
      expect(bench.logged()).toContain('household')
    })

    it('reports what it cannot read and keeps the rest, but then calls no listing complete', async () => {
      await server.put([
        { id: 'good', entity: 'person', timestamp: '2026-05-03T05:00:00.000Z', firstName: 'Ana' },
      ])
      await server.odd([
        { entity: 'person', timestamp: '2026-05-03T05:00:00Z' },
        { id: 'timeless', entity: 'person' },
        { id: 'local', entity: 'person', timestamp: '2026-05-03T05:00:00' },
        { id: 'odd', entity: 'person', timestamp: '2026-05-03T05:00:00Z', lastName: { a: 1 } },
        'nonsense' as unknown as Record<string, unknown>,
      ])
      const { records, unreadable, complete } = await pull()
      expect(records.map(({ remoteId }) => remoteId)).toEqual(['good'])
      expect(unreadable.map(({ remoteId }) => remoteId)).toEqual([
        null,
        'timeless',
        'local',
        'odd',
        null,
      ])
      for (const { error } of unreadable) expect(error.code).toBe('bad-response')
      expect(complete).toBe(false)
    })

    it('asks once for all entities, and again when an entity wants news', async () => {
      await server.put([
        { id: 'a', entity: 'person', timestamp: '2026-05-03T05:00:00.000Z', firstName: 'Ana' },
        { id: 't', entity: 'tag', timestamp: '2026-05-03T05:00:01.000Z', number: '1' },
      ])
      const { cursor } = await pull()
      expect((await pull(null, 'tag')).cursor).toBe(cursor)
      await pull(null, 'event')
      expect(await gets()).toBe(1)
      await pull(cursor)
      await pull(cursor, 'tag')
      expect(await gets()).toBe(2)
      await bench.send('tag', [])
      await pull(cursor, 'event')
      expect(await gets()).toBe(3)
    })

    it('is not carried away by a client whose clock is ten years ahead', async () => {
      await server.put([
        { id: 'ahead', entity: 'person', timestamp: '2099-01-01T00:00:00.000Z', firstName: 'Ana' },
      ])
      const { cursor } = await pull()
      await server.put([
        { id: 'today', entity: 'person', timestamp: '2026-05-03T05:00:00.000Z', firstName: 'Ben' },
      ])
      const ids = (await pull(cursor)).records.map(({ remoteId }) => remoteId)
      expect(ids).toContain('today')
    })

    it('sees again what is younger than two minutes by the server’s clock, and nothing older', async () => {
      const now = Date.now()
      const at = (ago: number) => new Date(now - ago).toISOString()
      await server.put([
        { id: 'old', entity: 'person', timestamp: at(3_600_000), firstName: 'Ana' },
        { id: 'new', entity: 'person', timestamp: at(1_000), firstName: 'Ben' },
      ])
      const { cursor } = await pull()
      await server.put([{ id: 'late', entity: 'person', timestamp: at(60_000), firstName: 'Cem' }])
      const { records } = await pull(cursor)
      expect(records.map(({ remoteId }) => remoteId)).toEqual(['late', 'new'])
    })

    it('asks for everything once where the server’s clock was set back, and goes on from there', async () => {
      const at = (ago: number) => new Date(Date.now() - ago).toISOString()
      await server.put([{ id: 'a', entity: 'person', timestamp: at(1_000), firstName: 'Ana' }])
      const before = await pull()
      await server.clockOffset(-3_600_000)
      const earlier = { id: 'b', entity: 'person', timestamp: at(3_500_000), firstName: 'Ben' }
      await server.put([earlier])
      const { records, cursor, complete } = await pull(before.cursor)
      expect(records.map(({ remoteId }) => remoteId)).toEqual(['b', 'a'])
      expect(complete).toBe(false)
      await server.put([{ ...earlier, id: 'c', timestamp: at(3_400_000) }])
      const ids = (await pull(cursor)).records.map(({ remoteId }) => remoteId)
      expect(ids).toContain('c')
    })

    it('starts over from a cursor nobody can read', async () => {
      await server.put([
        { id: 'a', entity: 'person', timestamp: '2026-05-03T05:00:00.000Z', firstName: 'Ana' },
      ])
      for (const broken of ['', '{', '{"since":5}', '[]'])
        expect((await pull(broken)).records).toHaveLength(1)
    })
  })

  it.each([
    ['bearer', { token: 'canary-token-1' }],
    ['basic', { username: 'ana', password: 'canary-pw-1' }],
  ] as readonly (readonly [string, Record<string, string>])[])(
    'signs in by %s without a word of it in the log',
    async (auth, secrets) => {
      const signedIn = await openBench(mockSyncServer, { ...conform(server), auth, secrets })
      await signedIn.connection.probe(signedIn.signal)
      await signedIn.close()
      expect(signedIn.logged()).toContain('request answered')
      expect(signedIn.logged()).not.toContain('canary')
    },
  )

  it('names the secret that is missing', async () => {
    const missing = openBench(mockSyncServer, { ...conform(server), auth: 'bearer', secrets: {} })
    await expect(missing).rejects.toMatchObject({ code: 'auth' })
  })
})
