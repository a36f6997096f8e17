/** Keeps the log of one run: counts, errors, durable steps, and the progress people watch. */
import type { GuardFacts } from '../../../contract/reasons.ts'
import type { InboundCounts, OutboundCounts, Progress, RunError } from '../../../contract/sync.ts'
import type { EntityName, RunPhase } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import type { Live } from '../../live.ts'
import type { Clock } from '../../ports.ts'
import type { SyncError } from '../../targets/kit/sync-error.ts'
import { addRunErrors, writeCounts, writeStep } from '../../store/runs/runs.ts'

const noOutbound: OutboundCounts = {
  created: 0,
  updated: 0,
  deleted: 0,
  skipped: 0,
  held: 0,
  failed: 0,
  waiting: 0,
}
const noInbound: InboundCounts = {
  found: 0,
  created: 0,
  updated: 0,
  deleted: 0,
  skipped: 0,
  conflicts: 0,
  unmatched: 0,
  failed: 0,
}

/** Progress is told at most this often, milliseconds. */
const progressEveryMs = 200

/** What is known of deliveries that go again. */
export interface Unconfirmed {
  readonly count: number
  /** Their rows: one that was edited meanwhile is due like any other, and only this tells that it was tried. */
  readonly rowNos: ReadonlySet<number>
  /** Why the latest of them goes again. */
  readonly error: SyncError | null
  /** The longest wait the target asked for; null when it asked for none. */
  readonly retryAfterMs: number | null
}

export interface UnconfirmedItem {
  /** Of the delivery. */
  readonly key: string
  /** Of the sync record. */
  readonly rowNo: number
  readonly error: SyncError
}

export interface RunRecorder {
  readonly id: string
  /** It goes on where an interrupted one stopped. */
  readonly resumed: boolean
  readonly targetName: string
  outbound: OutboundCounts
  inbound: InboundCounts
  guard: GuardFacts | null
  /** What was sent in this run and neither confirmed nor refused, when it was settled. */
  readonly unconfirmed: Unconfirmed
  /** How many errors were logged. */
  errorCount: number
  countOutbound(change: Partial<OutboundCounts>): void
  countInbound(change: Partial<InboundCounts>): void
  /** Notes why deliveries go again. */
  noteUnconfirmed(items: readonly UnconfirmedItem[]): void
  /** Why the answer to a delivery was lost in this run, undefined where that is not known any more. */
  lostBy(key: string): SyncError | undefined
  /** Enters a phase for an entity; `total` where it is known. */
  enter(phase: RunPhase, entity: EntityName | null, total: number | null): void
  /** Tells that `count` more records are done in this phase. */
  advance(count: number): void
  /** Writes counts and where the run is, in the transaction of the page's effects. */
  save(trx: Trx, cursor: string | null, finished?: boolean): Promise<void>
  /** Logs errors of records; the first thousand are kept. */
  logErrors(db: Db, errors: readonly RunError[]): Promise<void>
}

export interface RecorderOptions {
  readonly id: string
  readonly targetName: string
  readonly live: Live
  readonly clock: Clock
  /** Counts of the run so far, when it is resumed. */
  readonly outbound?: OutboundCounts
  readonly inbound?: InboundCounts
}

const errorsKept = 1_000
/** As many lost answers are looked up at a time. */
const causesKept = 5_000

export function createRunRecorder(options: RecorderOptions): RunRecorder {
  const { id, targetName, live, clock } = options
  let phase: RunPhase = 'connecting'
  let entity: EntityName | null = null
  let total: number | null = null
  let done = 0
  const rowNos = new Set<number>()
  let unconfirmed: Unconfirmed = { count: 0, rowNos, error: null, retryAfterMs: null }
  const causes = new Map<string, SyncError>()
  let startedAt = clock.now()
  let toldAt = Number.NEGATIVE_INFINITY

  const tell = (force: boolean) => {
    const now = clock.now()
    if (!force && Math.abs(now - toldAt) < progressEveryMs) return
    toldAt = now
    const seconds = Math.max(0.001, (now - startedAt) / 1000)
    const rate = done / seconds
    const progress: Progress = {
      target: targetName,
      runId: id,
      phase,
      entity,
      done,
      total,
      rate,
      secondsLeft:
        total === null || rate === 0 ? null : Math.max(0, Math.round((total - done) / rate)),
    }
    live.emit({ type: 'progress', progress })
  }

  const recorder: RunRecorder = {
    id,
    resumed: options.outbound !== undefined,
    targetName,
    outbound: options.outbound ?? noOutbound,
    inbound: options.inbound ?? noInbound,
    guard: null,
    get unconfirmed() {
      return unconfirmed
    },
    errorCount: 0,
    countOutbound(change) {
      recorder.outbound = add(recorder.outbound, change)
    },
    countInbound(change) {
      recorder.inbound = add(recorder.inbound, change)
    },
    noteUnconfirmed(items) {
      let { count, retryAfterMs } = unconfirmed
      for (const { key, rowNo, error } of items) {
        count += 1
        rowNos.add(rowNo)
        if (error.retryAfterMs !== null) {
          retryAfterMs = Math.max(retryAfterMs ?? 0, error.retryAfterMs)
        }
        if (causes.size < causesKept) causes.set(key, error)
      }
      unconfirmed = { count, rowNos, error: items.at(-1)?.error ?? unconfirmed.error, retryAfterMs }
    },
    lostBy(key) {
      const cause = causes.get(key)
      causes.delete(key)
      return cause
    },
    enter(newPhase, newEntity, newTotal) {
      phase = newPhase
      entity = newEntity
      total = newTotal
      done = 0
      startedAt = clock.now()
      tell(true)
    },
    advance(count) {
      done += count
      tell(done === total)
    },
    async save(trx, cursor, finished = false) {
      await writeCounts(trx, id, recorder)
      await writeStep(trx, id, { phase, entity: entity ?? '', cursor, done, total, finished })
    },
    async logErrors(db, errors) {
      if (errors.length === 0) return
      const room = Math.max(0, errorsKept - recorder.errorCount)
      recorder.errorCount += errors.length
      await addRunErrors(db, id, errors.slice(0, room))
    },
  }
  return recorder
}

function add<Counts extends Readonly<Record<string, number>>>(
  counts: Counts,
  change: Partial<Counts>,
): Counts {
  const sum: Record<string, number> = { ...counts }
  for (const [name, value] of Object.entries(change)) sum[name] = (sum[name] ?? 0) + (value ?? 0)
  return sum as Counts
}
