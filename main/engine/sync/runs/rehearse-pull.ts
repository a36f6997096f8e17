/**
 * The receiving half of a rehearsal: the real thing, worked into a copy of the database that is thrown away, over a
 * connection that can only be asked. What a run would send depends on it: a record the target has already is not new.
 */
import type { EntityName, RunKind } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import type { Db } from '../../db/schema.ts'
import { insertRun } from '../../store/runs/runs.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import type { Target } from '../../store/runs/targets.ts'
import type { Connection } from '../../targets/kit/adapter.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { createBreaker } from '../breaker.ts'
import { connect } from '../connect-target.ts'
import { pullTarget } from '../inbound/pull-target.ts'
import { RunStopped, type RunOptions, type RunTools } from '../run-context.ts'
import { openRun } from './open-run.ts'
import type { RunRecorder } from './run-recorder.ts'

export interface RehearsedPull {
  readonly uncertain: ReadonlySet<EntityName>
  readonly kind: RunKind
  readonly options: RunOptions
  readonly run: RunRecorder
  readonly signal: AbortSignal
}

/** What a run uses, with its writing going to the copy, and nobody told of it. */
function trialTools({ clock, ids, log }: Core['ports'], copy: Db): RunTools {
  const live = { emit: () => {}, on: () => () => {} }
  return { db: copy, reader: copy, live, onChange: () => {}, ports: { clock, ids, log } }
}

/** Receives into a copy of the database. Answers why the target could not be asked to the end, null when it could. */
export async function rehearsePull(
  core: Core,
  copy: Db,
  target: Target,
  { kind, uncertain, options, run, signal }: RehearsedPull,
): Promise<SyncError | null> {
  const tools = trialTools(core.ports, copy)
  await insertRun(copy, {
    id: run.id,
    targetId: target.id,
    kind,
    trigger: 'manual',
    options,
    startedOn: toMicros(core.ports.clock.now()),
  })
  const breaker = createBreaker(core.ports.clock)
  let offset = target.clockOffsetMs
  const clockOffset = { ms: () => offset, note: (ms: number) => void (offset = ms) }
  try {
    const connected = await connect(core, target, { breaker, onClockOffset: clockOffset.note })
    try {
      const asking = { ...connected, connection: withoutSending(connected.connection) }
      const facts = { clockOffset, options, uncertain, listings: new Map(), run, signal }
      await pullTarget(openRun(tools, { target, connected: asking, ...facts }), kind)
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
