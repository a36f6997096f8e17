import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { MockSyncRecord } from '../../main/engine/targets/mock-sync-server/server-record.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { seededRandom } from '../fakes/kit/seeded-random.ts'
import { startListOf } from '../support/race-day.ts'
import { allRecords, expectSameAt, fingerprint } from '../support/same-everywhere.ts'
import {
  startMockSync,
  startTagServer,
  type MockSyncStandIn,
  type TagServerStandIn,
} from '../support/stand-in.ts'
import { startTestEngine, type StandIns, type TargetKind } from '../support/test-engine.ts'
import {
  begun,
  ended,
  expectWhole,
  reopen,
  sentEntities,
  startProcess,
  untilQuiet,
} from './killed-engine.ts'
import { listed } from '../architecture/source-tree.ts'
import { probePoints, unmarkedSteps, webhookPoints } from './probe-points.ts'

const times = [1, 2, 3] as const
const pushPoints = ['push:freeze', 'push:frozen', 'push:settle', 'push:settled']
const pullPoints = ['pull:stage', 'pull:staged', 'pull:apply', 'pull:applied']
const importPoints = ['import:page:*']
const recoverPoints = ['push:doubt', 'push:doubted', 'push:recover', 'push:recovered']
const stopPoints = ['push:unsent', 'push:returned']
const runPoints = ['run:begin', 'run:begun', 'run:finish', 'run:finished']

interface Prepared {
  readonly file: string
  readonly before: Awaited<ReturnType<typeof fingerprint>>
}

let timing: TagServerStandIn
let mock: MockSyncStandIn
let folder: string
const prepared = new Map<string, Prepared>()

const standInOf = <Kind extends TargetKind>(kind: Kind) =>
  (kind === 'tagserver' ? timing : mock) as unknown as StandIns[Kind]

/** A closed database with entrants that nobody has sent yet. */
async function prepare(kind: TargetKind, entrants: number, batchSize: number): Promise<void> {
  const marshal = await startTestEngine({
    target: kind,
    standIn: standInOf(kind),
    clock: systemClock(),
    config: { settings: { batchSize } },
  })
  await marshal.importEntrants(startListOf(entrants))
  const before = await fingerprint(marshal.client, sentEntities)
  const file = join(folder, `${kind}-${entrants}.db`)
  await marshal.engine.backupTo(file)
  prepared.set(`${kind}-${entrants}`, { file, before })
  await marshal.close()
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marshal-crash-'))
  ;[timing, mock] = await Promise.all([startTagServer(), startMockSync()])
})

afterAll(async () => {
  await Promise.all([timing.stop(), mock.stop()])
  await rm(folder, { recursive: true, force: true })
})

/** A data folder of its own with what was prepared, and a server that knows nothing. */
async function freshStart(kind: TargetKind, entrants: number) {
  if (!prepared.has(`${kind}-${entrants}`)) await prepare(kind, entrants, entrants > 1000 ? 200 : 5)
  const { file, before } = prepared.get(`${kind}-${entrants}`)!
  const dataDir = await mkdtemp(join(folder, 'case-'))
  await copyFile(file, join(dataDir, 'marshal.db'))
  await standInOf(kind).reset()
  return { dataDir, before }
}

/** Syncs in a process that must be killed at the point. */
async function killedAt(dataDir: string, point: string, time: number): Promise<void> {
  const child = startProcess({ dataDir, action: 'sync', point, time })
  expect(await ended(child), `killed at ${point}, time ${time}`).toBe(true)
}

const cases = (points: readonly string[]) =>
  points.flatMap((point) => times.map((time) => [point, time] as const))

