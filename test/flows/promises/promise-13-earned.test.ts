import { describe, expect, it } from 'vitest'
import { startListOf } from '../../support/race-day.ts'
import { expectSameAt } from '../../support/same-everywhere.ts'
import { startTestEngine, type TestEngine } from '../../support/test-engine.ts'
import { tagserverTarget, startAtTagServer } from '../../targets/tagserver/target.ts'
import { mockSyncTarget } from '../../targets/mock-sync-server/target.ts'

const people = (count: number) =>
  ['first_name,last_name', ...Array.from({ length: count }, (_, at) => `Runner${at},Silva`)].join(
    '\n',
  ) + '\n'

const refusesWrites = (marshal: TestEngine, status: number, times?: number) =>
  marshal.server.fault({
    match: { method: 'POST' },
    action: { kind: 'answer', status, body: { detail: 'The disk of the server is full.' } },
    ...(times === undefined ? {} : { times }),
  })

const cases = [500, 503].flatMap((status) => [1, 2, 3].map((count) => [status, count] as const))

describe('Promise 13: success is earned', () => {
  it.each(cases)('%i to each of %i new records is no success', async (status, count) => {
    const marshal = await startAtTagServer()
    await refusesWrites(marshal, status)
    await marshal.importRecords('person', people(count))
    const run = await marshal.sync()
    expect(run).toMatchObject({ result: 'error', outbound: { created: 0, waiting: count } })
    expect(run.errors).toHaveLength(count)
    for (const { code, message } of run.errors) {
      expect([code, message]).toEqual(['server', 'The disk of the server is full.'])
    }
    expect(await marshal.status()).toMatchObject({
      state: 'waiting',
      pending: count,
      failed: 0,
      lastSuccessOn: null,
      lastError: 'The disk of the server is full.',
    })
    await marshal.server.clearFaults()
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { waiting: 0 } })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', lastError: null })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('300 records in three batches that all fail are no success', async () => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { settings: { batchSize: 100 } },
    })
    const action = { kind: 'answer', status: 500, body: {} } as const
    await marshal.server.fault({ match: { method: 'POST' }, action })
    await marshal.importRecords('person', people(300))
    const run = await marshal.sync()
    expect(run).toMatchObject({ result: 'error', outbound: { created: 0, waiting: 300 } })
    expect(run.errors[0]).toMatchObject({ entity: 'person', code: 'server' })
    expect(await marshal.status()).toMatchObject({ state: 'waiting', lastSuccessOn: null })
    await marshal.server.clearFaults()
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  })

  it('a record edited while it was sent in vain is no success either, and goes with the next run', async () => {
    let edit = async () => {}
    const marshal = await startAtTagServer({
      probe: async (point) => {
        if (point === 'push:settle') await edit()
      },
    })
    await marshal.importRecords('person', people(1))
    await marshal.sync()
    const [person] = (await marshal.client.records.list({ entity: 'person', limit: 1 })).records
    const rename = (lastName: string) =>
      marshal.client.records.set({ entity: 'person', id: person!.id, fields: { lastName } })
    await rename('Kiel')
    await marshal.server.fault({
      match: { method: 'PUT' },
      action: { kind: 'answer', status: 503, body: { detail: 'Later, please.' } },
    })
    edit = async () => {
      edit = async () => {}
      await rename('Lund')
    }
    expect(await marshal.sync()).toMatchObject({ result: 'error', outbound: { waiting: 1 } })
    expect(await marshal.status()).toMatchObject({ pending: 1, lastError: 'Later, please.' })
    await marshal.server.clearFaults()
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { updated: 1 } })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('one record that did not arrive among others is named, and no success', async () => {
    const marshal = await startAtTagServer()
    await refusesWrites(marshal, 500, 1)
    await marshal.importRecords('person', people(5))
    const run = await marshal.sync()
    expect(run).toMatchObject({
      result: 'warning',
      outbound: { created: 4, waiting: 1, failed: 0 },
      errors: [{ entity: 'person', code: 'server' }],
    })
    expect(await marshal.status()).toMatchObject({ state: 'waiting', lastSuccessOn: null })
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { created: 1 } })
  })

  it.each([500, 503])(
    'under the schedule a target that answers %i to every write waits, and says when it is tried again',
    async (status) => {
      const marshal = await startAtTagServer({ schedule: true })
      await marshal.importEntrants(startListOf(3))
      const { lastSuccessOn } = await marshal.until(
        ({ state, pending }) => state === 'up-to-date' && pending === 0,
      )
      await refusesWrites(marshal, status)
      const [last] = (await marshal.client.sync.runs({ limit: 1 })).runs
      await marshal.importRecords('person', people(2))
      const seen = new Set<string>()
      const waiting = await marshal.until(({ state }) => state === 'waiting')
      expect(waiting.retryOn).not.toBeNull()
      const end = marshal.clock.elapsed() + 120_000
      await marshal.passTime(async () => {
        const now = await marshal.status()
        expect(now.lastSuccessOn).toBe(lastSuccessOn)
        seen.add(now.state)
        return marshal.clock.elapsed() >= end
      })
      expect(seen).not.toContain('up-to-date')
      const after = await marshal.until(({ state }) => state === 'waiting')
      expect(after).toMatchObject({ pending: 2, failed: 0, lastSuccessOn })
      const { runs } = await marshal.client.sync.runs({ limit: 100 })
      const since = runs.slice(
        0,
        runs.findIndex(({ id }) => id === last!.id),
      )
      expect(since).not.toEqual([])
      for (const { result } of since) expect(result).not.toBe('success')
      await marshal.server.clearFaults()
      await marshal.until(({ state, pending }) => state === 'up-to-date' && pending === 0)
      await expectSameAt(marshal.client, tagserverTarget, marshal.server)
    },
  )

  it('what waits for its parent’s next try does not make a person attend to it', async () => {
    const marshal = await startAtTagServer()
    await marshal.server.fault({
      match: { method: 'POST', path: '/api/people' },
      action: { kind: 'answer', status: 503, body: {} },
    })
    await marshal.importEntrants(startListOf(2))
    const run = await marshal.sync()
    expect(run).toMatchObject({ result: 'warning', outbound: { waiting: 2 } })
    expect(run.outbound.held).toBeGreaterThan(0)
    expect(await marshal.status()).toMatchObject({ state: 'waiting', lastSuccessOn: null })
  })

  it('a lost answer that is found to have arrived is a success', async () => {
    const marshal = await startAtTagServer()
    await marshal.server.fault({
      match: { method: 'POST' },
      times: 1,
      action: { kind: 'cut-after-write' },
    })
    await marshal.importRecords('person', people(1))
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      outbound: { waiting: 0 },
      errors: [],
    })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('a run of one record or one entity is no success of everything', async () => {
    const marshal = await startAtTagServer()
    await marshal.sync()
    const { lastSuccessOn } = await marshal.status()
    await marshal.importEntrants(startListOf(2))
    const [person] = (await marshal.client.records.list({ entity: 'person' })).records
    await marshal.clock.walk(60_000)
    for (const asked of [{ records: [person!.id] }, { entities: ['person' as const] }]) {
      expect(await marshal.sync(asked)).toMatchObject({ result: 'success' })
      expect(await marshal.status()).toMatchObject({ lastSuccessOn })
    }
    await marshal.sync()
    expect((await marshal.status()).lastSuccessOn).not.toBe(lastSuccessOn)
  })

  it('a refused record renews nothing', async () => {
    const marshal = await startAtTagServer()
    await refusesWrites(marshal, 400, 1)
    await marshal.importRecords('person', people(2))
    expect(await marshal.sync()).toMatchObject({ result: 'warning', outbound: { failed: 1 } })
    expect(await marshal.status()).toMatchObject({ state: 'attention', lastSuccessOn: null })
  })
})

