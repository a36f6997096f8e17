import { isDefinedError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../../main/contract/problem.ts'
import { startListOf } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import type { TestEngine } from '../support/test-engine.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'

/** Why the engine did not do it; fails when it did. */
async function refusal(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => Promise.reject(new Error('expected a refusal')),
    (reason: unknown) => reason,
  )
  if (!isDefinedError(error as Error)) throw error
  return (error as { data: Problem }).data
}

const runsOf = async ({ client }: TestEngine) => (await client.sync.runs({})).runs

type Pause = readonly [string, (marshal: TestEngine) => Promise<unknown>, string]
const pauses: readonly Pause[] = [
  [
    'everything',
    ({ client }) => client.sync.pauseAll({ paused: true }),
    'Everything is paused, so nothing is sent or received.',
  ],
  [
    'everything, in the settings',
    ({ client }) => client.settings.set({ pausedAll: true }),
    'Everything is paused, so nothing is sent or received.',
  ],
  ['the target', ({ client }) => client.targets.pause({ name: 'timing' }), 'timing is paused: '],
]

describe('Promise 13: a pause', () => {
  it.each(pauses)('of %s holds, whoever asks for a run', async (_what, pause, words) => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(3))
    await pause(marshal)
    const { client } = marshal
    const [person] = (await client.records.list({ entity: 'person' })).records
    const asked = [
      () => client.sync.run({}),
      () => client.sync.start({}),
      () => client.sync.run({ targets: ['timing'] }),
      () => client.sync.start({ targets: ['timing'] }),
      () => client.sync.start({ targets: ['timing'], kind: 'reconcile', force: true }),
      () => client.sync.run({ targets: ['timing'], allowMassChange: true }),
      () => client.sync.run({ records: [person!.id] }),
    ]
    for (const ask of asked) {
      const { code, message, fix } = await refusal(ask())
      expect(code).toBe('paused')
      expect(message).toContain(words)
      expect(fix).toContain('Resume')
    }
    expect((await marshal.server.stats()).requests).toBe(0)
    // What was refused is no run.
    expect(await runsOf(marshal)).toEqual([])
    expect(await marshal.status()).toMatchObject({ state: 'paused', lastSuccessOn: null })
  })

  it.each(pauses)('of %s ends with one click that resumes and syncs', async (_what, pause) => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(3))
    await pause(marshal)
    const { runs } = await marshal.client.sync.run({ resume: true })
    expect(runs).toMatchObject([{ result: 'success' }])
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pausedReason: null })
    expect((await marshal.client.settings.get()).pausedAll).toBe(false)
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it.each(pauses)('of %s lets nothing that failed be tried again', async (_what, pause) => {
    const marshal = await startAtTagServer({ schedule: true })
    await marshal.server.fault({
      match: { method: 'POST' },
      action: { kind: 'answer', status: 400, body: { detail: 'no' } },
    })
    await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    await marshal.until(({ failed }) => failed === 1)
    await marshal.server.clearFaults()
    await pause(marshal)
    const goingOn = async () => (await runsOf(marshal)).some(({ result }) => result === null)
    await expect.poll(goingOn).toBe(false)
    const { requests } = await marshal.server.stats()
    const before = await runsOf(marshal)
    const [failure] = (await marshal.client.failures.list({})).failures
    for (const filter of [{}, { target: 'timing' }, { ids: [failure!.id] }]) {
      expect((await refusal(marshal.client.failures.retry(filter))).code).toBe('paused')
    }
    expect(await marshal.status()).toMatchObject({ failed: 1, pending: 0 })
    await marshal.clock.walk(120_000)
    expect((await marshal.server.stats()).requests).toBe(requests)
    expect(await runsOf(marshal)).toEqual(before)
    expect(await marshal.client.failures.retry({ resume: true })).toEqual({ count: 1 })
    await marshal.until(({ state }) => state === 'up-to-date')
  })

  it('that comes between the wish and the run still holds', async () => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(3))
    await marshal.server.hold()
    const first = marshal.client.sync.run({})
    await marshal.server.held()
    const second = marshal.client.sync.run({})
    const paused = marshal.client.sync.pauseAll({ paused: true })
    await marshal.server.release()
    await Promise.all([first, paused])
    expect(await second).toEqual({ runs: [] })
    expect(await runsOf(marshal)).toMatchObject([{ result: 'cancelled' }])
  })

  it('of one target leaves the others to a sync of all', async () => {
    const marshal = await startAtTagServer()
    const other = await startAtTagServer({ config: false })
    await marshal.client.targets.add({
      config: {
        name: 'other',
        adapter: 'tagserver',
        url: other.server.url,
        auth: 'api-key',
        secrets: { apiKey: other.server.apiKey },
      },
    })
    await marshal.client.targets.pause({ name: 'timing' })
    const { runs } = await marshal.client.sync.run({})
    expect(runs.map(({ target }) => target)).toEqual(['other'])
    expect(await marshal.status()).toMatchObject({ state: 'paused' })
  })
})
