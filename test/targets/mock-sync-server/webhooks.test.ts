import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../../main/contract/words.ts'
import { mockSyncServer } from '../../../main/engine/targets/mock-sync-server/adapter.ts'
import { SyncError } from '../../../main/engine/targets/kit/sync-error.ts'
import {
  signWebhook,
  type OutgoingWebhook,
} from '../../../main/stand-ins/mock-sync-server/webhook-sender.ts'
import { startMockSync, type MockSyncStandIn } from './stand-in.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { testWebhooks } from '../conformance/webhooks.ts'

const secret = 'canary-hook-7f3a'
const person = {
  id: 'a',
  entity: 'person',
  timestamp: '2026-05-03T05:00:00.000Z',
  firstName: 'Ana',
  lastName: 'Nuñez Ürün',
}

testWebhooks(mockSyncServer, 'person', async () => {
  const process = await startMockSync()
  return {
    process,
    auth: 'none',
    secrets: { webhookSecret: secret },
    lockOut: async () => {},
    letIn: async () => {},
    stored: async () => [],
    timed: true,
    async webhookAbout(entity, id, how) {
      const record = (await process.records()).find((one) => one.id === id)
      const { headers, text } = signWebhook({ body: { ...record, entity, id }, ...how }, secret)
      return { headers, query: {}, body: new TextEncoder().encode(text) }
    },
  }
})

let server: MockSyncStandIn
let bench: AdapterBench
const open = (secrets: Readonly<Record<string, string>>) =>
  openBench(mockSyncServer, {
    process: server,
    auth: 'none',
    secrets,
    lockOut: async () => {},
    letIn: async () => {},
    stored: async () => [],
  })
beforeAll(async () => {
  server = await startMockSync()
})
beforeEach(async () => {
  await server.reset()
  bench = await open({ webhookSecret: secret })
})
afterEach(() => bench.close())
afterAll(() => server.stop())

const receive = (webhook: OutgoingWebhook, of = bench) => {
  const { headers, text } = signWebhook(webhook, secret)
  return of.connection.receive!({ headers, query: {}, body: new TextEncoder().encode(text) })
}
const refusal = async (webhook: OutgoingWebhook, of = bench) => {
  const error: unknown = await receive(webhook, of).then(
    () => null,
    (caught: unknown) => caught,
  )
  return error instanceof SyncError ? error.code : error
}

describe('a webhook of the mock sync server', () => {
  it('brings a record in full, the same as a pull does', async () => {
    await server.put([person])
    const pulled = await bench.connection.changes!('person', null, bench.signal)
    const receipt = await receive({ body: person, deliveryId: 'd1' })
    expect(receipt).toEqual({ deliveryId: 'd1', records: pulled.records, fetch: [] })
  })

  it('brings a deletion', async () => {
    const { records } = await receive({ body: { ...person, deleted: true } })
    expect(records).toMatchObject([{ remoteId: 'a', deleted: true }])
  })

  it('only names a record, without a kind the configured one', async () => {
    for (const body of [{ entity: 'person', id: 'a' }, { id: 'a' }]) {
      expect(await receive({ body, deliveryId: null })).toEqual({
        deliveryId: null,
        records: [],
        fetch: [{ entity: 'person', remoteId: 'a' }],
      })
    }
  })

  it('about things Marshal does not keep says nothing', async () => {
    for (const body of [
      { entity: 'household', id: 'a' },
      { ...person, entity: 'household' },
    ])
      expect(await receive({ body })).toMatchObject({ records: [], fetch: [] })
  })

  it.each([
    ['without a signature', { signature: 'none' }],
    ['with a wrong signature', { signature: 'wrong' }],
    ['of six minutes ago', { agoMs: 360_000 }],
    ['from the future', { agoMs: -360_000 }],
  ] as const)('%s is refused', async (_what, sent) => {
    expect(await refusal({ body: person, ...sent })).toBe('auth')
  })

  it.each(['', '[]', 'null', '{', '"a"', '{"entity":"person"}', '{"id":{}}', '\u0000'])(
    'that reads %j cannot be read',
    async (body) => {
      expect(await refusal({ body })).toBe('bad-response')
    },
  )

  it('whose record has no time with a zone, or an odd field, cannot be read', async () => {
    expect(await refusal({ body: { ...person, timestamp: 'noon' } })).toBe('bad-response')
    expect(await refusal({ body: { ...person, lastName: ['x'] } })).toBe('bad-response')
  })

  it('is never let in where no secret is stored', async () => {
    const other = await open({})
    expect(await refusal({ body: person }, other)).toBe('config')
    await other.close()
  })

  it('asks the server nothing and leaves no secret in the log', async () => {
    await receive({ body: person })
    await refusal({ body: person, signature: 'wrong' })
    expect((await server.stats()).requests).toBe(0)
    expect(bench.logged()).not.toContain('canary')
  })
})

describe('one record of the mock sync server', () => {
  const fetched = (entity: EntityName, id: string) =>
    bench.connection.fetch!(entity, id, bench.signal)

  it('is fetched by its id, the same as a pull answers it, and deleted ones too', async () => {
    const gone = { ...person, id: 'b', deleted: true as const }
    await server.put([person, gone, { ...person, id: 'c d&e=ü' }])
    const { records } = await bench.connection.changes!('person', null, bench.signal)
    for (const record of records) expect(await fetched('person', record.remoteId)).toEqual(record)
    expect(records).toHaveLength(3)
  })

  it('is null when it is not there, or is of another kind', async () => {
    await server.put([person])
    expect(await fetched('person', 'b')).toBeNull()
    expect(await fetched('tag', 'a')).toBeNull()
  })

  it('is found also at a server that answers everything', async () => {
    await server.odd([{ ...person, id: 'x' }])
    await server.put([person])
    expect(await fetched('person', 'x')).toMatchObject({ remoteId: 'x' })
  })

  it('that cannot be read is an error, not nothing', async () => {
    await server.odd([{ id: 'x', entity: 'person' }])
    await expect(fetched('person', 'x')).rejects.toMatchObject({ code: 'bad-response' })
    await server.turn({ pullShape: 'data' })
    await expect(fetched('person', 'a')).rejects.toMatchObject({ code: 'bad-response' })
  })
})
