/** From a target's row to a connection: its adapter, checked settings, secrets, limits and breaker. */
import type { Core } from '../core.ts'
import { createFilter, passAll, type RecordFilter } from '../expressions/record-filter.ts'
import { createTransformBox } from '../expressions/transform-box.ts'
import type { HttpPool } from '../ports.ts'
import { noteTarget, type Target } from '../store/runs/targets.ts'
import type {
  Adapter,
  Choice,
  ChoiceQuestion,
  ConnectContext,
  Connection,
  EntityBinding,
} from '../targets/kit/adapter.ts'
import { withBorder } from '../targets/kit/border.ts'
import { dependencyOrder } from '../targets/kit/dependency-order.ts'
import { narrowed, unticked, withoutUnticked } from '../targets/kit/sensitive.ts'
import { SyncError } from '../targets/kit/sync-error.ts'
import { guardedPool, type Breaker } from './breaker.ts'
import { keepSecret } from './kept-secrets.ts'

/** Offsets are kept when they move by more than this, milliseconds. */
const offsetStepMs = 500

export interface Connected {
  readonly adapter: Adapter
  readonly connection: Connection
  readonly filter: RecordFilter
  /** Bindings in the target's scope and direction, parents first. */
  readonly bindings: readonly EntityBinding[]
  /** Whether the target has answered anything on this connection. */
  answered(): boolean
  close(): Promise<void>
}

/** The configuration a connection needs; a target that is not saved yet has the same. */
export type ConnectSettings = Pick<
  Target,
  | 'name'
  | 'adapter'
  | 'url'
  | 'auth'
  | 'settings'
  | 'allowInsecure'
  | 'entities'
  | 'direction'
  | 'filter'
  | 'sensitive'
  | 'mapping'
> &
  Partial<Pick<Target, 'clockOffsetMs'>>

export interface ConnectOptions {
  readonly breaker: Breaker
  /** Secrets typed but not stored yet; they win over the keychain. */
  readonly secrets?: Readonly<Record<string, string>> | undefined
  /** Name of the target whose stored secrets serve, null for none; left out: its own. */
  readonly storedUnder?: string | null
  readonly onClockOffset?: ((offsetMs: number) => void) | undefined
  /** As of `ConnectContext`. */
  readonly rehearsed?: ConnectContext['rehearsed']
}

/** Opens a connection; sends nothing yet. Throws `SyncError` `config` for settings that do not fit. */
export async function connect(
  core: Core,
  target: ConnectSettings,
  options: ConnectOptions,
): Promise<Connected> {
  const adapter = adapterFor(core, target)
  const { manifest } = adapter
  const parsed = manifest.settings.safeParse(target.settings)
  if (!parsed.success) {
    const words = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new SyncError('config', `The settings of ${target.name} do not fit: ${words.join('; ')}.`)
  }
  const filter = target.filter ? createFilter(target.filter, core.ports.clock) : passAll
  const pool = poolOf(core, adapter, target)
  const box = createTransformBox(core.ports.clock)
  let answered = false
  try {
    const http = guardedPool(pool, options.breaker, () => (answered = true))
    const connection = withBorder(
      await adapter.connect({
        ...contextOf(core, target, options),
        ...{ settings: parsed.data, http, box },
      }),
      (record) => {
        const binding = manifest.bindings.find(({ entity }) => entity === record.entity)
        return binding ? { ...record, body: withoutUnticked(target, binding, record.body) } : record
      },
    )
    return {
      adapter,
      connection,
      filter,
      bindings: bindingsInScope(adapter, target),
      answered: () => answered,
      async close() {
        await connection.close()
        await pool.close()
        await filter.close()
        await box.close()
      },
    }
  } catch (error) {
    await pool.close()
    await filter.close()
    await box.close()
    throw error
  }
}

/**
 * The list a setting is chosen from, as the system answers it now. Throws `SyncError`; `config` where there is none.
 */
