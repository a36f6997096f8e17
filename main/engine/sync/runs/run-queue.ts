/**
 * One run per target at a time, a few targets side by side. A request while an equal one waits is merged with it; a
 * request while one runs is followed by one more, because the world changed after that one began.
 */
import type { Core } from '../../core.ts'
import { findTarget } from '../../store/runs/targets.ts'
import { pauseOf } from '../pause.ts'
import { createBreaker, type Breaker } from '../breaker.ts'
import { executeRun, type RunOutcome, type RunRequest } from './execute-run.ts'

/** Targets that may run at the same time. */
const sideBySide = 4

interface Waiting {
  readonly target: string
  request: RunRequest
  readonly done: PromiseWithResolvers<RunOutcome | null>
}

export interface RunQueue {
  /** Resolves when the run has ended; null when the target is gone or paused by then: whoever asks, a pause holds. */
  request(target: string, request: RunRequest): Promise<RunOutcome | null>
  /** Drops what waits and stops what runs; resolves when that has ended. */
  cancel(target: string): Promise<void>
  isRunning(target: string): boolean
  /** The breaker of a target, which outlives its runs. */
  breaker(target: string): Breaker
  /** Ends all runs after the batch that is under way, and takes no new ones. */
  stop(): Promise<void>
}

const isImpatient = ({ trigger }: RunRequest) => trigger === 'manual' || trigger === 'reconnect'

/** @param pausedAll whether a person has paused all targets at once */
export function createRunQueue(core: Core, pausedAll: () => boolean): RunQueue {
  const waiting: Waiting[] = []
  const running = new Map<
    string,
    { readonly stop: AbortController; readonly done: Promise<void> }
  >()
  const breakers = new Map<string, Breaker>()
  let stopped = false

  const breaker = (target: string): Breaker => {
    const known = breakers.get(target)
    if (known) return known
    const made = createBreaker(core.ports.clock)
    breakers.set(target, made)
    return made
  }

  const execute = async ({ target: name, request }: Waiting, signal: AbortSignal) => {
    const target = await findTarget(core.db, name)
    if (!target || pauseOf(target, pausedAll()) !== null) return null
    if (isImpatient(request)) breaker(name).reset()
    return executeRun(core, target, request, { breaker: breaker(name), signal })
  }

  const pump = () => {
    for (const item of [...waiting]) {
      if (running.size >= sideBySide) return
      if (running.has(item.target)) continue
      waiting.splice(waiting.indexOf(item), 1)
      const stop = new AbortController()
      const done = execute(item, stop.signal)
        .then(item.done.resolve, item.done.reject)
        .finally(() => {
          running.delete(item.target)
          pump()
        })
      running.set(item.target, { stop, done })
    }
  }

  return {
    request(target, request) {
      if (stopped) return Promise.resolve(null)
      const equal = waiting.find(
        (item) =>
          item.target === target &&
          item.request.kind === request.kind &&
          JSON.stringify(item.request.options) === JSON.stringify(request.options),
      )
      if (equal) {
        // A person, or the network coming back, does not wait for what the schedule would.
        if (isImpatient(request)) equal.request = request
        return equal.done.promise
      }
      const done = Promise.withResolvers<RunOutcome | null>()
      waiting.push({ target, request, done })
      pump()
      return done.promise
    },
    async cancel(target) {
      for (const item of waiting.filter((candidate) => candidate.target === target)) {
        waiting.splice(waiting.indexOf(item), 1)
        item.done.resolve(null)
      }
      const under = running.get(target)
      under?.stop.abort()
      await under?.done
    },
    isRunning: (target) => running.has(target),
    breaker,
    async stop() {
      stopped = true
      for (const item of waiting.splice(0)) item.done.resolve(null)
      for (const { stop } of running.values()) stop.abort()
      await Promise.all([...running.values()].map((item) => item.done))
    },
  }
}
