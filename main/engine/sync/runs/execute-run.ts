/** One run from beginning to end: lease, log, connect, pull, push, result. Never throws for what a target may do. */
import { ProblemError } from '../../../contract/problem.ts'
import type { RunView } from '../../../contract/sync.ts'
import type { RunKind, RunResult, RunTrigger, SyncErrorCode } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import {
  finishRun,
  findUnfinishedRun,
  insertRun,
  listRuns,
  pruneRuns,
  type UnfinishedRun,
} from '../../store/runs.ts'
import { remark, remarkRecords } from '../../store/scope.ts'
import { toMicros } from '../../store/stamps.ts'
import { releaseRetries } from '../../store/sync-records.ts'
import { noteTarget, releaseLease, takeLease, type Target } from '../../store/targets.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import type { Breaker } from '../breaker.ts'
import { clockOffsetKeeper, connect, type Connected } from '../connect-target.ts'
import { pullTarget } from '../inbound/pull-target.ts'
import { pushTarget } from '../outbound/push-target.ts'
import { recover } from '../outbound/recover.ts'
import {
  plainOptions,
  probe,
  RunStopped,
  type RunContext,
  type RunOptions,
} from '../run-context.ts'
import { createRunRecorder, type RunRecorder } from './run-recorder.ts'

export interface RunRequest {
  /** Left out: `initial` the first time, then `delta`. */
  readonly kind?: RunKind
  readonly trigger: RunTrigger
  readonly options: RunOptions
}

/** What the run came to, for the log and for the decision when to try again. */
export interface RunOutcome {
  readonly run: RunView
  /** False when there was nothing to ask the target: then the run proves nothing about the way to it. */
  readonly answered: boolean
  /** Why it could not go on, null when it came to its end. */
  readonly error: {
    readonly code: SyncErrorCode
    readonly message: string
    readonly retryAfterMs: number | null
  } | null
}

const leaseMs = 60_000
const runsKept = { newest: 100, eventful: 500 } as const

/** Runs now. The caller makes sure that only one run per target goes on in this process. */
export async function executeRun(
  core: Core,
  target: Target,
  request: RunRequest,
  breaker: Breaker,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { clock, ids } = core.ports
  const now = () => toMicros(clock.now())
  const lease = { name: `run:${target.id}`, owner: ids.uuid() }
  const { recorder, kind } = await beginRun(core, target, request, lease)
  const stopRenewing = renewLease(core, lease)
  let released = false
  try {
    const { error, answered } = await work(core, target, kind, request, breaker, signal, recorder)
    if (error) {
      const { code, message } = error
      const about = { entity: null, recordId: null, remoteId: null }
      await recorder.logErrors(core.db, [{ ...about, code, message }])
    }
    const result = resultOf(recorder, error, signal)
    // One transaction, one wait for the disk: a run with nothing to do is mostly that.
    await probe({ core }, 'run:finish')
    // A renewal behind this transaction would take the lease that it gives back.
    stopRenewing()
    await core.db.transaction().execute(async (trx) => {
      await recorder.save(trx, null)
      await finishRun(trx, recorder.id, result, now())
      await noteResult(trx, target, request, result, error, now())
      await pruneRuns(trx, target.id, runsKept)
      await releaseLease(trx, lease.name, lease.owner)
    })
    released = true
    await probe({ core }, 'run:finished')
    const [run] = await listRuns(core.db, { ids: [recorder.id], limit: 1 })
    core.live.emit({ type: 'run', run: run! })
    return { run: run!, error, answered }
  } finally {
    stopRenewing()
    if (!released) await releaseLease(core.db, lease.name, lease.owner)
  }
}

interface Lease {
  readonly name: string
  readonly owner: string
}

/** Takes the lease and starts a run, or takes up the one that was interrupted. One transaction, one wait for the disk. */
async function beginRun(
  core: Core,
  target: Target,
  request: RunRequest,
  lease: Lease,
): Promise<{ readonly recorder: RunRecorder; readonly kind: RunKind }> {
  const { clock, ids } = core.ports
  const now = toMicros(clock.now())
  await probe({ core }, 'run:begin')
  const begun = await core.db.transaction().execute(async (trx) => {
    if (!(await takeLease(trx, lease.name, lease.owner, now, toMicros(leaseMs)))) {
      throw new Error(`Another run of ${target.name} holds its lease`)
    }
    const unfinished = await findUnfinishedRun(trx, target.id)
    const kind = kindOf(target, request, unfinished)
    if (unfinished && canResume(unfinished, kind, request)) {
      return { id: unfinished.id, kind, resumed: unfinished }
    }
    const id = ids.uuid()
    if (unfinished) await finishRun(trx, unfinished.id, 'cancelled', now)
    const { trigger, options } = request
    await insertRun(trx, { id, targetId: target.id, kind, trigger, options, startedOn: now })
    return { id, kind, resumed: null }
  })
  await probe({ core }, 'run:begun')
  const { id, kind, resumed } = begun
  const recorder = createRunRecorder({
    id,
    targetName: target.name,
    live: core.live,
    clock,
    ...(resumed ? { outbound: resumed.outbound, inbound: resumed.inbound } : {}),
  })
  return { recorder, kind }
}

function kindOf(
  target: Target,
  request: RunRequest,
  unfinished: UnfinishedRun | undefined,
): RunKind {
  // A webhook of a target that was never filled is part of its first fill.
  const asked = request.kind === 'webhook' && !target.initialDone ? undefined : request.kind
  if (asked !== undefined) return asked
  const goesOn = unfinished && unfinished.kind !== 'webhook' && isWhole(unfinished.options)
  return goesOn ? unfinished.kind : target.initialDone ? 'delta' : 'initial'
}

