import { describe, expect, it, onTestFinished } from 'vitest'
import { emsPersons } from '../../targets/ems/at-ems.ts'
import { startEms } from '../../targets/ems/stand-in.ts'
import { startListOf } from '../../support/race-day.ts'
import { expectSameAt } from '../../support/same-everywhere.ts'
import { startMockSync } from '../../targets/mock-sync-server/stand-in.ts'
import type { FaultAction } from '../../support/stand-in-process.ts'
import { startTestEngine, type TestEngine } from '../../support/test-engine.ts'
import { targetConfig } from '../../support/test-target.ts'
import { tagserverTarget, startAtTagServer } from '../../targets/tagserver/target.ts'
import { emsTarget } from '../../targets/ems/target.ts'
import { mockSyncTarget } from '../../targets/mock-sync-server/target.ts'
import type { MockSyncStandIn } from '../../targets/mock-sync-server/stand-in.ts'

/** TCP sockets of this process that are open to somewhere. */
const openSockets = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'TLSWrap')
    .length

const bad: readonly (readonly [string, FaultAction | null])[] = [
  ['is away', null],
  ['answers 500', { kind: 'answer', status: 500, body: {} }],
  [
    'answers 503 and says when to come back',
    {
      kind: 'answer',
      status: 503,
      retryAfter: { seconds: 30 },
      body: {},
    },
  ],
  ['cuts every connection', { kind: 'cut-before' }],
  ['never answers', { kind: 'hang' }],
]

/** A scheduled engine at a target that is polled. */
async function polling(): Promise<TestEngine<MockSyncStandIn>> {
  const marshal = await startTestEngine({
    target: mockSyncTarget,
    schedule: true,
    timeouts: { headersMs: 100, bodyMs: 100, totalMs: 300 },
    config: { schedule: { delta: '* * * * *', reconcile: null } },
  })
  await marshal.until(({ state }) => state === 'up-to-date')
  return marshal
}

describe('Promise 5: a target that is asked and', () => {
  it.each([
    ['in seconds', { seconds: 240 }],
    ['as a date', { dateIn: 240 }],
  ])('answers 429 is left alone as long as it says %s', async (_how, retryAfter) => {
    const marshal = await polling()
    await marshal.server.fault({
      match: { method: 'GET' },
      times: 1,
      action: { kind: 'answer', status: 429, retryAfter, body: {} },
    })
    const from = marshal.departures.length
    await marshal.passTime(() => marshal.departures.length >= from + 2)
    const [refused, next] = marshal.departures.slice(from)
    expect(next!.at - refused!.at).toBeGreaterThanOrEqual(238_000)
    await marshal.until(({ state }) => state === 'up-to-date')
  })

  it.each(bad)('%s costs few requests however long, and nothing is lost', async (_how, action) => {
    const marshal = await polling()
    if (action) await marshal.server.fault({ action })
    else await marshal.server.unplug()
    await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    const from = marshal.departures.length
    const end = marshal.clock.elapsed() + 1_200_000
    await marshal.passTime(() => marshal.clock.elapsed() >= end)
    // Every minute it would be twenty runs with several requests each.
    expect(marshal.departures.length - from).toBeLessThanOrEqual(20)
    const waiting = await marshal.until(({ state }) => state === 'waiting')
    expect(waiting).toMatchObject({ pending: 1, failed: 0 })
    if (action) await marshal.server.clearFaults()
    else await marshal.server.plug()
    await marshal.until(({ state, pending }) => state === 'up-to-date' && pending === 0)
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  })
})

describe('Promise 5: another target', () => {
  it('works on while three others fail, each in its own way', async () => {
    const marshal = await startAtTagServer({ timeouts: { headersMs: 200, totalMs: 500 } })
    const [hanging, failing, away] = await Promise.all([
      startMockSync(),
      startMockSync(),
      startEms(),
    ])
    onTestFinished(async () => {
      await Promise.all([hanging.stop(), failing.stop(), away.stop()])
    })
    await hanging.fault({ action: { kind: 'hang' } })
    await failing.fault({ action: { kind: 'answer', status: 500, body: {} } })
    await away.load('people', emsPersons(1))
    await away.unplug()
    const others = { hanging, failing }
    for (const [name, server] of Object.entries(others)) {
      const config = { ...targetConfig(mockSyncTarget, server.url), name }
      await marshal.client.targets.add({ config })
    }
    const ems = {
      ...targetConfig(emsTarget, away.url),
      name: 'away',
      secrets: { apiKey: 'stand-in-key' },
    }
    await marshal.client.targets.add({ config: ems })
    await marshal.importEntrants(startListOf(10))
    const { runs } = await marshal.client.sync.run({})
    const results = Object.fromEntries(runs.map(({ target, result }) => [target, result]))
    expect(results).toEqual({
      timing: 'success',
      hanging: 'error',
      failing: 'error',
      away: 'error',
    })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
  })
})

describe('Promise 5: after whatever a server does', () => {
  it.each([
    ...bad,
    ['drips', { kind: 'slow-body', bytes: 1, everyMs: 20 }],
    ['never ends', { kind: 'endless-body' }],
    ['breaks off', { kind: 'cut-in-body' }],
  ] as const)('no socket stays open: it %s', async (_how, action) => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      timeouts: { headersMs: 100, bodyMs: 200, totalMs: 300 },
    })
    await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    await marshal.sync()
    const before = openSockets()
    if (action) await marshal.server.fault({ action })
    else await marshal.server.unplug()
    for (let run = 0; run < 5; run++) {
      await marshal.set('person', { firstName: `Ana ${run}`, lastName: 'Silva' })
      expect(await marshal.sync()).toMatchObject({ result: 'error' })
    }
    await expect.poll(openSockets).toBeLessThanOrEqual(before)
  })
})
