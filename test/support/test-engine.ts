/**
 * The whole engine on a real database in a folder of its own, talking real HTTP to a stand-in server in a process of its
 * own. Everything is done through `client`, as hosts do it. Closes itself when the test ends, and every test ends with a
 * clean `check` and no line at error level in the log.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { FieldValue, RecordView } from '../../main/contract/records.ts'
import type { LiveEvent, RunView, SyncInput } from '../../main/contract/sync.ts'
import type { TargetStatus } from '../../main/contract/targets.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { createEngine, type Engine } from '../../main/engine/engine.ts'
import type { Adapter } from '../../main/engine/targets/kit/adapter.ts'
import { openBrowserReturn } from '../../main/hosts/browser-return.ts'
import type { Clock, Http, Log, Ports, Probe, Secrets } from '../../main/engine/ports.ts'
import { undiciHttp, type HttpTimeouts } from '../../main/hosts/undici-http.ts'
import { uuidIds } from '../../main/hosts/uuid-ids.ts'
import { fakeClock, type FakeClock } from './fake-clock.ts'
import type { StandInProcess } from './stand-in-process.ts'
import { secretsFor, targetConfig, type TestTarget } from './test-target.ts'

export interface TestEngineOptions<Server extends StandInProcess = StandInProcess> {
  readonly target: TestTarget<Server>
  /** A server that is there already; it then outlives the engine. */
  readonly standIn?: Server
  /** Over the target's configuration; `false` adds no target. */
  readonly config?: Readonly<Record<string, unknown>> | false
  /** An existing data folder, left alone at the end; it has its target already. */
  readonly dataDir?: string
  /** Default: a fake clock at race morning. */
  readonly clock?: Clock
  /** Starts the schedule. Default false: runs only when asked. */
  readonly schedule?: boolean
  readonly probe?: Probe
  /** Adapters beside those Marshal has. */
  readonly adapters?: readonly Adapter[]
  readonly log?: Log
  readonly secrets?: Secrets
  readonly timeouts?: HttpTimeouts
  /** Lines at error level are part of the story. */
  readonly mayComplain?: boolean
}

/** One request as it left, by the engine's own clock. */
export interface Departure {
  readonly at: number
  readonly method: string
  readonly url: string
}

export interface TestEngine<Server extends StandInProcess = StandInProcess> {
  readonly engine: Engine
  readonly client: Engine['client']
  readonly dataDir: string
  readonly secrets: Secrets
  /** The stand-in server behind the target `timing`. */
  readonly server: Server
  /** Without effect when the test brought its own. */
  readonly clock: FakeClock
  readonly events: readonly LiveEvent[]
  readonly departures: readonly Departure[]
  readonly complaints: readonly string[]
  /** Creates without an id, else changes. */
  set(entity: EntityName, fields: Fields, id?: string): Promise<RecordView>
  remove(entity: EntityName, id: string): Promise<void>
  /** Imports a start list of "Spring Classic". */
  importEntrants(csv: string): Promise<void>
  /** Imports a CSV of one entity. */
  importRecords(entity: EntityName, csv: string): Promise<void>
  /** One run of a target, to its end. */
  sync(options?: Omit<SyncInput, 'targets'>, target?: string): Promise<RunView>
  status(target?: string): Promise<TargetStatus>
  /** Settles when a status fits; looks at every status that is told. Moves a fake clock on meanwhile. */
  until(fits: (status: TargetStatus) => boolean, target?: string): Promise<TargetStatus>
  /** Lets virtual time go by until the condition holds; fails after so many virtual milliseconds. */
  passTime(until: () => boolean | Promise<boolean>, atMostMs?: number): Promise<void>
  close(): Promise<void>
}

export type Fields = Readonly<Record<string, FieldValue>>

const shortTimeouts: HttpTimeouts = {
  connectMs: 2_000,
  headersMs: 1_500,
  bodyMs: 1_500,
  totalMs: 5_000,
}

/** Virtual milliseconds between two looks. */
const stepMs = 500

