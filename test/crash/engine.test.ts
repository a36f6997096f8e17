import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { MockSyncRecord } from '../../main/stand-ins/mock-sync-server/record.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { seededRandom } from '../../main/stand-ins/kit/seeded-random.ts'
import { startListOf } from '../support/race-day.ts'
import { allRecords, expectSameAt, fingerprint } from '../support/same-everywhere.ts'
import { cases, killedAt, openCrashStage, type CrashStage } from './crash-stage.ts'
import {
  begun,
  ended,
  expectWhole,
  reopen,
  sentEntities,
  startProcess,
  untilQuiet,
} from './killed-engine.ts'
import { importPoints, pullPoints, recoverPoints } from './probe-points.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

let stage: CrashStage

beforeAll(async () => {
  stage = await openCrashStage()
})
afterAll(() => stage.close())

describe('a recovery killed', () => {
  it.each(cases(recoverPoints))('at %s, time %i, makes no duplicate', async (point, time) => {
    const { dataDir, before } = await stage.freshStart(tagserverTarget, 20)
    await stage.timing.fault({
      match: { method: 'POST' },
      every: 3,
      times: 30,
      action: { kind: 'cut-after-write' },
    })
    await killedAt(dataDir, point, time)
    const marshal = await reopen(tagserverTarget, dataDir, stage.timing)
    await untilQuiet(marshal)
    await expectWhole(tagserverTarget, marshal, stage.timing, before)
  })

  it.each(['push:doubt', 'push:doubted'])(
    'at %s, while edits were under way, sends them as they are now',
    async (point) => {
      const { dataDir } = await stage.freshStart(tagserverTarget, 20)
      const first = await reopen(tagserverTarget, dataDir, stage.timing)
      await first.sync()
      const persons = await allRecords(first.client, 'person')
      for (const { id } of persons.slice(0, 10))
        await first.set('person', { phone: '030 901820' }, id)
      const now = await fingerprint(first.client, sentEntities)
      await first.close()
      await killedAt(dataDir, 'push:settle', 1)
      await killedAt(dataDir, point, 1)
      const marshal = await reopen(tagserverTarget, dataDir, stage.timing)
      await untilQuiet(marshal)
      await expectWhole(tagserverTarget, marshal, stage.timing, now)
    },
  )

  it('makes no duplicate at a server that remembers keys', async () => {
    const { dataDir, before } = await stage.freshStart(mockSyncTarget, 20)
    await killedAt(dataDir, 'push:settle', 3)
    await killedAt(dataDir, 'push:recover', 1)
    const marshal = await reopen(mockSyncTarget, dataDir, stage.mock)
    await untilQuiet(marshal)
    await expectWhole(mockSyncTarget, marshal, stage.mock, before)
  })
})

describe('Promise 1: a pull killed', () => {
  const timestamp = new Date(Date.now() - 600_000).toISOString()
  const remote: readonly MockSyncRecord[] = [
    { id: 'e', entity: 'event', timestamp, name: 'Autumn Classic' },
    { id: 'r', entity: 'race', timestamp, event: 'e', name: 'Half marathon' },
    ...Array.from({ length: 12 }, (_, n) => ({
      id: `p${n}`,
      entity: 'person',
      timestamp,
      firstName: `Guest${n}`,
      lastName: 'Costa',
    })),
  ]

  it.each(cases(pullPoints))('at %s, time %i, takes over everything once', async (point, time) => {
    const { dataDir } = await stage.freshStart(mockSyncTarget, 20)
    await stage.mock.put(remote)
    await killedAt(dataDir, point, time)
    const marshal = await reopen(mockSyncTarget, dataDir, stage.mock)
    await untilQuiet(marshal)
    expect(await allRecords(marshal.client, 'person')).toHaveLength(32)
    expect(await allRecords(marshal.client, 'event')).toHaveLength(2)
    expect(await allRecords(marshal.client, 'race')).toHaveLength(2)
    const now = await fingerprint(marshal.client, sentEntities)
    await expectWhole(mockSyncTarget, marshal, stage.mock, now)
  })
})

describe('Promise 1: an import killed', () => {
  it.each(cases(importPoints))(
    'at %s, time %i, is whole after importing once more',
    async (point, time) => {
      const dataDir = await stage.emptyFolder()
      const file = join(dataDir, 'list.csv')
      const csv = startListOf(2_600)
      await writeFile(file, csv)
      await stage.timing.reset()
      const child = startProcess({
        dataDir,
        action: 'import',
        file,
        point: point.slice(0, -2),
        time,
      })
      expect(await ended(child)).toBe(true)
      const marshal = await reopen(tagserverTarget, dataDir, stage.timing)
      const saved = (await allRecords(marshal.client, 'person')).length
      const entries = (await allRecords(marshal.client, 'eventParticipant')).length
      expect(entries, 'rows are in with all their parts or not at all').toBe(saved)
      expect(saved).toBeLessThan(2_600)
      await marshal.importEntrants(csv)
      const { records } = await marshal.client.status.get()
      expect(records).toMatchObject({
        person: 2_600,
        eventParticipant: 2_600,
        startGroupParticipant: 2_600,
        tag: 2_600,
        event: 1,
        race: 1,
        startGroup: 2,
      })
    },
  )
})

describe('an interrupted run', () => {
  it('is taken up at the next start by itself, as the same run', async () => {
    const { dataDir, before } = await stage.freshStart(tagserverTarget, 20)
    await killedAt(dataDir, 'push:settled', 5)
    const marshal = await startAtTagServer({
      dataDir,
      standIn: stage.timing,
      clock: systemClock(),
      schedule: true,
    })
    await marshal.until(({ state }) => state === 'up-to-date')
    const { runs } = await marshal.client.sync.runs({})
    expect(runs).toMatchObject([{ kind: 'initial', result: 'success' }])
    // Counts go on from where they were: whatever was looked up after the crash was made before it.
    expect(runs[0]!.outbound.created + runs[0]!.outbound.updated).toBeGreaterThanOrEqual(80)
    await expectWhole(tagserverTarget, marshal, stage.timing, before)
  })
})

describe('Promise 1: a first push of thousands killed at any moment', () => {
  it.each([1, 2])('ends with exactly one of everything (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    const { dataDir, before } = await stage.freshStart(tagserverTarget, 1_500)
    for (let kill = 0; kill < 4; kill++) {
      const { byStatus } = await stage.timing.stats()
      const child = startProcess({ dataDir, action: 'sync', point: null, time: 0 })
      onTestFinished(() => void child.kill('SIGKILL'))
      await begun(child)
      const atLeast = (byStatus['201'] ?? 0) + Math.floor(random() * 1_200)
      await Promise.race([stage.timing.succeeded({ kind: 'POST', atLeast }), ended(child)])
      child.kill('SIGKILL')
      await ended(child)
    }
    const marshal = await reopen(tagserverTarget, dataDir, stage.timing)
    await untilQuiet(marshal)
    await expectSameAt(marshal.client, tagserverTarget, stage.timing)
    await expectWhole(tagserverTarget, marshal, stage.timing, before)
  })
})