describe('Promise 13: an error page above 64 KB', () => {
  const page = 'Please try again later. '.repeat(5_000)

  it('with 401 pauses the target', async () => {
    const marshal = await startAtTagServer()
    await marshal.server.fault({ action: { kind: 'answer', status: 401, body: page } })
    await marshal.importRecords('person', people(2))
    expect(await marshal.sync()).toMatchObject({ result: 'error', errors: [{ code: 'auth' }] })
    expect(await marshal.status()).toMatchObject({ state: 'paused', failed: 0 })
  })

  it('with 429 is left alone as long as it says', async () => {
    const marshal = await startAtTagServer({ schedule: true })
    await marshal.until(({ state }) => state === 'up-to-date')
    await marshal.server.fault({
      match: { method: 'POST' },
      times: 1,
      action: { kind: 'answer', status: 429, retryAfter: { seconds: 120 }, body: page },
    })
    const from = marshal.departures.length
    await marshal.importRecords('person', people(1))
    expect(await marshal.until(({ state }) => state === 'waiting')).toMatchObject({ pending: 1 })
    await marshal.until(({ pending }) => pending === 0)
    const [refused, next] = marshal.departures.slice(from)
    expect(next!.at - refused!.at).toBeGreaterThanOrEqual(118_000)
  })
})
