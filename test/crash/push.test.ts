import { afterAll, beforeAll, describe, it } from 'vitest'
import { allRecords, fingerprint } from '../support/same-everywhere.ts'
import { cases, killedAt, openCrashStage, type CrashStage } from './crash-stage.ts'
import { expectWhole, reopen, sentEntities, untilQuiet } from './killed-engine.ts'
import { pushPoints, runPoints, stopPoints } from './probe-points.ts'

let stage: CrashStage

beforeAll(async () => {
  stage = await openCrashStage()
})
afterAll(() => stage.close())

describe.each(['tagserver', 'mock-sync-server'] as const)(
  'Promise 1: a push to %s killed',
  (kind) => {
    it.each(cases(pushPoints))(
      'at %s, time %i, ends with one of everything there and nothing lost here',
      async (point, time) => {
        const { dataDir, before } = await stage.freshStart(kind, 20)
        await killedAt(dataDir, point, time)
        const marshal = await reopen(kind, dataDir, stage.standInOf(kind))
        await untilQuiet(marshal)
        await expectWhole(kind, marshal, stage.standInOf(kind), before)
      },
    )

    it('at one point after another, run for run, gets there all the same', async () => {
      const { dataDir, before } = await stage.freshStart(kind, 20)
      for (const point of pushPoints) await killedAt(dataDir, point, 2)
      const marshal = await reopen(kind, dataDir, stage.standInOf(kind))
      await untilQuiet(marshal)
      await expectWhole(kind, marshal, stage.standInOf(kind), before)
    })
  },
)

describe.each(['tagserver', 'mock-sync-server'] as const)(
  'records edited after a push to %s was killed',
  (kind) => {
    it('arrive once, as they are now, and deleted ones are gone there', async () => {
      const { dataDir } = await stage.freshStart(kind, 20)
      // Persons are first: their answers came, but were not written down.
      await killedAt(dataDir, 'push:settle', 2)
      const marshal = await reopen(kind, dataDir, stage.standInOf(kind))
      const guest = await marshal.set('person', { firstName: 'Guest', lastName: 'Costa' })
      const persons = await allRecords(marshal.client, 'person')
      for (const { id } of persons.slice(0, 10))
        await marshal.set('person', { phone: '+49 30 901820' }, id)
      await marshal.remove('person', guest.id)
      const now = await fingerprint(marshal.client, sentEntities)
      await untilQuiet(marshal)
      await expectWhole(kind, marshal, stage.standInOf(kind), now)
    })
  },
)

describe.each(['tagserver', 'mock-sync-server'] as const)('a run at %s killed', (kind) => {
  it.each(runPoints)('at %s is done again, or is done', async (point) => {
    const { dataDir, before } = await stage.freshStart(kind, 20)
    await killedAt(dataDir, point, 1)
    const marshal = await reopen(kind, dataDir, stage.standInOf(kind))
    await untilQuiet(marshal)
    await expectWhole(kind, marshal, stage.standInOf(kind), before)
  })
})

describe('a push that the server stopped, killed', () => {
  it.each(stopPoints)('at %s, sends the rest once when it may', async (point) => {
    const { dataDir, before } = await stage.freshStart('tagserver', 20)
    await stage.timing.fault({
      match: { method: 'POST' },
      after: 8,
      action: { kind: 'answer', status: 401, body: {} },
    })
    await killedAt(dataDir, point, 1)
    await stage.timing.clearFaults()
    const marshal = await reopen('tagserver', dataDir, stage.timing)
    await untilQuiet(marshal)
    await expectWhole('tagserver', marshal, stage.timing, before)
  })
})
