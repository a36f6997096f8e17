/** What DataCollect's own client wants of a mock sync server, rule by rule: `marshal mock-server` is one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FormSubmission } from '../../../main/stand-ins/mock-sync-server/core.ts'
import { startListOf } from '../../support/race-day.ts'
import { at, start } from './at-mock-sync.ts'
import { DataCollectClient } from './datacollect-client.ts'
import { startMockSync, type MockSyncStandIn } from './stand-in.ts'

let server: MockSyncStandIn
let field: DataCollectClient
beforeAll(async () => {
  server = await startMockSync()
})
beforeEach(async () => {
  await server.reset()
  field = new DataCollectClient(server.url)
})
afterAll(() => server.stop())

const time = (second: number) => new Date(Date.UTC(2026, 4, 3, 5, 0, second)).toISOString()

/** The nth form somebody filled in there. */
const form = (n: number, more: Partial<FormSubmission> = {}): FormSubmission => ({
  guid: `form-${n}`,
  entityGuid: `household-${n}`,
  type: 'create-individual',
  data: { name: `Somebody ${n}` },
  timestamp: time(n),
  userId: 'field',
  syncLevel: 0,
  ...more,
})
const forms = (count: number) => Array.from({ length: count }, (_, n) => form(n))

describe('DataCollect’s client', () => {
  it('sends to one address, a hundred at a time, and asks the same address afterwards without a time', async () => {
    field.made.push(...forms(250))
    await field.synchronise()
    const log = await server.log()
    expect(log.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
      'POST / 200',
      'POST / 200',
      'POST / 200',
      'GET / 200',
    ])
    expect(await server.submissions()).toHaveLength(250)
    expect(field.pushMark).toBe(time(249))
  })

  it('sends nothing when it has nothing, and asks only for what is newer than the newest it has seen', async () => {
    await server.submit([form(1), form(2)])
    await field.synchronise()
    expect(field.applied.map(({ entityGuid }) => entityGuid)).toEqual([
      'household-1',
      'household-2',
    ])
    expect(field.pullMark).toBe(time(2))
    await server.submit([form(3)])
    await field.synchronise()
    await field.synchronise()
    expect(field.applied).toHaveLength(3)
    expect(await server.verbs()).toEqual(['GET', 'GET', 'GET'])
    expect((await server.log()).at(-1)?.path).toBe(`/?since=${encodeURIComponent(time(3))}`)
  })

  it('gets a bare array in which every record has an id and a time that sort as text', async () => {
    const marshal = await start()
    await marshal.importEntrants(startListOf(3))
    await marshal.sync()
    field = new DataCollectClient(marshal.server.url)
    await field.synchronise()
    expect(field.applied.length).toBeGreaterThan(3)
    for (const { data, timestamp } of field.applied) {
      expect(data['id']).toEqual(expect.any(String))
      expect(data['timestamp']).toBe(timestamp)
      expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    }
    const marks = field.applied.map(({ timestamp }) => timestamp)
    expect(marks).toEqual(marks.toSorted())
    expect(field.pullMark).toBe(marks.at(-1))
    const before = field.applied.length
    await field.synchronise()
    expect(field.applied).toHaveLength(before)
  })

  it('loses nothing where its second batch is refused: it sends that one again, and asks for nothing before', async () => {
    field.made.push(...forms(150))
    await server.fault({ nth: 2, action: { kind: 'answer', status: 500 } })
    await expect(field.synchronise()).rejects.toThrow('push answered 500')
    expect(await server.verbs()).toEqual(['POST', 'POST'])
    expect(field.pushMark).toBe(time(99))
    await server.clearFaults()
    await field.synchronise()
    expect(await server.verbs()).toEqual(['POST', 'POST', 'POST', 'GET'])
    expect(await server.submissions()).toHaveLength(150)
  })

  it('makes nothing twice where an answer was lost: the guid is the same', async () => {
    field.made.push(form(1))
    await server.fault({ action: { kind: 'cut-after-write' }, times: 1 })
    await expect(field.synchronise()).rejects.toThrow('fetch failed')
    await field.synchronise()
    expect(await server.submissions()).toHaveLength(1)
    expect(field.applied).toHaveLength(1)
  })

  it('gets its own forms back as records, which carry all of what it sent', async () => {
    field.made.push(
      form(1, { type: 'create-person', data: { entity: 'person', firstName: 'Ana' } }),
    )
    await field.synchronise()
    expect(field.applied).toMatchObject([
      { entityGuid: 'household-1', data: { entity: 'person', firstName: 'Ana' }, syncLevel: 1 },
    ])
  })

  it('and Marshal have the same people at the end', async () => {
    const marshal = await start()
    field = new DataCollectClient(marshal.server.url)
    const data = { entity: 'person', firstName: 'Ana', lastName: 'Silva' }
    field.made.push(form(1, { type: 'create-person', data, timestamp: at(-60) }))
    await field.synchronise()
    await marshal.set('person', { firstName: 'Ben', lastName: 'Costa' })
    await marshal.sync()
    await field.synchronise()
    const { records } = await marshal.client.records.list({ entity: 'person' })
    const here = records.map(({ firstName }) => firstName).toSorted()
    expect(here).toEqual(['Ana', 'Ben'])
    const there = new Map(field.applied.map(({ entityGuid, data: one }) => [entityGuid, one]))
    expect([...there.values()].map(({ firstName }) => firstName).toSorted()).toEqual(here)
  })
})