describe('the places where a process may be killed', () => {
  it('are all tested here', () => {
    const tested = [pushPoints, pullPoints, webhookPoints, importPoints, recoverPoints]
    expect(probePoints('main/engine/', 'main/engine/db/')).toEqual(
      [...tested, stopPoints, runPoints].flat().sort(),
    )
  })

  it('lie before and after every transaction of a run', () => {
    expect(listed(unmarkedSteps())).toBe('')
    const text = `export async function f(core: Core) {
      await probe({ core }, 'a:one')
      await core.db.transaction().execute(save)
    }`
    expect(unmarkedSteps([{ path: 'main/engine/sync/a.ts', text }])).toMatchObject([
      { path: 'main/engine/sync/a.ts', line: 3 },
    ])
  })
})

describe.each(['tagserver', 'mock-sync-server'] as const)(
  'Promise 1: a push to %s killed',
  (kind) => {
    it.each(cases(pushPoints))(
      'at %s, time %i, ends with one of everything there and nothing lost here',
      async (point, time) => {
        const { dataDir, before } = await freshStart(kind, 20)
        await killedAt(dataDir, point, time)
        const marshal = await reopen(kind, dataDir, standInOf(kind))
        await untilQuiet(marshal)
        await expectWhole(kind, marshal, standInOf(kind), before)
      },
    )

    it('at one point after another, run for run, gets there all the same', async () => {
      const { dataDir, before } = await freshStart(kind, 20)
      for (const point of pushPoints) await killedAt(dataDir, point, 2)
      const marshal = await reopen(kind, dataDir, standInOf(kind))
      await untilQuiet(marshal)
      await expectWhole(kind, marshal, standInOf(kind), before)
    })
  },
)

describe.each(['tagserver', 'mock-sync-server'] as const)(
  'records edited after a push to %s was killed',
  (kind) => {
    it('arrive once, as they are now, and deleted ones are gone there', async () => {
      const { dataDir } = await freshStart(kind, 20)
      // Persons are first: their answers came, but were not written down.
      await killedAt(dataDir, 'push:settle', 2)
      const marshal = await reopen(kind, dataDir, standInOf(kind))
      const guest = await marshal.set('person', { firstName: 'Guest', lastName: 'Costa' })
      const persons = await allRecords(marshal.client, 'person')
      for (const { id } of persons.slice(0, 10))
        await marshal.set('person', { phone: '+49 30 901820' }, id)
      await marshal.remove('person', guest.id)
      const now = await fingerprint(marshal.client, sentEntities)
      await untilQuiet(marshal)
      await expectWhole(kind, marshal, standInOf(kind), now)
    })
  },
)

describe.each(['tagserver', 'mock-sync-server'] as const)('a run at %s killed', (kind) => {
  it.each(runPoints)('at %s is done again, or is done', async (point) => {
    const { dataDir, before } = await freshStart(kind, 20)
    await killedAt(dataDir, point, 1)
    const marshal = await reopen(kind, dataDir, standInOf(kind))
    await untilQuiet(marshal)
    await expectWhole(kind, marshal, standInOf(kind), before)
  })
})

describe('a push that the server stopped, killed', () => {
  it.each(stopPoints)('at %s, sends the rest once when it may', async (point) => {
    const { dataDir, before } = await freshStart('tagserver', 20)
    await timing.fault({
      match: { method: 'POST' },
      after: 8,
      action: { kind: 'answer', status: 401, body: {} },
    })
    await killedAt(dataDir, point, 1)
    await timing.clearFaults()
    const marshal = await reopen('tagserver', dataDir, timing)
    await untilQuiet(marshal)
    await expectWhole('tagserver', marshal, timing, before)
  })
})

