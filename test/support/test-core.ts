/**
 * What services and runs share, on a real database in a folder of its own, with a fake clock, countable ids and secrets
 * in memory. No network: `http.open` throws unless a test brings its own.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LiveEvent } from '../../main/contract/sync.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { createCaller } from '../../main/engine/caller.ts'
import type { Core } from '../../main/engine/core.ts'
import { openDatabase } from '../../main/engine/db/open-database.ts'
import type { OpenDatabase } from '../../main/engine/db/opened-database.ts'
import { openScratchCopy } from '../../main/engine/db/scratch-copy.ts'
import { createLongWork } from '../../main/engine/long-work.ts'
import { createLive } from '../../main/engine/live.ts'
import type { Clock, Http, Ids, Log, Ports, Probe, Secrets } from '../../main/engine/ports.ts'
import { adapters, registerAdapters } from '../../main/engine/targets/registry.ts'
import { fakeClock, type FakeClock } from './fake-clock.ts'

export interface TestCoreOptions {
  /** Defaults to a fake clock at race morning. */
  readonly clock?: Clock
  /** An existing data folder; it is then left alone at the end. */
  readonly dataDir?: string
  readonly probe?: Probe
  readonly http?: Http
  readonly who?: string
  /** Defaults to `countedIds()`; several processes on one folder need ids of their own. */
  readonly ids?: Ids
}

export interface TestCore {
  readonly core: Core
  /** The fake clock; moving it has no effect when the test brought its own. */
  readonly clock: FakeClock
  readonly dataDir: string
  readonly database: OpenDatabase
  /** Everything sent to the window so far. */
  readonly events: readonly LiveEvent[]
  /** What `core.onChange` was called with so far. */
  readonly changes: readonly (readonly EntityName[])[]
  /** Lines at warn and error. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

/** Ids that sort by creation and read well: `00000001-0000-7000-8000-00000000002a`. Each call begins a range of its own. */
export function countedIds(): Ids {
  ranges += 1
  const range = ranges.toString(16).padStart(8, '0')
  let last = 0
  return {
    uuid: () => `${range}-0000-7000-8000-${(++last).toString(16).padStart(12, '0')}`,
    random: () => 0.5,
  }
}
let ranges = 0

/** Secrets that live as long as the test. */
export function secretsInMemory(): Secrets {
  const kept = new Map<string, Map<string, string>>()
  return {
    kind: 'vault',
    get: async (target, key) => kept.get(target)?.get(key) ?? null,
    async set(target, key, value) {
      // A keychain holds no empty secret.
      if (value === '') throw new Error('Password is required.')
      const own = kept.get(target) ?? new Map<string, string>()
      kept.set(target, own.set(key, value))
    },
    remove: async (target, key) => void kept.get(target)?.delete(key),
    keys: async (target) => [...(kept.get(target)?.keys() ?? [])],
  }
}

const noHttp: Http = {
  open() {
    throw new Error('This test has no network')
  },
}

/** Opens a fresh data folder and everything on it. Call `close` at the end. */
export async function openTestCore(options: TestCoreOptions = {}): Promise<TestCore> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'marshal-test-')))
  const clock = fakeClock()
  const events: LiveEvent[] = []
  const changes: (readonly EntityName[])[] = []
  const complaints: string[] = []
  const log: Log = {
    debug: () => {},
    info: () => {},
    warn: (message) => void complaints.push(message),
    error: (message, details) =>
      void complaints.push(`${message} ${JSON.stringify(details ?? {})}`),
  }
  const ports: Ports = {
    clock: options.clock ?? clock,
    ids: options.ids ?? countedIds(),
    log,
    secrets: secretsInMemory(),
    http: options.http ?? noHttp,
    files: { dataDir, freeBytes: async () => 100 * 2 ** 30 },
    ...(options.probe === undefined ? {} : { probe: options.probe }),
  }
  const database = await openDatabase({
    file: join(dataDir, 'marshal.db'),
    clock: ports.clock,
    appVersion: '0.0.0-test',
  })
  const live = createLive(log)
  live.on((event) => void events.push(event))
  const core: Core = {
    db: database.db,
    reader: database.reader,
    scratch: () => openScratchCopy(database.file),
    ports,
    adapters: registerAdapters(adapters),
    live,
    caller: createCaller(),
    who: () => options.who ?? 'Desk 1',
    longWork: createLongWork(),
    onChange: (entities) => void changes.push(entities),
  }
  return {
    core,
    clock,
    dataDir,
    database,
    events,
    changes,
    complaints,
    async close() {
      await database.close()
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}