export async function listChoices(
  core: Core,
  target: ConnectSettings,
  asked: ChoiceQuestion,
  {
    signal,
    ...options
  }: Pick<ConnectOptions, 'secrets' | 'storedUnder'> & { readonly signal: AbortSignal },
): Promise<readonly Choice[]> {
  const adapter = adapterFor(core, target)
  if (!adapter.choices?.settings.includes(asked.setting)) {
    throw new SyncError('config', `${adapter.manifest.label} has no list for ${asked.setting}.`)
  }
  const http = poolOf(core, adapter, target)
  const box = createTransformBox(core.ports.clock)
  try {
    const context = { ...contextOf(core, target, options), http, box }
    return await adapter.choices.list(context, asked, signal)
  } finally {
    await http.close()
    await box.close()
  }
}

function poolOf({ ports }: Core, { manifest }: Adapter, target: ConnectSettings): HttpPool {
  const { allowInsecure } = target
  const pin = manifest.pin?.(target.settings)
  const { concurrency: connections } = manifest.limits
  return ports.http.open({ connections, allowInsecure, ...(pin === undefined ? {} : { pin }) })
}

/** What an adapter is given, but for the pool and the box. */
function contextOf(
  { ports }: Core,
  target: ConnectSettings,
  { secrets, storedUnder = target.name, onClockOffset, rehearsed }: Omit<ConnectOptions, 'breaker'>,
): Omit<ConnectContext, 'http' | 'box'> {
  return {
    url: target.url,
    auth: target.auth,
    settings: target.settings,
    travels: (entity, field) => !unticked(target, entity).includes(field),
    secret: async (key) =>
      secrets?.[key] ?? (storedUnder === null ? null : await ports.secrets.get(storedUnder, key)),
    ...(secrets
      ? {}
      : { storeSecret: (key, value) => keepSecret(ports.secrets, target.name, { key, value }) }),
    ...(rehearsed ? { rehearsed } : {}),
    clock: ports.clock,
    ids: ports.ids,
    log: ports.log,
    clockOffsetMs: target.clockOffsetMs ?? null,
    onClockOffset: onClockOffset ?? (() => {}),
  }
}

/** The adapter as a target may use it. Throws `SyncError` `config` for an unknown one. */
export function adapterFor(
  { adapters }: Core,
  target: Pick<Target, 'adapter' | 'sensitive' | 'mapping' | 'settings'>,
): Adapter {
  const adapter = adapters.get(target.adapter)
  if (!adapter) throw new SyncError('config', `There is no adapter named ${target.adapter}.`)
  return narrowed(adapter, target)
}

/** Bindings of the adapter that a target uses, each bounded by the target's direction, parents first. */
export function bindingsInScope(
  adapter: Adapter,
  target: Pick<Target, 'entities' | 'direction' | 'sensitive' | 'mapping' | 'settings'>,
): readonly EntityBinding[] {
  const { bindings } = narrowed(adapter, target).manifest
  return dependencyOrder(bindings).flatMap((entity) => {
    const binding = bindings.find((candidate) => candidate.entity === entity)!
    if (!target.entities.includes(binding.entity)) return []
    if (target.direction === 'both') return [binding]
    if (binding.direction !== 'both' && binding.direction !== target.direction) return []
    return [{ ...binding, direction: target.direction }]
  })
}

/** How far the target's clock is from ours, milliseconds; null until measured. */
export interface ClockOffset {
  /** The newest measurement, also of the run that goes on. */
  ms(): number | null
  note(offsetMs: number): void
}

/** Remembers it for the next run and for people, when it has moved. */
export function clockOffsetKeeper(core: Core, target: Target): ClockOffset {
  let kept = target.clockOffsetMs
  return {
    ms: () => kept,
    note(offsetMs) {
      if (kept !== null && Math.abs(offsetMs - kept) < offsetStepMs) return
      kept = Math.round(offsetMs)
      noteTarget(core.db, target.id, { clockOffsetMs: kept }).catch((error: unknown) =>
        core.ports.log.warn('The clock offset was not kept', { error: String(error) }),
      )
    },
  }
}
