/** One run from beginning to end: lease, log, connect, pull, push, result. Never throws for what a target may do. */
import { errorMeanings } from '../../../contract/error-meanings.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { RunView } from '../../../contract/sync.ts'
import type { EntityName, RunKind, RunResult, RunTrigger } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import { readListings, readUncertain } from '../../store/links/certainty.ts'
import {
  finishRun,
  findUnfinishedRun,
  insertRun,
  listRuns,
  pruneRuns,
  type UnfinishedRun,
} from '../../store/runs/runs.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import { releaseRetries } from '../../store/links/sync-records.ts'
import {
  noteTarget,
  releaseLease,
  takeLease,
  type Lease,
  type Target,
} from '../../store/runs/targets.ts'
import {
  countHeld,
  countWaiting,
  newestStamp,
  readWaitingErrors,
  type PushScope,
} from '../../store/links/waiting-records.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import type { Breaker } from '../breaker.ts'
import { clockOffsetKeeper, type Connected } from '../connect-target.ts'
import { openConnection } from '../open-connection.ts'
import { pullTarget } from '../inbound/pull-target.ts'
import { pushTarget } from '../outbound/push-target.ts'
import { recover } from '../outbound/recover.ts'
import { probe, RunStopped, type RunOptions } from '../run-context.ts'
import { earnedResult, errorOfRecords, type Stopped } from './earned-result.ts'
import { kindOf, mustList } from './kind-of.ts'
import { openRun } from './open-run.ts'
import { createRunRecorder, type RunRecorder } from './run-recorder.ts'
import { wakeRecords } from './wake-records.ts'

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
  /** Why its result is `error`: it could not go on, or nothing of what it sent arrived. Null for any other result. */
  readonly error: Stopped | null
}

const leaseMs = 60_000
const runsKept = { newest: 100, eventful: 500 } as const

/** Runs now. The caller makes sure that only one run per target goes on in this process. */
export async function executeRun(
  core: Core,
  target: Target,
  request: RunRequest,
  { breaker, signal }: { readonly breaker: Breaker; readonly signal: AbortSignal },
): Promise<RunOutcome> {
  const { clock, ids } = core.ports
  const now = () => toMicros(clock.now())
  const lease = { name: `run:${target.id}`, owner: ids.uuid() }
  const { recorder, kind, uncertain } = await beginRun(core, target, request, lease)
  const stopRenewing = renewLease(core, lease)
  let released = false
  try {
    const worked = await work({
      core,
      target,
      kind,
      uncertain,
      request,
      breaker,
      signal,
      recorder,
    })
    const { stopped, answered } = worked
    if (stopped) {
      const { code, message } = stopped
      const about = { entity: null, recordId: null, remoteId: null }
      await recorder.logErrors(core.db, [{ ...about, code, message }])
    }
    const waiting = await noteWaiting(core, worked.sent, recorder)
    const result = earnedResult({
      cancelled: signal.aborted,
      stopped,
      outbound: recorder.outbound,
      inbound: recorder.inbound,
      guard: recorder.guard,
      errorCount: recorder.errorCount,
      unconfirmed: recorder.unconfirmed.count > 0,
    })
    // A cancelled run leaves no error behind; one of which nothing arrived stands for its records.
    const error = stopped ?? (result === 'cancelled' ? null : waiting)
    // One transaction, one wait for the disk: a run with nothing to do is mostly that.
    await probe(core, 'run:finish')
    // A renewal behind this transaction would take the lease that it gives back.
    stopRenewing()
    await core.db.transaction().execute(async (trx) => {
      await recorder.save(trx, null)
      await finishRun(trx, recorder.id, result, now())
      await noteResult(trx, target, {
        ...{ request, result, stopped, error, now: now() },
        history: worked.history,
      })
      await pruneRuns(trx, target.id, runsKept)
      await releaseLease(trx, lease)
    })
    released = true
    await probe(core, 'run:finished')
    const [run] = await listRuns(core.db, { ids: [recorder.id], limit: 1 })
    core.live.emit({ type: 'run', run: run! })
    return { run: run!, error: result === 'error' ? error : null, answered }
  } finally {
    stopRenewing()
    if (!released) await releaseLease(core.db, lease)
  }
}

