import { describe, expect, it } from 'vitest'
import { startListOf } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import type { TestEngine } from '../support/test-engine.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'

const people = (count: number) =>
  ['first_name,last_name', ...Array.from({ length: count }, (_, at) => `Runner${at},Silva`)].join(
    '\n',
  ) + '\n'

/** A scheduled engine whose target is up to date and answers. */
async function scheduled(): Promise<TestEngine> {
  const marshal = await startAtTagServer({ schedule: true })
  await marshal.importEntrants(startListOf(3))
  await marshal.until(({ state, pending }) => state === 'up-to-date' && pending === 0)
  return marshal
}

const firstPerson = async ({ client }: TestEngine) =>
  (await client.records.list({ entity: 'person' })).records[0]!

describe('a wrong API key', () => {
  it('pauses the target with the reason and blames no record', async () => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(20))
    await marshal.server.setKey('another-key')
    expect(await marshal.sync()).toMatchObject({
      result: 'error',
      outbound: { created: 0, failed: 0 },
      errors: [{ recordId: null, code: 'auth' }],
    })
    const status = await marshal.status()
    expect(status).toMatchObject({ state: 'paused', failed: 0, paused: { code: 'sign-in' } })
    expect((await marshal.client.failures.list({})).failures).toEqual([])
  })

  it('is corrected, and everything goes', async () => {
    const marshal = await startAtTagServer({ schedule: true })
    await marshal.importEntrants(startListOf(20))
    await marshal.server.setKey('another-key')
    await marshal.until(({ state }) => state === 'paused')
    const asked = (await marshal.server.stats()).requests
    await marshal.clock.walk(3_600_000)
    expect((await marshal.server.stats()).requests).toBe(asked)
    await marshal.client.targets.secret({ name: 'timing', key: 'apiKey', value: 'another-key' })
    await marshal.client.targets.resume({ name: 'timing' })
    await marshal.until(({ state }) => state === 'up-to-date')
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('leaves nothing to be looked up of what was made ready and never sent', async () => {
    const marshal = await startAtTagServer({ config: { entities: ['tag'] } })
    const numbers = Array.from({ length: 1_700 }, (_, n) => `T-${n}`)
    await marshal.importRecords('tag', ['number', ...numbers].join('\n') + '\n')
    await marshal.server.setKey('another-key')
    await marshal.sync()
    await marshal.client.targets.secret({ name: 'timing', key: 'apiKey', value: 'another-key' })
    await marshal.client.targets.resume({ name: 'timing' })
    const from = marshal.departures.length
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1_700 } })
    expect(marshal.departures.slice(from).filter(({ url }) => url.includes('.equals='))).toEqual([])
  })
})

describe('a server that asks for fewer requests', () => {
  it.each([
    ['in seconds', { seconds: 120 }],
    ['with a date', { dateIn: 120 }],
  ])('is left alone as long as it says %s', async (_how, retryAfter) => {
    const marshal = await scheduled()
    await marshal.server.fault({
      match: { method: 'PUT' },
      times: 1,
      action: { kind: 'answer', status: 429, retryAfter, body: {} },
    })
    const from = marshal.departures.length
    await marshal.set('person', { phone: '+49 30 901820' }, (await firstPerson(marshal)).id)
    const status = await marshal.until(({ state }) => state === 'waiting')
    expect(status).toMatchObject({ pending: 1, failed: 0 })
    expect(status.retryOn).not.toBeNull()
    await marshal.until(({ state }) => state === 'up-to-date')
    const [refused, next] = marshal.departures.slice(from).filter(({ method }) => method === 'PUT')
    // A date is rounded to the second, twice.
    expect(next!.at - refused!.at).toBeGreaterThanOrEqual(118_000)
  })
})

