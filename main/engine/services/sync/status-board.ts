/** The live state of every target in one place: counters, what is running, and whether the target answers. */
import type { Progress, StatusView, StorageTrouble } from '../../../contract/sync.ts'
import type { TargetCounts, TargetStatus } from '../../../contract/targets.ts'
import { pauseText } from '../../../contract/words-en.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import type { Scheduler } from '../../schedule/scheduler.ts'
import { targetState } from '../../schedule/target-state.ts'
import { readAllUncertain } from '../../store/links/certainty.ts'
import { readGuarded } from '../../store/runs/runs.ts'
import { toIso, toMicros } from '../../store/sql/stamps.ts'
import { listTargets, readCounts, readRecordCounts, type Target } from '../../store/runs/targets.ts'
import { allRetrying, readRetrying } from '../../store/links/waiting-records.ts'
import { pauseOf } from '../../sync/pause.ts'
import { mustList } from '../../sync/runs/kind-of.ts'
import { targetNamed } from '../targets/target-named.ts'

/** A changed status is told at most this often, milliseconds. */
const tellEveryMs = 150

export interface StatusBoard {
  all(): Promise<StatusView>
  one(name: string): Promise<TargetStatus>
  /** Tells listeners soon that something changed. */
  changed(): void
  stop(): void
}

export interface BoardControls {
  readonly isRunning: (target: string) => boolean
  readonly pausedAll: () => boolean
  readonly trouble: () => StorageTrouble | null
  readonly scheduler: Pick<Scheduler, 'nextRunOn' | 'retryOn' | 'reachable'>
}

/** What is read of a target beside itself and its counts. */
interface Facts {
  readonly guarded: boolean
  readonly retrying: boolean
  readonly uncertain: ReadonlySet<EntityName>
}

const none: TargetCounts = { pending: 0, held: 0, failed: 0, conflicts: 0, unmatched: 0 }

export function createStatusBoard(core: Core, controls: BoardControls): StatusBoard {
  const progress = new Map<string, Progress>()
  let cancelTimer: (() => void) | null = null
  let telling = false
  let again = false
  let stopped = false

  const statusOf = (
    target: Target,
    counts: TargetCounts,
    { guarded, retrying, uncertain }: Facts,
  ): TargetStatus => {
    const { name } = target
    const running = controls.isRunning(name) ? (progress.get(name)?.phase ?? 'connecting') : null
    const paused = pauseOf(target, controls.pausedAll())
    const retryOn = controls.scheduler.retryOn(name)
    const nextRunOn = paused === null ? controls.scheduler.nextRunOn(name) : null
    return {
      name,
      adapter: target.adapter,
      direction: target.direction,
      ...counts,
      state: targetState({
        paused: paused !== null,
        running,
        reachable: controls.scheduler.reachable(name),
        guarded,
        retrying,
        confirmed: target.initialDone && !mustList(core, target, null, uncertain),
        lastError: target.lastErrorCode,
        counts,
        mirrors: target.mode === 'mirror',
      }),
      lastSuccessOn: toIso(target.lastSuccessOn),
      nextRunOn: nextRunOn === null ? null : toIso(toMicros(nextRunOn)),
      retryOn: retryOn === null || paused !== null ? null : toIso(toMicros(retryOn)),
      lastError: target.lastError,
      ...(target.lastErrorCode === null ? {} : { errorCode: target.lastErrorCode }),
      ...hostOf(target.url),
      paused,
      pausedReason: paused && pauseText(paused, name),
      clockOffsetMs: target.clockOffsetMs,
    }
  }

  const read = async (): Promise<readonly TargetStatus[]> => {
    const targets = await listTargets(core.reader)
    const counts = await readCounts(core.reader)
    const guarded = await readGuarded(core.reader)
    const waiting = await readRetrying(core.reader)
    const uncertain = await readAllUncertain(core.reader)
    return targets.map((target) => {
      const of = counts.get(target.id) ?? none
      return statusOf(target, of, {
        guarded: guarded.has(target.id),
        retrying: allRetrying(of.pending, waiting.get(target.id) ?? 0),
        uncertain: uncertain.get(target.id) ?? new Set(),
      })
    })
  }

  const board: StatusBoard = {
    async all() {
      const trouble = controls.trouble()
      return {
        targets: [...(await read())],
        records: await readRecordCounts(core.reader),
        ...(trouble ? { trouble } : {}),
      }
    },
    async one(name) {
      return targetNamed(await read(), name)
    },
    changed() {
      if (stopped) return
      if (telling || cancelTimer) {
        again = true
        return
      }
      cancelTimer = core.ports.clock.timer(tellEveryMs, () => {
        cancelTimer = null
        telling = true
        again = false
        board
          .all()
          .then((status) => core.live.emit({ type: 'status', status }))
          .catch((error: unknown) => {
            // Closed while it was read: nobody is left to be told.
            if (stopped) return
            core.ports.log.warn('The status could not be read', { error: String(error) })
          })
          .finally(() => {
            telling = false
            if (again) board.changed()
          })
      })
    },
    stop() {
      stopped = true
      cancelTimer?.()
      unsubscribe()
    },
  }
  const unsubscribe = core.live.on((event) => {
    if (event.type === 'progress') progress.set(event.progress.target, event.progress)
    if (event.type !== 'status') board.changed()
  })
  return board
}

/** Host and port of an address, for people; nothing where it is none yet. */
function hostOf(url: string): { readonly host?: string } {
  const host = URL.parse(url)?.host ?? ''
  return host === '' ? {} : { host }
}
