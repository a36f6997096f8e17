/** A scheduler on a fake clock, with targets that answer what a test says. */
import type { EntityName } from '../../main/contract/words.ts'
import {
  createScheduler,
  type ProbeAnswer,
  type RunOutcome,
  type RunWish,
  type ScheduledTarget,
  type Scheduler,
} from '../../main/engine/schedule/scheduler.ts'
import { fakeClock, settle, type FakeClock } from '../support/fake-clock.ts'

export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const tenYears = 3_652 * 24 * hour
export const success: RunOutcome = { result: 'success', error: null }
export const offline: RunOutcome = {
  result: 'error',
  error: { code: 'offline', retryAfterMs: null },
}

export interface Asked extends RunWish {
  readonly name: string
  /** Seconds since the stage was set. */
  readonly at: number
}

export interface Stage {
  readonly clock: FakeClock
  readonly scheduler: Scheduler
  readonly targets: ScheduledTarget[]
  /** Every run asked for. */
  readonly runs: Asked[]
  /** Every probe, as seconds since the stage was set. */
  readonly probes: number[]
  readonly complaints: string[]
  readonly stateChanges: string[]
  /** What the next runs and probes answer. */
  run: (asked: Asked) => RunOutcome | Promise<RunOutcome>
  probe: () => ProbeAnswer | Promise<ProbeAnswer>
  retryOn: number | null
  /** Forgets what was asked so far. */
  clear(): void
}

export const everyMinute: ScheduledTarget = {
  name: 'timing',
  schedule: { delta: '* * * * *', reconcile: null },
  paused: false,
}

/** A scheduler that has not started, with one target. */
export function stageOf(...targets: ScheduledTarget[]): Stage {
  const clock = fakeClock()
  const start = clock.elapsed()
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const stage: Stage = {
    clock,
    targets: targets.length > 0 ? targets : [everyMinute],
    runs: [],
    probes: [],
    complaints: [],
    stateChanges: [],
    run: () => success,
    probe: () => 'online',
    retryOn: null,
    clear() {
      stage.runs.length = 0
      stage.probes.length = 0
    },
    scheduler: createScheduler({
      clock,
      log: { ...log, error: (message) => void stage.complaints.push(message) },
      listTargets: async () => [...stage.targets],
      targetsFor: async (entities: readonly EntityName[]) =>
        entities.includes('person') ? stage.targets.map(({ name }) => name) : [],
      requestRun: async (name, wish) => {
        const asked = { name, ...wish, at: (clock.elapsed() - start) / second }
        stage.runs.push(asked)
        return stage.run(asked)
      },
      probe: async () => {
        stage.probes.push((clock.elapsed() - start) / second)
        return stage.probe()
      },
      nextRetryOn: async () => stage.retryOn,
      onStateChange: (name) => void stage.stateChanges.push(name),
    }),
  }
  return stage
}

/** A started scheduler whose targets have answered; what happened so far is forgotten. */
export async function running(...targets: ScheduledTarget[]): Promise<Stage> {
  const stage = stageOf(...targets)
  await stage.scheduler.start()
  await settle()
  stage.clear()
  return stage
}

/** The same with a network that is gone: the first scheduled run has found out. */
export async function cutOff(): Promise<Stage> {
  const stage = await running()
  stage.run = () => offline
  stage.probe = () => 'offline'
  await stage.clock.walk(minute)
  stage.clear()
  return stage
}

export const triggers = (stage: Stage) => stage.runs.map(({ trigger }) => trigger)