describe('a server that is down', () => {
  it.each([
    ['refuses connections', null],
    ['answers 503', { kind: 'answer', status: 503, body: {} }],
    ['fails', { kind: 'answer', status: 500, body: {} }],
    ['cuts every connection', { kind: 'cut-before' }],
  ] as const)(
    'costs few requests when it %s, then one probe ever more rarely',
    async (_how, action) => {
      const marshal = await scheduled()
      await marshal.importRecords('person', people(100))
      if (action === null) await marshal.server.unplug()
      else await marshal.server.fault({ action })
      const from = marshal.departures.length
      await marshal.until(({ state }) => state === 'waiting')
      expect(marshal.departures.length - from).toBeLessThanOrEqual(13)
      const probesFrom = marshal.departures.length
      await marshal.passTime(() => marshal.departures.length >= probesFrom + 4)
      const probes = marshal.departures.slice(probesFrom)
      const gaps = probes.slice(1).map(({ at }, n) => at - probes[n]!.at)
      for (const [n, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual(10_000 * 2 ** n)
      expect(await marshal.status()).toMatchObject({ state: 'waiting', pending: 100, failed: 0 })
      if (action === null) await marshal.server.plug()
      else await marshal.server.clearFaults()
      await marshal.until(({ state }) => state === 'up-to-date')
      await expectSameAt(marshal.client, tagserverTarget, marshal.server)
    },
  )

  it('does not hold up another target', async () => {
    const marshal = await startAtTagServer({ schedule: true })
    const dead = await startAtTagServer({ config: false })
    await marshal.client.targets.add({
      config: {
        name: 'dead',
        adapter: 'tagserver',
        url: dead.server.url,
        auth: 'api-key',
        secrets: { apiKey: dead.server.apiKey },
      },
    })
    await dead.server.unplug()
    await marshal.importEntrants(startListOf(3))
    await marshal.until(({ state }) => state === 'up-to-date')
    await marshal.until(({ state }) => state === 'waiting', 'dead')
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
    expect(await marshal.status('dead')).toMatchObject({ state: 'waiting', failed: 0 })
    await dead.server.plug()
    await marshal.until(({ state }) => state === 'up-to-date', 'dead')
    await expectSameAt(marshal.client, tagserverTarget, dead.server, 'dead')
  })
})

describe('a single failure of the moment', () => {
  it('is tried again by itself after a while', async () => {
    const marshal = await scheduled()
    await marshal.server.fault({
      match: { method: 'PUT' },
      times: 1,
      action: { kind: 'answer', status: 500, body: {} },
    })
    await marshal.set('person', { phone: '+49 30 901820' }, (await firstPerson(marshal)).id)
    await marshal.until(({ pending }) => pending === 1)
    expect(await marshal.until(({ pending }) => pending === 0)).toMatchObject({ failed: 0 })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('of a server that does not answer in time is no failure of the record', async () => {
    const marshal = await startAtTagServer({ timeouts: { headersMs: 200 } })
    const ana = await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    await marshal.sync()
    await marshal.set('person', { firstName: 'Anna' }, ana.id)
    await marshal.server.fault({ match: { method: 'PUT' }, times: 1, action: { kind: 'hang' } })
    await marshal.sync()
    expect(await marshal.status()).toMatchObject({ failed: 0, pending: 1 })
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { updated: 1 } })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })
})

describe('a network that shows a log-in page', () => {
  it('counts as no network: nothing fails, and everything goes once it is gone', async () => {
    const marshal = await scheduled()
    await marshal.server.fault({ action: { kind: 'html' } })
    await marshal.importRecords('person', people(10))
    // The probe may meet the page before a run does, and a run tells the error.
    const status = await marshal.until(
      ({ state, lastError }) => state === 'waiting' && lastError !== null,
    )
    expect(status).toMatchObject({ failed: 0, pending: 10 })
    expect(status.lastError).toContain('sign in')
    await marshal.server.clearFaults()
    await marshal.until(({ state }) => state === 'up-to-date')
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })
})
