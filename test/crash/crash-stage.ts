/** Data folders ready to be synced by a process that will be killed, and the servers it talks to. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { startListOf } from '../support/race-day.ts'
import { fingerprint } from '../support/same-everywhere.ts'
import { startMockSync, type MockSyncStandIn } from '../targets/mock-sync-server/stand-in.ts'
import { startTagServer, type TagServerStandIn } from '../targets/tagserver/stand-in.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'
import { tagserverTarget } from '../targets/tagserver/target.ts'
import type { StandInProcess } from '../support/stand-in-process.ts'
import { startTestEngine } from '../support/test-engine.ts'
import type { TestTarget } from '../support/test-target.ts'
import { ended, sentEntities, startProcess } from './killed-engine.ts'

interface Prepared {
  readonly file: string
  readonly before: Awaited<ReturnType<typeof fingerprint>>
}

interface FreshStart {
  readonly dataDir: string
  /** What the folder holds. */
  readonly before: Prepared['before']
}

export interface CrashStage {
  readonly timing: TagServerStandIn
  readonly mock: MockSyncStandIn
  standInOf<Server extends StandInProcess>(target: TestTarget<Server>): Server
  /** An empty folder of its own. */
  emptyFolder(): Promise<string>
  /** A data folder of its own with so many entrants that nobody has sent, and a server that knows nothing. */
  freshStart(target: TestTarget, entrants: number): Promise<FreshStart>
  close(): Promise<void>
}

export async function openCrashStage(): Promise<CrashStage> {
  const folder = await mkdtemp(join(tmpdir(), 'marshal-crash-'))
  const [timing, mock] = await Promise.all([startTagServer(), startMockSync()])
  const prepared = new Map<string, Prepared>()

  const servers = new Map<TestTarget, StandInProcess>([
    [tagserverTarget, timing],
    [mockSyncTarget, mock],
  ])
  const standInOf = <Server extends StandInProcess>(target: TestTarget<Server>) =>
    servers.get(target) as Server

  async function prepare(target: TestTarget, entrants: number): Promise<Prepared> {
    const marshal = await startTestEngine({
      target,
      standIn: standInOf(target),
      clock: systemClock(),
      config: { settings: { batchSize: entrants > 1000 ? 200 : 5 } },
    })
    await marshal.importEntrants(startListOf(entrants))
    const before = await fingerprint(marshal.client, sentEntities)
    const file = join(folder, `${target.adapter}-${entrants}.db`)
    await marshal.engine.backupTo(file)
    await marshal.close()
    return { file, before }
  }

  const emptyFolder = () => mkdtemp(join(folder, 'case-'))
  return {
    timing,
    mock,
    standInOf,
    emptyFolder,
    async freshStart(target, entrants) {
      const name = `${target.adapter}-${entrants}`
      const { file, before } = prepared.get(name) ?? (await prepare(target, entrants))
      prepared.set(name, { file, before })
      const dataDir = await emptyFolder()
      await copyFile(file, join(dataDir, 'marshal.db'))
      await standInOf(target).reset()
      return { dataDir, before }
    },
    async close() {
      await Promise.all([timing.stop(), mock.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Syncs in a process that must be killed at the point. */
export async function killedAt(dataDir: string, point: string, time: number): Promise<void> {
  const child = startProcess({ dataDir, action: 'sync', point, time })
  expect(await ended(child), `killed at ${point}, time ${time}`).toBe(true)
}

/** Each point at the first three times it is reached. */
export const cases = (points: readonly string[]) =>
  points.flatMap((point) => [1, 2, 3].map((time) => [point, time] as const))