describe('a recovery killed', () => {
  it.each(cases(recoverPoints))('at %s, time %i, makes no duplicate', async (point, time) => {
    const { dataDir, before } = await freshStart('tagserver', 20)
    await timing.fault({
      match: { method: 'POST' },
      every: 3,
      times: 30,
      action: { kind: 'cut-after-write' },
    })
    await killedAt(dataDir, point, time)
    const marshal = await reopen('tagserver', dataDir, timing)
    await untilQuiet(marshal)
    await expectWhole('tagserver', marshal, timing, before)
  })

  it.each(['push:doubt', 'push:doubted'])(
    'at %s, while edits were under way, sends them as they are now',
    async (point) => {
      const { dataDir } = await freshStart('tagserver', 20)
      const first = await reopen('tagserver', dataDir, timing)
      await first.sync()
      const persons = await allRecords(first.client, 'person')
      for (const { id } of persons.slice(0, 10))
        await first.set('person', { phone: '030 901820' }, id)
      const now = await fingerprint(first.client, sentEntities)
      await first.close()
      await killedAt(dataDir, 'push:settle', 1)
      await killedAt(dataDir, point, 1)
      const marshal = await reopen('tagserver', dataDir, timing)
      await untilQuiet(marshal)
      await expectWhole('tagserver', marshal, timing, now)
    },
  )

  it('makes no duplicate at a server that remembers keys', async () => {
    const { dataDir, before } = await freshStart('mock-sync-server', 20)
    await killedAt(dataDir, 'push:settle', 3)
    await killedAt(dataDir, 'push:recover', 1)
    const marshal = await reopen('mock-sync-server', dataDir, mock)
    await untilQuiet(marshal)
    await expectWhole('mock-sync-server', marshal, mock, before)
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
    const { dataDir } = await freshStart('mock-sync-server', 20)
    await mock.put(remote)
    await killedAt(dataDir, point, time)
    const marshal = await reopen('mock-sync-server', dataDir, mock)
    await untilQuiet(marshal)
    expect(await allRecords(marshal.client, 'person')).toHaveLength(32)
    expect(await allRecords(marshal.client, 'event')).toHaveLength(2)
    expect(await allRecords(marshal.client, 'race')).toHaveLength(2)
    const now = await fingerprint(marshal.client, sentEntities)
    await expectWhole('mock-sync-server', marshal, mock, now)
  })
})

describe('Promise 1: an import killed', () => {
  it.each(cases(importPoints))(
    'at %s, time %i, is whole after importing once more',
    async (point, time) => {
      const dataDir = await mkdtemp(join(folder, 'case-'))
      const file = join(dataDir, 'list.csv')
      const csv = startListOf(2_600)
      await writeFile(file, csv)
      await timing.reset()
      const child = startProcess({
        dataDir,
        action: 'import',
        file,
        point: point.slice(0, -2),
        time,
      })
      expect(await ended(child)).toBe(true)
      const marshal = await reopen('tagserver', dataDir, timing)
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
    const { dataDir, before } = await freshStart('tagserver', 20)
    await killedAt(dataDir, 'push:settled', 5)
    const marshal = await startTestEngine({
      dataDir,
      standIn: timing,
      clock: systemClock(),
      schedule: true,
    })
    await marshal.until(({ state }) => state === 'up-to-date')
    const { runs } = await marshal.client.sync.runs({})
    expect(runs).toMatchObject([{ kind: 'initial', result: 'success' }])
    // Counts go on from where they were: whatever was looked up after the crash was made before it.
    expect(runs[0]!.outbound.created + runs[0]!.outbound.updated).toBeGreaterThanOrEqual(80)
    await expectWhole('tagserver', marshal, timing, before)
  })
})

describe('Promise 1: a first push of thousands killed at any moment', () => {
  it.each([1, 2])('ends with exactly one of everything (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    const { dataDir, before } = await freshStart('tagserver', 1_500)
    for (let kill = 0; kill < 4; kill++) {
      const { byStatus } = await timing.stats()
      const child = startProcess({ dataDir, action: 'sync', point: null, time: 0 })
      onTestFinished(() => void child.kill('SIGKILL'))
      await begun(child)
      const atLeast = (byStatus['201'] ?? 0) + Math.floor(random() * 1_200)
      await Promise.race([timing.succeeded({ kind: 'POST', atLeast }), ended(child)])
      child.kill('SIGKILL')
      await ended(child)
    }
    const marshal = await reopen('tagserver', dataDir, timing)
    await untilQuiet(marshal)
    await expectSameAt(marshal.client, 'tagserver', timing)
    await expectWhole('tagserver', marshal, timing, before)
  })
})