interface Begun {
  readonly recorder: RunRecorder
  readonly kind: RunKind
  readonly uncertain: ReadonlySet<EntityName>
}

/** Takes the lease and starts a run, or takes up the one that was interrupted. One transaction, one wait for the disk. */
async function beginRun(
  core: Core,
  target: Target,
  request: RunRequest,
  lease: Lease,
): Promise<Begun> {
  const { clock, ids } = core.ports
  const now = toMicros(clock.now())
  await probe(core, 'run:begin')
  const begun = await core.db.transaction().execute(async (trx) => {
    if (!(await takeLease(trx, lease, now, toMicros(leaseMs)))) {
      throw new Error(`Another run of ${target.name} holds its lease`)
    }
    const unfinished = await findUnfinishedRun(trx, target.id)
    const uncertain = await readUncertain(trx, target.id)
    const kind = kindOf(core, target, { request, unfinished, uncertain })
    if (unfinished && canResume(unfinished, kind, request)) {
      return { id: unfinished.id, kind, uncertain, resumed: unfinished }
    }
    const id = ids.uuid()
    if (unfinished) await finishRun(trx, unfinished.id, 'cancelled', now)
    const { trigger, options } = request
    await insertRun(trx, { id, targetId: target.id, kind, trigger, options, startedOn: now })
    return { id, kind, uncertain, resumed: null }
  })
  await probe(core, 'run:begun')
  const { id, kind, uncertain, resumed } = begun
  const recorder = createRunRecorder({
    id,
    targetName: target.name,
    live: core.live,
    clock,
    ...(resumed ? { outbound: resumed.outbound, inbound: resumed.inbound } : {}),
  })
  return { recorder, kind, uncertain }
}

function canResume(unfinished: UnfinishedRun, kind: RunKind, request: RunRequest): boolean {
  return (
    unfinished.kind === kind &&
    JSON.stringify(unfinished.options) === JSON.stringify(request.options)
  )
}

interface Worked {
  /** Why it could not go on, null when it came to its end. */
  readonly stopped: Stopped | null
  readonly answered: boolean
  /** What it was to send, and the stamp up to which; null when it did not come to that, or only receives. */
  readonly sent: { readonly scope: PushScope; readonly stamp: number } | null
  /** The history the target has, null where it tells none. */
  readonly history: string | null
}

interface Work {
  readonly core: Core
  readonly target: Target
  readonly kind: RunKind
  readonly uncertain: ReadonlySet<EntityName>
  readonly request: RunRequest
  readonly breaker: Breaker
  readonly signal: AbortSignal
  readonly recorder: RunRecorder
}

