/**
 * Waits for news of the targets that can be waited for, one held question each; nobody asks again and again. A question that
 * fails is put again after a while, which grows.
 */
import type { Core } from '../core.ts'
import { findTarget, listTargets, type Target } from '../store/runs/targets.ts'
import { createBreaker } from './breaker.ts'
import { connect } from './connect-target.ts'
import { pauseOf } from './pause.ts'

export interface TargetWatch {
  start(): Promise<void>
  /** Reads the targets anew: added, changed, paused, resumed or removed. */
  reload(): Promise<void>
  stop(): Promise<void>
}

const firstWaitMs = 1_000
const longestWaitMs = 30_000

/**
 * @param onNews told the name of a target that has news, was reached for the first time, or answers no more: a run then says so
 */
export function createTargetWatch(
  core: Core,
  pausedAll: () => boolean,
  onNews: (name: string) => void,
): TargetWatch {
  const { clock } = core.ports
  let isOn = false
  let running: AbortController | null = null
  let ended: Promise<unknown> = Promise.resolve()
  let turn: Promise<void> = Promise.resolve()

  const pause = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) return resolve()
      const cancel = clock.timer(ms, resolve)
      signal.addEventListener(
        'abort',
        () => {
          cancel()
          resolve()
        },
        { once: true },
      )
    })

  const watchOne = async (target: Target, signal: AbortSignal): Promise<void> => {
    let waitMs = firstWaitMs
    let isHeard = false
    while (!signal.aborted) {
      try {
        const connected = await connect(core, target, { breaker: createBreaker(clock) })
        try {
          let place: string | null = null
          while (!signal.aborted) {
            const next: string = await connected.connection.watch!(place, signal)
            waitMs = firstWaitMs
            isHeard = true
            if (next !== place) onNews(target.name)
            place = next
          }
        } finally {
          await connected.close()
        }
      } catch {
        // The runs of the target tell people what is wrong. One that rests is watched again once it is resumed.
        // What cannot be read now, as in a database that is lost, may be read later.
        const now = await findTarget(core.reader, target.name).catch(() => target)
        if (!now || pauseOf(now, pausedAll()) !== null) return
        if (isHeard && !signal.aborted) onNews(target.name)
        isHeard = false
        await pause(waitMs, signal)
        waitMs = Math.min(waitMs * 2, longestWaitMs)
      }
    }
  }

  const begin = async (): Promise<void> => {
    const all = await listTargets(core.reader)
    const watched = all.filter(
      ({ adapter, pausedReason }) =>
        core.adapters.get(adapter)?.manifest.hub && pauseOf({ pausedReason }, pausedAll()) === null,
    )
    // It may have been stopped while the targets were read.
    if (!isOn) return
    const controller = new AbortController()
    running = controller
    ended = Promise.all(watched.map((target) => watchOne(target, controller.signal)))
  }
  const end = async (): Promise<void> => {
    running?.abort()
    running = null
    await ended
  }
  /** One after the other: what changes while targets are read is read after it. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
  return {
    start() {
      isOn = true
      return inTurn(begin)
    },
    async reload() {
      if (!isOn) return
      await inTurn(async () => {
        await end()
        if (isOn) await begin()
      })
    },
    stop() {
      isOn = false
      running?.abort()
      return inTurn(end)
    },
  }
}
