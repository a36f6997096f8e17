/**
 * The receiving half of a rehearsal: the real thing, worked into a copy of the database that is thrown away, over a
 * connection that can only be asked. What a run would send depends on it: a record the target has already is not new.
 */
import type { EntityName, RunKind } from '../../contract/words.ts'
import type { Core } from '../core.ts'
import { insertRun } from '../store/runs.ts'
import { toMicros } from '../store/stamps.ts'
import type { Target } from '../store/targets.ts'
import type { Connection } from '../targets/kit/adapter.ts'
import { SyncError } from '../targets/kit/sync-error.ts'
import { createBreaker } from './breaker.ts'
import { connect } from './connect-target.ts'
import { pullTarget } from './inbound/pull-target.ts'
import { RunStopped, type RunOptions } from './run-context.ts'
import type { RunRecorder } from './runs/run-recorder.ts'

export interface RehearsedPull {
  readonly uncertain: ReadonlySet<EntityName>
  readonly kind: RunKind
  readonly options: RunOptions
  readonly run: RunRecorder
  readonly signal: AbortSignal
}

/** A core whose writing goes to the copy, and that tells nobody of it. */
export function trialCore(core: Core, copy: Core['db']): Core {
  const { probe: _, ...ports } = core.ports
  const live = { emit: () => {}, on: () => () => {} }
  return { ...core, db: copy, reader: copy, ports, live, onChange: () => {} }
}

/** Receives into a trial core. Answers why the target could not be asked to the end, null when it could. */
export async function rehearsePull(
  trial: Core,
  target: Target,
  { kind, uncertain, options, run, signal }: RehearsedPull,
): Promise<SyncError | null> {
  await insertRun(trial.db, {
    id: run.id,
    targetId: target.id,
    kind,
    trigger: 'manual',
    options,
    startedOn: toMicros(trial.ports.clock.now()),
  })
  const breaker = createBreaker(trial.ports.clock)
  let offset = target.clockOffsetMs
  const clockOffset = { ms: () => offset, note: (ms: number) => void (offset = ms) }
  try {
    const connected = await connect(trial, target, { breaker, onClockOffset: clockOffset.note })
    const { adapter, connection, filter } = connected
    try {
      const bindings = connected.bindings.filter(
        ({ entity }) => options.entities === null || options.entities.includes(entity),
      )
      await pullTarget(
        {
          core: trial,
          target,
          adapter,
          connection: withoutSending(connection),
          breaker,
          clockOffset,
          filter,
          bindings,
          options,
          uncertain: new Set(uncertain),
          listings: new Map(),
          run,
          signal,
        },
        kind,
      )
      return null
    } finally {
      await connected.close()
    }
  } catch (error) {
    const cause = error instanceof RunStopped ? error.cause : error
    if (cause instanceof SyncError) return cause
    throw error
  }
}

function withoutSending(connection: Connection): Connection {
  return { ...connection, send: () => Promise.reject(new Error('A rehearsal sends nothing')) }
}