async function work(facts: Work): Promise<Worked> {
  const { core, target, kind, request, breaker, signal, recorder } = facts
  recorder.enter('connecting', null, null)
  const clockOffset = clockOffsetKeeper(core, target)
  let connected: Connected | null = null
  let sent: Worked['sent'] = null
  let history: string | null = null
  try {
    const opened = await openConnection(core, facts.target, {
      ...{ breaker, signal, onClockOffset: clockOffset.note },
    })
    connected = opened.connected
    const { target, defined } = opened
    history = (await connected.connection.history?.(signal)) ?? null
    // Restored, or another in its place: all there is here is sent again, and told apart by what each side has seen.
    const isOther =
      history !== null && (target.history ?? null) !== null && history !== target.history
    const options = isOther ? { ...request.options, force: true } : request.options
    const listings = new Map(await readListings(core.db, target.id))
    const { uncertain } = facts
    const context = openRun(core, {
      ...{ target, connected, uncertain, clockOffset, options, listings, defined },
      ...{ run: recorder, signal },
    })
    const impatient = request.trigger === 'manual' || request.trigger === 'reconnect'
    await releaseRetries(core.db, target.id, impatient ? null : toMicros(core.ports.clock.now()))
    await wakeRecords(core.db, target, context.bindings, options)
    const sends = context.bindings.filter(({ direction }) => direction !== 'inbound')
    if (sends.length > 0) {
      const entities = sends.map(({ entity }) => entity)
      const scope = { targetId: target.id, entities, records: options.records }
      sent = { scope, stamp: await newestStamp(core.db) }
    }
    if (target.direction !== 'inbound') await recover(context, false)
    // A hub decides better by what was typed than by what is left of it once a colleague's change came in between.
    const { hub = false } = connected.adapter.manifest
    if (hub && kind !== 'initial' && target.direction !== 'inbound') await pushTarget(context)
    // Chosen records are only sent; but never before it is known which of them the target has.
    if (options.records === null || mustList(core, target, options.entities, facts.uncertain)) {
      await pullTarget(context, kind)
    }
    if (target.direction !== 'inbound') await pushTarget(context)
    // What was held at first may have gone with what came in between.
    if (hub && recorder.outbound.held > 0) {
      const { held } = recorder.outbound
      recorder.countOutbound({ held: Math.min(await countHeld(core.db, target.id), held) - held })
    }
    return { stopped: null, answered: connected.answered(), sent, history }
  } catch (error) {
    const answered = connected?.answered() ?? false
    // What a cancelled run leaves undone is nobody's fault, least of all the network's.
    const cancelled = signal.aborted && (error instanceof RunStopped || error instanceof SyncError)
    return { stopped: cancelled ? null : explain(core, target, error), answered, sent, history }
  } finally {
    await connected?.close()
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

/** As many errors of records that wait are logged with a run as it keeps. */
const errorsRead = 1_000

/**
 * Counts what was to go and has not been confirmed, and logs why: all of it where this run tried, else one, so that a
 * run every minute does not repeat the whole list. Answers the error that stands for it, null where nothing waits.
 */
async function noteWaiting(
  core: Core,
  sent: Worked['sent'],
  recorder: RunRecorder,
): Promise<Stopped | null> {
  if (sent === null) return null
  const { unconfirmed } = recorder
  const { stamp, scope } = sent
  const waiting = await countWaiting(core.db, scope, { stamp, rowNos: unconfirmed.rowNos })
  recorder.countOutbound({ waiting: waiting - recorder.outbound.waiting })
  if (waiting === 0) return null
  const errors = await readWaitingErrors(core.db, scope, unconfirmed.count > 0 ? errorsRead : 1)
  await recorder.logErrors(core.db, errors)
  return errorOfRecords(errors, unconfirmed.retryAfterMs) ?? unconfirmed.error
}

interface Ending {
  readonly request: RunRequest
  readonly result: RunResult
  /** Why the run could not go on, null when it came to its end. */
  readonly stopped: Stopped | null
  /** The same, or why records of it wait. */
  readonly error: Stopped | null
  readonly now: number
  readonly history: string | null
}

/** Leaves on the target what people and the scheduler need to know of the run. */
async function noteResult(trx: Trx, target: Target, ending: Ending): Promise<void> {
  const { request, result, stopped, error, now, history } = ending
  const whole = request.options.entities === null && request.options.records === null
  const ended = result !== 'cancelled' && stopped === null
  await noteTarget(trx, target.id, {
    ...(ended && whole ? { initialDone: 1 } : {}),
    ...(ended && whole && history !== null && history !== target.history ? { history } : {}),
    ...(result === 'success' && whole ? { lastSuccessOn: now } : {}),
    ...(ended ? { lastError: null, lastErrorCode: null } : {}),
    ...(error ? { lastError: error.message, lastErrorCode: error.code } : {}),
    ...(stopped && errorMeanings[stopped.code].pauses
      ? { pausedReason: { code: 'sign-in', said: stopped.message } }
      : {}),
  })
}

function renewLease(core: Core, lease: Lease): () => void {
  const { clock, log } = core.ports
  let cancel = () => {}
  const renew = () => {
    const now = toMicros(clock.now())
    takeLease(core.db, lease, now, toMicros(leaseMs)).catch((error: unknown) =>
      log.warn('A lease was not renewed', { lease: lease.name, error: String(error) }),
    )
    cancel = clock.timer(leaseMs / 3, renew)
  }
  cancel = clock.timer(leaseMs / 3, renew)
  return () => cancel()
}
