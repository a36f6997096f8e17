import { afterAll, beforeAll, describe, it } from 'vitest'
import { allRecords, fingerprint } from '../support/same-everywhere.ts'
import { cases, killedAt, openCrashStage, type CrashStage } from './crash-stage.ts'
import { expectWhole, reopen, sentEntities, untilQuiet } from './killed-engine.ts'
import { pushPoints, runPoints, stopPoints } from './probe-points.ts'
import type { PlainTarget } from '../support/test-target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'
import { tagserverTarget } from '../targets/tagserver/target.ts'

const targets: readonly PlainTarget[] = [tagserverTarget, mockSyncTarget]

let stage: CrashStage

beforeAll(async () => {
  stage = await openCrashStage()
})
afterAll(() => stage.close())

describe.each(targets)('Promise 1: a push to $adapter killed', (target) => {
  it.each(cases(pushPoints))(
    'at %s, time %i, ends with one of everything there and nothing lost here',
    async (point, time) => {
      const { dataDir, before } = await stage.freshStart(target, 20)
      await killedAt(dataDir, point, time)
      const marshal = await reopen(target, dataDir, stage.standInOf(target))
      await untilQuiet(marshal)
      await expectWhole(target, marshal, stage.standInOf(target), before)
    },
  )

  it('at one point after another, run for run, gets there all the same', async () => {
    const { dataDir, before } = await stage.freshStart(target, 20)
    for (const point of pushPoints) await killedAt(dataDir, point, 2)
    const marshal = await reopen(target, dataDir, stage.standInOf(target))
    await untilQuiet(marshal)
    await expectWhole(target, marshal, stage.standInOf(target), before)
  })
})

describe.each(targets)('records edited after a push to $adapter was killed', (target) => {
  it('arrive once, as they are now, and deleted ones are gone there', async () => {
    const { dataDir } = await stage.freshStart(target, 20)
    // Persons are first: their answers came, but were not written down.
    await killedAt(dataDir, 'push:settle', 2)
    const marshal = await reopen(target, dataDir, stage.standInOf(target))
    const guest = await marshal.set('person', { firstName: 'Guest', lastName: 'Costa' })
    const persons = await allRecords(marshal.client, 'person')
    for (const { id } of persons.slice(0, 10))
      await marshal.set('person', { phone: '+49 30 901820' }, id)
    await marshal.remove('person', guest.id)
    const now = await fingerprint(marshal.client, sentEntities)
    await untilQuiet(marshal)
    await expectWhole(target, marshal, stage.standInOf(target), now)
  })
})

describe.each(targets)('a run at $adapter killed', (target) => {
  it.each(runPoints)('at %s is done again, or is done', async (point) => {
    const { dataDir, before } = await stage.freshStart(target, 20)
    await killedAt(dataDir, point, 1)
    const marshal = await reopen(target, dataDir, stage.standInOf(target))
    await untilQuiet(marshal)
    await expectWhole(target, marshal, stage.standInOf(target), before)
  })
})

describe('a push that the server stopped, killed', () => {
  it.each(stopPoints)('at %s, sends the rest once when it may', async (point) => {
    const { dataDir, before } = await stage.freshStart(tagserverTarget, 20)
    await stage.timing.fault({
      match: { method: 'POST' },
      after: 8,
      action: { kind: 'answer', status: 401, body: {} },
    })
    await killedAt(dataDir, point, 1)
    await stage.timing.clearFaults()
    const marshal = await reopen(tagserverTarget, dataDir, stage.timing)
    await untilQuiet(marshal)
    await expectWhole(tagserverTarget, marshal, stage.timing, before)
  })
})