/** Neither forced nor for chosen records: what was interrupted is what the next run would do, and more. */
function isWhole(options: unknown): boolean {
  return JSON.stringify(options) === JSON.stringify(plainOptions)
}

function canResume(unfinished: UnfinishedRun, kind: RunKind, request: RunRequest): boolean {
  return (
    unfinished.kind === kind &&
    JSON.stringify(unfinished.options) === JSON.stringify(request.options)
  )
}

interface Stopped {
  readonly code: SyncErrorCode
  readonly message: string
  readonly retryAfterMs: number | null
}

async function work(
  core: Core,
  target: Target,
  kind: RunKind,
  request: RunRequest,
  breaker: Breaker,
  signal: AbortSignal,
  recorder: RunRecorder,
): Promise<{ readonly error: Stopped | null; readonly answered: boolean }> {
  recorder.enter('connecting', null, null)
  const clockOffset = clockOffsetKeeper(core, target)
  let connected: Connected | null = null
  try {
    connected = await connect(core, target, { breaker, onClockOffset: clockOffset.note })
    const { options } = request
    const context: RunContext = {
      core,
      target,
      adapter: connected.adapter,
      connection: connected.connection,
      breaker,
      clockOffset,
      filter: connected.filter,
      bindings: connected.bindings.filter(
        ({ entity }) => options.entities === null || options.entities.includes(entity),
      ),
      options,
      run: recorder,
      signal,
    }
    await wakeRecords(context, request)
    if (target.direction !== 'inbound') await recover(context, false)
    if (target.direction !== 'outbound' && options.records === null) await pullTarget(context, kind)
    if (target.direction !== 'inbound') await pushTarget(context)
    return { error: null, answered: connected.answered() }
  } catch (error) {
    const answered = connected?.answered() ?? false
    // What a cancelled run leaves undone is nobody's fault, least of all the network's.
    const cancelled = signal.aborted && (error instanceof RunStopped || error instanceof SyncError)
    return { error: cancelled ? null : explain(core, target, error), answered }
  } finally {
    await connected?.close()
  }
}

/** Makes due what this run was asked for beyond what is due already. */
async function wakeRecords(context: RunContext, { trigger, options }: RunRequest): Promise<void> {
  const { core, target, bindings } = context
  const impatient = trigger === 'manual' || trigger === 'reconnect'
  await releaseRetries(core.db, target.id, impatient ? null : toMicros(core.ports.clock.now()))
  // What is only received is never sent: made due, it would stay so for ever.
  const sent = bindings.filter(({ direction }) => direction !== 'inbound')
  const scope = sent.map(({ entity }) => entity)
  if (options.records !== null) {
    await remarkRecords(core.db, target.id, scope, options.records)
  } else if (options.force) {
    await remark(core.db, target.id, scope)
  }
}

function explain(core: Core, target: Target, error: unknown): Stopped {
  const cause = error instanceof RunStopped ? error.cause : error
  if (cause instanceof SyncError) {
    return { code: cause.code, message: cause.message, retryAfterMs: cause.retryAfterMs }
  }
  if (error instanceof ProblemError) {
    const { message, fix } = error.problem
    return { code: 'local', message: fix ? `${message} ${fix}` : message, retryAfterMs: null }
  }
  const message = error instanceof Error ? error.message : String(error)
  core.ports.log.error('A run failed unexpectedly', {
    target: target.name,
    error: error instanceof Error ? (error.stack ?? message) : message,
  })
  return {
    code: 'bug',
    message: `Something unexpected went wrong: ${message}. The log file has the details.`,
    retryAfterMs: null,
  }
}

function resultOf(recorder: RunRecorder, error: Stopped | null, signal: AbortSignal): RunResult {
  if (signal.aborted) return 'cancelled'
  if (error) return 'error'
  const { outbound, inbound, guard, errorCount } = recorder
  const open = outbound.failed + outbound.held + inbound.failed + inbound.conflicts + errorCount
  return open > 0 || guard ? 'warning' : 'success'
}

/** Leaves on the target what people and the scheduler need to know of the run. */
async function noteResult(
  trx: Trx,
  target: Target,
  request: RunRequest,
  result: RunResult,
  error: Stopped | null,
  now: number,
): Promise<void> {
  const completed = result === 'success' || result === 'warning'
  const whole = request.options.entities === null && request.options.records === null
  await noteTarget(trx, target.id, {
    ...(completed ? { lastSuccessOn: now, lastError: null, lastErrorCode: null } : {}),
    ...(completed && whole ? { initialDone: 1 } : {}),
    ...(error ? { lastError: error.message, lastErrorCode: error.code } : {}),
    ...(error?.code === 'auth'
      ? {
          pausedReason: `${target.name} refused the sign-in: ${error.message} Check the key or password, then resume.`,
        }
      : {}),
  })
}

function renewLease(core: Core, { name, owner }: Lease): () => void {
  const { clock, log } = core.ports
  let cancel = () => {}
  const renew = () => {
    const now = toMicros(clock.now())
    takeLease(core.db, name, owner, now, toMicros(leaseMs)).catch((error: unknown) =>
      log.warn('A lease was not renewed', { lease: name, error: String(error) }),
    )
    cancel = clock.timer(leaseMs / 3, renew)
  }
  cancel = clock.timer(leaseMs / 3, renew)
  return () => cancel()
}
