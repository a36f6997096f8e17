import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FormSubmission } from '../../../main/stand-ins/mock-sync-server/core.ts'
import type { MockSyncStandIn } from './stand-in.ts'
import { startMockSync } from './stand-in.ts'

let server: MockSyncStandIn

beforeAll(async () => {
  server = await startMockSync()
})
beforeEach(async () => {
  await server.reset()
})
afterAll(async () => {
  await server.stop()
})

const time = (second: number): string => new Date(Date.UTC(2026, 4, 3, 5, 0, second)).toISOString()

function submission(guid: string, change: Partial<FormSubmission> = {}): FormSubmission {
  return {
    guid,
    entityGuid: `entity-${guid}`,
    type: 'create-person',
    data: { entity: 'person', firstName: guid },
    timestamp: time(1),
    userId: 'desk',
    syncLevel: 2,
    ...change,
  }
}

function push(body: unknown, url = server.url): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

async function pull(since?: string, url = server.url): Promise<unknown> {
  const query = since === undefined ? '' : `?since=${encodeURIComponent(since)}`
  const answer = await fetch(`${url}${query}`)
  expect(answer.status).toBe(200)
  return answer.json()
}

describe('mock sync server: the contract', () => {
  it('stores {data} and answers GET with a bare array of the latest states, oldest first', async () => {
    const late = submission('b', { timestamp: time(2) })
    expect((await push({ data: [late, submission('a')] })).status).toBe(200)
    expect(await pull()).toEqual([
      { id: 'entity-a', entity: 'person', timestamp: time(1), firstName: 'a' },
      { id: 'entity-b', entity: 'person', timestamp: time(2), firstName: 'b' },
    ])
  })

  it('answers only what is strictly newer than since, and so loses an equal timestamp', async () => {
    await push({ data: [submission('a'), submission('b', { timestamp: time(2) })] })
    expect(await pull(time(1))).toMatchObject([{ id: 'entity-b' }])
    await push({ data: [submission('c', { timestamp: time(2) })] })
    expect(await pull(time(2))).toEqual([])
    expect(await pull(time(3))).toEqual([])
  })

  it('merges an update into the entity, and marks a deletion', async () => {
    await push({
      data: [submission('a', { data: { entity: 'person', firstName: 'A', phone: '1' } })],
    })
    const change = { entityGuid: 'entity-a', timestamp: time(2) }
    await push({
      data: [submission('a2', { ...change, type: 'update-person', data: { phone: null } })],
    })
    const updated = { id: 'entity-a', entity: 'person', firstName: 'A', phone: null }
    expect(await pull()).toEqual([{ ...updated, timestamp: time(2) }])
    await push({
      data: [submission('a3', { ...change, type: 'delete-person', data: {}, timestamp: time(3) })],
    })
    expect(await pull()).toEqual([{ ...updated, timestamp: time(3), deleted: true }])
  })

  it('brings a deleted entity back when it is written again', async () => {
    const again = { entityGuid: 'entity-a' }
    await push({ data: [submission('a', { type: 'delete-person' })] })
    await push({ data: [submission('b', { ...again, type: 'update-person', timestamp: time(2) })] })
    expect(await pull()).toEqual([
      { id: 'entity-a', entity: 'person', timestamp: time(2), firstName: 'b' },
    ])
  })

  it('stores a repeated guid once, and lets no older submission overwrite a newer state', async () => {
    const first = submission('a', { timestamp: time(5) })
    await push({ data: [first] })
    await push({ data: [{ ...first, data: { entity: 'person', firstName: 'repeated' } }] })
    await push({ data: [submission('old', { entityGuid: 'entity-a', timestamp: time(4) })] })
    expect(await pull()).toMatchObject([{ firstName: 'a', timestamp: time(5) }])
    expect((await server.submissions()).map((one) => one.guid)).toEqual(['a', 'old'])
  })

  it('accepts 100 submissions, refuses 101 and stores none of them', async () => {
    const many = Array.from({ length: 101 }, (_, index) => submission(String(index)))
    expect((await push({ data: many })).status).toBe(413)
    expect(await server.records()).toEqual([])
    expect((await push({ data: many.slice(0, 100) })).status).toBe(200)
    expect(await server.records()).toHaveLength(100)
  })

  it.each([
    ['{', 'not JSON'],
    [{ entities: [] }, '{"data":[…]}'],
    [[submission('a')], '{"data":[…]}'],
    [{ data: [submission('a'), { guid: 'x' }] }, 'data[1]'],
    [{ data: [submission('a', { type: 'person' })] }, 'data[0]'],
    [{ data: [submission('a', { timestamp: 'yesterday' })] }, 'data[0]'],
  ])('refuses %j in words', async (body, words) => {
    const answer = await push(body)
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as { error: string }).error).toContain(words)
    expect(await server.records()).toEqual([])
  })

  it('refuses other methods and an unreadable since', async () => {
    expect((await fetch(server.url, { method: 'PUT', body: '{}' })).status).toBe(405)
    expect((await fetch(`${server.url}?since=yesterday`)).status).toBe(400)
    expect((await fetch(`${server.url}/any/path?since=`)).status).toBe(200)
  })
})

