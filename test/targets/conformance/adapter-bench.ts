/** A connection to a stand-in server, with everything it logs and throws kept for inspection. */
import { inspect } from 'node:util'
import type { EntityName } from '../../../main/contract/words.ts'
import type { HttpPool, Log } from '../../../main/engine/ports.ts'
import type {
  Adapter,
  Connection,
  EntityBinding,
  OutgoingChange,
  Refs,
  SendOutcome,
} from '../../../main/engine/targets/kit/adapter.ts'
import { SyncError } from '../../../main/engine/targets/kit/sync-error.ts'
import { entities } from '../../../main/engine/model/entities.ts'
import { madeParts } from '../../../main/engine/targets/kit/bindings.ts'
import { dependencyOrder } from '../../../main/engine/targets/kit/dependency-order.ts'
import type { Fields } from '../../../main/engine/model/record.ts'
import { systemClock } from '../../../main/hosts/system-clock.ts'
import { undiciHttp, type HttpTimeouts } from '../../../main/hosts/undici-http.ts'
import { createTransformBox } from '../../../main/engine/expressions/transform-box.ts'
import { countedIds } from '../../support/test-core.ts'
import type { ConformanceServer } from './server.ts'
import { changeOf, sampleFields } from './sample-records.ts'

export interface AdapterBench {
  readonly connection: Connection
  readonly signal: AbortSignal
  readonly clockOffsets: readonly number[]
  /** Everything logged so far, one text. */
  logged(): string
  binding(entity: EntityName): EntityBinding
  /** Sends one change and answers its outcome; a batch refused as a whole is the outcome of each. */
  send(entity: EntityName, changes: readonly OutgoingChange[]): Promise<readonly SendOutcome[]>
  /** Creates the nth sample of an entity and, before it, of all its hard parents. */
  create(entity: EntityName, n: number): Promise<Created>
  /** Remote ids for the references of an entity; creates what is missing. */
  refsFor(entity: EntityName): Promise<Refs>
  close(): Promise<void>
}

export interface Created {
  readonly change: OutgoingChange
  readonly remoteId: string
  readonly refs: Refs
  /** Fields of ours the target has otherwise than they were sent. */
  readonly kept: Fields
  /** Remote modified time, microseconds, null where not told. */
  readonly modifiedOn: number | null
}

/** Quick enough for tests that wait for a timeout. */
export const impatient: HttpTimeouts = { connectMs: 2_000, totalMs: 400 }

export async function openBench(
  adapter: Adapter,
  server: ConformanceServer,
  timeouts: HttpTimeouts = {},
  settings: Readonly<Record<string, unknown>> = {},
): Promise<AdapterBench> {
  const { manifest } = adapter
  const lines: string[] = []
  const clockOffsets: number[] = []
  const http: HttpPool = undiciHttp(timeouts).open({
    connections: manifest.limits.concurrency,
    allowInsecure: false,
  })
  const box = createTransformBox(systemClock())
  const connection = await adapter.connect({
    url: server.process.url,
    auth: server.auth,
    settings: manifest.settings.parse({ ...server.settings, ...settings }),
    secret: async (key) => server.secrets[key] ?? server.names?.[key] ?? null,
    ...(server.storeSecret ? { storeSecret: server.storeSecret } : {}),
    http,
    box,
    clock: server.clock ?? systemClock(),
    ids: countedIds(),
    log: keepLines(lines),
    onClockOffset: (offset) => void clockOffsets.push(offset),
  })
  const stop = new AbortController()
  const parents = new Map<EntityName, string>()

  const bench: AdapterBench = {
    connection,
    signal: stop.signal,
    clockOffsets,
    logged: () => lines.join('\n'),
    binding: (entity) => bindingOf(adapter, entity),
    async send(entity, changes) {
      try {
        return await connection.send(entity, changes, stop.signal)
      } catch (error) {
        if (!(error instanceof SyncError)) throw error
        return changes.map((): SendOutcome => ({ status: 'failed', error }))
      }
    },
    async create(entity, n) {
      const binding = bindingOf(adapter, entity)
      const refs = await bench.refsFor(entity)
      const change = changeOf(binding, 'create', sampleFields(binding, n), { refs })
      const [outcome] = await bench.send(entity, [change])
      if (outcome?.status !== 'done') throw outcome?.error ?? new Error('no outcome')
      const made = Object.entries(outcome.made ?? {}).map(
        ([field, record]) => [field, record.remoteId] as const,
      )
      return {
        change,
        remoteId: outcome.remoteId,
        refs: { ...refs, ...Object.fromEntries(made) },
        kept: outcome.kept ?? {},
        modifiedOn: outcome.remoteModifiedOn ?? null,
      }
    },
    async refsFor(entity) {
      const binding = bindingOf(adapter, entity)
      const made = madeParts(binding).map(([, { field }]) => field)
      const refs: Record<string, string> = {}
      // What comes into being with the record is not there before it.
      for (const field of binding.hard.filter((name) => !made.includes(name))) {
        const parent = parentOf(adapter, entity, field)
        const known =
          server.parents?.[parent] ??
          parents.get(parent) ??
          (await bench.create(parent, 7000)).remoteId
        parents.set(parent, known)
        refs[field] = known
      }
      return refs
    },
    async close() {
      stop.abort()
      await connection.close()
      await box.close()
      await http.close()
    },
  }
  return bench
}

/** Entities of an adapter, parents first. */
export function entitiesOf(adapter: Adapter): readonly EntityName[] {
  return dependencyOrder(adapter.manifest.bindings)
}

function bindingOf(adapter: Adapter, entity: EntityName): EntityBinding {
  const binding = adapter.manifest.bindings.find((one) => one.entity === entity)
  if (!binding) throw new Error(`${adapter.manifest.name} has no ${entity}`)
  return binding
}

function parentOf(adapter: Adapter, entity: EntityName, field: string): EntityName {
  const definition = entities[entity].fields.find(({ name }) => name === field)
  if (!definition?.refersTo) throw new Error(`${entity}.${field} is no reference`)
  return bindingOf(adapter, definition.refersTo).entity
}

function keepLines(lines: string[]): Log {
  const keep = (message: string, details?: unknown) =>
    void lines.push(`${message} ${inspect(details, { depth: 10 })}`)
  return { debug: keep, info: keep, warn: keep, error: keep }
}
