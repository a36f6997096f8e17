/** One shared subscription to the engine's live stream: states, progress, finished runs, changed data. */
import type { QueryClient } from '@tanstack/vue-query'
import { computed, inject, shallowReactive, shallowRef, watch } from 'vue'
import type { App, ComputedRef, InjectionKey, ShallowRef } from 'vue'
import type { LiveEvent, Progress, RunView, StatusView } from '../../main/contract/sync.ts'
import type { TargetStatus } from '../../main/contract/targets.ts'
import type { EngineConnection } from '../engine-client.ts'
import type { EngineAccess } from './use-engine.ts'

export interface Live {
  /** Null until the first answer. Kept while the connection is lost, so that the window does not go blank. */
  readonly status: Readonly<ShallowRef<StatusView | null>>
  readonly targets: ComputedRef<readonly TargetStatus[]>
  /** False while the engine does not answer: then what was true last is not known to be true, and is not shown as if. */
  readonly known: ComputedRef<boolean>
  target(name: string): TargetStatus | undefined
  /** Progress of the run going on, by target name; gone when the run is finished. */
  readonly progress: ReadonlyMap<string, Progress>
  /** Newest finished or started run by target name, as far as the stream told since the window opened. */
  readonly runs: ReadonlyMap<string, RunView>
  /** Sums over all targets. */
  readonly totals: ComputedRef<LiveTotals>
  /** Calls back for every event. Returns a function that ends it. */
  onEvent(listener: (event: LiveEvent) => void): () => void
}

export interface LiveTotals {
  readonly pending: number
  /** Failed records plus open conflicts, over all targets. */
  readonly attention: number
  /** Records only one side knows. Most of them wait for nobody in a hurry. */
  readonly unmatched: number
  readonly busy: boolean
}

const key: InjectionKey<Live> = Symbol('live')
const firstPauseMs = 300
const longestPauseMs = 8_000
/** During an import thousands of records change each second; lists are read again at most this often. */
const rereadEveryMs = 400

/** Starts following the live stream for the life of the window, and makes it available to `useLive`. */
export function provideLive(
  app: App,
  connection: EngineConnection,
  engine: EngineAccess,
  cache: QueryClient,
): Live {
  const status = shallowRef<StatusView | null>(null)
  const progress = shallowReactive(new Map<string, Progress>())
  const runs = shallowReactive(new Map<string, RunView>())
  const listeners = new Set<(event: LiveEvent) => void>()
  const reread = createReread(engine, cache)

  const take = (event: LiveEvent) => {
    switch (event.type) {
      case 'status':
        status.value = event.status
        for (const target of event.status.targets) if (!isBusy(target)) progress.delete(target.name)
        break
      case 'progress':
        progress.set(event.progress.target, event.progress)
        break
      case 'run':
        runs.set(event.run.target, event.run)
        if (event.run.result !== null) progress.delete(event.run.target)
        reread('runs')
        break
      case 'data':
        reread('records')
        break
      case 'devices':
        reread('devices')
        break
    }
    for (const listener of listeners) listener(event)
  }

  // A run that was going on may have ended meanwhile.
  watch(connection.state, (state) => {
    if (state !== 'connected') progress.clear()
  })
  void follow(connection, take, () => void cache.invalidateQueries())

  const targets = computed(() => status.value?.targets ?? [])
  const live: Live = {
    status,
    targets,
    known: computed(() => engine.connection.value === 'connected'),
    target: (name) => targets.value.find((target) => target.name === name),
    progress,
    runs,
    totals: computed(() => ({
      pending: sum(targets.value, (target) => target.pending),
      attention: sum(targets.value, (target) => target.failed + target.conflicts),
      unmatched: sum(targets.value, (target) => target.unmatched),
      busy: targets.value.some(isBusy),
    })),
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  app.provide(key, live)
  return live
}

/** The live state of the engine. */
export function useLive(): Live {
  const live = inject(key)
  if (!live) throw new Error('useLive outside the window')
  return live
}

/** True while the target is sending or receiving. */
export function isBusy(target: TargetStatus): boolean {
  return target.state === 'sending' || target.state === 'receiving'
}

function sum(targets: readonly TargetStatus[], of: (target: TargetStatus) => number): number {
  return targets.reduce((total, target) => total + of(target), 0)
}

/** Reads the stream again and again, with growing pauses while the engine does not answer. */
async function follow(
  connection: EngineConnection,
  take: (event: LiveEvent) => void,
  onReturn: () => void,
): Promise<never> {
  let pauseMs = firstPauseMs
  for (;;) {
    try {
      let first = true
      for await (const event of await connection.client.status.watch()) {
        if (first) {
          if (connection.state.value === 'lost') onReturn()
          connection.report('alive')
          pauseMs = firstPauseMs
          first = false
        }
        take(event)
      }
    } catch {
      // Every way a stream can break means the same: it is gone, and asked for again below.
    }
    connection.report('lost')
    await Promise.race([pause(pauseMs), signedIn(connection)])
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    if (connection.state.value === 'signed-out') await signedIn(connection)
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Settles as soon as the connection leaves the signed-out state; never, if it is not in it. */
function signedIn(connection: EngineConnection): Promise<void> {
  return new Promise((resolve) => {
    if (connection.state.value !== 'signed-out') return
    const stop = watch(connection.state, () => {
      stop()
      resolve()
    })
  })
}

type Stale = 'records' | 'runs' | 'devices'

/** Collects what is out of date and marks it in the cache at most every `rereadEveryMs`. */
function createReread(engine: EngineAccess, cache: QueryClient): (what: Stale) => void {
  const stale = new Set<Stale>()
  const { orpc } = engine
  const keys = {
    records: [
      ...[orpc.desk.key(), orpc.roster.key(), orpc.records.key(), orpc.ownFields.key()],
      ...[orpc.conflicts.key(), orpc.matches.key(), orpc.devices.key()],
    ],
    devices: [orpc.devices.key()],
    runs: [
      ...[orpc.sync.key(), orpc.failures.key(), orpc.conflicts.key(), orpc.matches.key()],
      ...[orpc.records.key(), orpc.desk.entrant.key(), orpc.targets.syncRecords.key()],
    ],
  }
  return (what) => {
    stale.add(what)
    if (stale.size > 1) return
    setTimeout(() => {
      const queryKeys = new Set([...stale].flatMap((one) => keys[one]))
      stale.clear()
      for (const queryKey of queryKeys) void cache.invalidateQueries({ queryKey })
    }, rereadEveryMs)
  }
}