/** Starts an engine with one target called `timing`. */
export async function startTestEngine<Server extends StandInProcess>(
  options: TestEngineOptions<Server>,
): Promise<TestEngine<Server>> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'marshal-flow-')))
  const server = options.standIn ?? (await options.target.standIn())
  const fake = fakeClock()
  const clock = options.clock ?? fake
  const departures: Departure[] = []
  const complaints: string[] = []
  const secrets = options.secrets ?? (await secretsFor(options.target))
  const ports: Ports = {
    clock,
    ids: uuidIds(),
    log: options.log ?? quietLog(complaints),
    secrets,
    http: countedHttp(undiciHttp({ ...shortTimeouts, ...options.timeouts }), clock, departures),
    files: { dataDir, freeBytes: async () => 100 * 2 ** 30 },
    openBrowserReturn,
    ...(options.probe ? { probe: options.probe } : {}),
  }
  const engine = await createEngine(ports, {
    host: 'edge',
    version: '0.0.0-test',
    schedule: options.schedule ?? false,
    ...(options.adapters ? { adapters: options.adapters } : {}),
  })
  const { client } = engine
  const events: LiveEvent[] = []
  const listeners = new Set<() => void>()
  engine.onLive((event) => {
    events.push(event)
    for (const listener of listeners) listener()
  })
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    try {
      const report = await client.settings.check()
      expect(report, 'the check at the end').toEqual({ ok: true, problems: [] })
      if (!options.mayComplain) expect(complaints, 'lines at error level').toEqual([])
    } finally {
      await engine.stop()
      if (!options.standIn) await server.stop()
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true })
    }
  }
  onTestFinished(close)
  await engine.start()
  if (options.config !== false && !options.dataDir) {
    await client.targets.add({
      config: { ...targetConfig(options.target, server.url), ...options.config },
    })
  }

  const status = async (target = 'timing') => {
    const found = (await client.status.get()).targets.find(({ name }) => name === target)
    if (!found) throw new Error(`There is no target ${target}`)
    return found
  }
  const passTime: TestEngine['passTime'] = async (until, atMostMs = 3_600_000) => {
    for (let passed = 0; !(await until()); passed += stepMs) {
      if (passed >= atMostMs) {
        const { runs } = await client.sync.runs({ limit: 5 })
        const last = JSON.stringify({
          ...(await client.status.get()),
          runs,
          departures: departures.slice(-10),
          event: events.at(-1),
        })
        throw new Error(`Nothing came of it within ${atMostMs} virtual ms: ${last}`)
      }
      await fake.walk(stepMs)
      // A round through the database and the network's turn of the event loop: what was started gets on.
      await status()
    }
  }
  return {
    engine,
    client,
    dataDir,
    secrets,
    server,
    clock: fake,
    events,
    departures,
    complaints,
    set: (entity, fields, id) =>
      client.records.set({ entity, fields: { ...fields }, ...(id === undefined ? {} : { id }) }),
    remove: async (entity, id) => void (await client.records.remove({ entity, id })),
    importEntrants: (csv) => importCsv(engine, 'entrant', csv),
    importRecords: (entity, csv) => importCsv(engine, entity, csv),
    async sync(asked = {}, target = 'timing') {
      const { runs } = await client.sync.run({ ...asked, targets: [target] })
      const [run] = runs
      if (!run) throw new Error(`No run of ${target}`)
      return run
    },
    status,
    async until(fits, target = 'timing') {
      let found = await status(target)
      if (options.clock) {
        while (!fits(found)) {
          await new Promise<void>((resolve) => {
            const told = () => {
              listeners.delete(told)
              resolve()
            }
            listeners.add(told)
          })
          found = await status(target)
        }
      } else {
        await passTime(async () => fits((found = await status(target))))
      }
      return found
    },
    passTime,
    close,
  }
}

async function importCsv(
  engine: Engine,
  entity: EntityName | 'entrant',
  csv: string,
): Promise<void> {
  const event = entity === 'entrant' ? { event: 'Spring Classic' } : {}
  const report = await engine.importFile(
    { name: 'list.csv', open: () => pieces(csv) },
    { entity, ...event, map: {}, rehearse: false },
    () => {},
    new AbortController().signal,
  )
  expect(report.bad).toEqual([])
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}

function quietLog(complaints: string[]): Log {
  return {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message, details) =>
      void complaints.push(`${message} ${JSON.stringify(details ?? {})}`),
  }
}

function countedHttp(http: Http, clock: Clock, departures: Departure[]): Http {
  return {
    open(options) {
      const pool = http.open(options)
      return {
        request(request) {
          departures.push({ at: clock.now(), method: request.method, url: request.url })
          return pool.request(request)
        },
        close: () => pool.close(),
      }
    },
  }
}