describe('mock sync server: knobs', () => {
  it('refuses large batches otherwise, or not at all', async () => {
    const data = Array.from({ length: 150 }, (_, index) => submission(String(index)))
    await server.turn({ tooLargeStatus: 400 })
    expect((await push({ data })).status).toBe(400)
    await server.turn({ batchLimit: 10 })
    expect((await push({ data: data.slice(0, 11) })).status).toBe(400)
    await server.turn({ batchLimit: null })
    expect((await push({ data })).status).toBe(200)
  })

  it('wraps the answer to a pull', async () => {
    await push({ data: [submission('a')] })
    await server.turn({ pullShape: 'events' })
    expect(await pull()).toMatchObject({ events: [{ id: 'entity-a' }] })
    await server.turn({ pullShape: 'data' })
    expect(await pull()).toMatchObject({ data: [{ id: 'entity-a' }] })
  })

  it('gives every record the same timestamp, or leaves id and timestamp out', async () => {
    await push({ data: [submission('a'), submission('b', { timestamp: time(2) })] })
    await server.turn({ sameTimestamp: time(9) })
    expect(await pull()).toMatchObject([{ timestamp: time(9) }, { timestamp: time(9) }])
    await server.turn({ leaveOut: ['id', 'timestamp'] })
    expect(await pull()).toEqual([
      { entity: 'person', firstName: 'a' },
      { entity: 'person', firstName: 'b' },
    ])
  })

  it('adds records of other clients and odd ones', async () => {
    await server.put([{ id: 'p', entity: 'person', timestamp: time(1), firstName: 'Remote' }])
    await server.submit([submission('s', { timestamp: time(2) })])
    await server.odd([{ nonsense: true }])
    expect(await pull()).toMatchObject([{ id: 'p' }, { id: 'entity-s' }, { nonsense: true }])
    expect(await server.stats()).toMatchObject({ requests: 1 })
  })

  it('can demand a key', async () => {
    await server.turn({ apiKey: 'k' })
    expect((await fetch(server.url)).status).toBe(401)
    expect((await fetch(server.url, { headers: { 'x-api-key': 'k' } })).status).toBe(200)
  })

  it('fails on the second batch and shows the order of verbs', async () => {
    await server.fault({
      match: { method: 'POST' },
      nth: 2,
      action: { kind: 'answer', status: 500 },
    })
    const answers = [
      await push({ data: [submission('a')] }),
      await push({ data: [submission('b')] }),
    ]
    await pull()
    expect(answers.map((answer) => answer.status)).toEqual([200, 500])
    expect(await server.verbs()).toEqual(['POST', 'POST', 'GET'])
    expect((await server.records()).map((record) => record.id)).toEqual(['entity-a'])
  })
})

describe('mock sync server: generated records', () => {
  it('are the same for the same seed, others for another, and some share a timestamp', async () => {
    const [first, again, other] = await Promise.all([
      startMockSync({ seed: 7 }),
      startMockSync({ seed: 7, knobs: { pullShape: 'bare' } }),
      startMockSync({ seed: 8 }),
    ])
    const records = await first.records()
    expect(await again.records()).toEqual(records)
    expect(await other.records()).not.toEqual(records)
    expect(records.map((record) => record.entity)).toContain('event')
    const timestamps = records.map((record) => record.timestamp)
    expect(new Set(timestamps).size).toBeLessThan(timestamps.length)
    expect(new Set(records.map((record) => record.id)).size).toBe(records.length)
    await Promise.all([first.stop(), again.stop(), other.stop()])
  })
})
