/** The engine: everything wired together, without knowing where it runs. A host supplies the ports and starts it. */
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../contract/contract.ts'
import type { ExportFormat, ImportOptions, ImportReport } from '../contract/imports.ts'
import type { Problem } from '../contract/problem.ts'
import type { Settings } from '../contract/settings.ts'
import type { LiveEvent } from '../contract/sync.ts'
import type { EntityName } from '../contract/words.ts'
import { createCaller, type CallContext } from './caller.ts'
import type { Core } from './core.ts'
import { backupDatabase } from './db/backup.ts'
import { createDailyBackup } from './daily-backup.ts'
import { openScratchCopy, removeScratchCopies } from './db/scratch-copy.ts'
import { lostProblem } from './db/file-guard.ts'
import { openDatabase } from './db/open-database.ts'
import type { OpenDatabase } from './db/opened-database.ts'
import { createFileWatch } from './file-watch.ts'
import { createHub, type Hub } from './hub/hub.ts'
import { createLive } from './live.ts'
import { createLongWork } from './long-work.ts'
import { startParts, stopParts, type Part } from './parts.ts'
import type { Ports } from './ports.ts'
import {
  createScheduler,
  type RunOutcome as ScheduledOutcome,
  type SchedulerDeps,
} from './schedule/scheduler.ts'
import { createSignal } from './signal.ts'
import { createRouter, type EngineRouter } from './services/router.ts'
import { prometheusText } from './services/sync/metrics.ts'
import { createDeskLocks } from './services/desk/desk-locks.ts'
import { createSettings } from './services/system/settings-store.ts'
import { tellKeptTicks } from './services/targets/kept-ticks.ts'
import { createStatusBoard } from './services/sync/status-board.ts'
import { createUploads } from './services/data/uploads.ts'
import { endImportsCutShort } from './store/imports/import-runs.ts'
import { nextRetryOn } from './store/links/sync-records.ts'
import { fillUnfilled } from './store/links/scope.ts'
import { dropLeases, findTarget, listTargets } from './store/runs/targets.ts'
import { createTargetWatch } from './sync/watch-targets.ts'
import { createWebhookReceiver, type WebhookAnswer } from './sync/inbound/receive-webhook.ts'
import { pauseOf } from './sync/pause.ts'
import { probeTarget } from './sync/probe-target.ts'
import { plainOptions } from './sync/run-context.ts'
import type { RunOutcome, RunRequest } from './sync/runs/execute-run.ts'
import { createRunQueue } from './sync/runs/run-queue.ts'
import type { Adapter, WebhookRequest } from './targets/kit/adapter.ts'
import { adapters, marshal, registerAdapters } from './targets/registry.ts'
import { exportFile, type ExportOptions } from './export/export-records.ts'
import { importFile } from './import/import-file.ts'
import type { ToCorrect } from './import/report.ts'
import { formatOf, type OpenSource } from './import/table.ts'

export { migrations } from './db/migrations/index.ts'
export { liftEventLock } from './db/event-lock.ts'
export { restoreDatabase } from './db/restore.ts'
export type { CallContext, EngineRouter, Hub, WebhookAnswer, WebhookRequest }

export interface EngineOptions {
  readonly host: 'desktop' | 'edge'
  readonly version: string
  /** False for a command that does one thing: no schedule, no probes; it may read where nothing can be written. */
  readonly schedule?: boolean
  /** Adapters beyond those of this build. */
  readonly adapters?: readonly Adapter[]
}

export interface Engine {
  readonly router: EngineRouter
  /** What desks ask of it, where a host lets them in. */
  readonly hub: Hub
  /** The same contract in this process; what the command line uses. */
  readonly client: ContractRouterClient<Contract>
  /** Set when a damaged database was put aside at opening and a backup took its place. */
  readonly recovered: { readonly asideFile: string; readonly backupFile: string | null } | null
  /** Set when nothing can be written here and what is there was opened for reading: why, in words. */
  readonly onlyReads: Problem | null
  /** Starts the schedule and takes up interrupted runs. */
  start(): Promise<void>
  /** Takes no more work, lets the batch under way settle, closes the database. */
  stop(): Promise<void>
  /** The computer woke up, or its network came back. */
  wake(reason: 'resume' | 'online'): void
  onLive(listener: (event: LiveEvent) => void): () => void
  onSettings(listener: (settings: Settings) => void): () => void
  /** Told when the database file was taken away or replaced, and again when a copy of everything saved was made. */
  onTrouble(listener: (problem: Problem) => void): void
  /**
   * Takes in what a remote system sends to `/hooks/NAME`; a run works it in soon. Never throws.
   * @param mayTake asked once a webhook has proven whose it is; false refuses it as one too many
   */
  receiveWebhook(
    target: string,
    request: WebhookRequest,
    mayTake?: () => boolean,
  ): Promise<WebhookAnswer>
  /** Prometheus text. */
  metrics(): Promise<string>
  importFile(
    file: {
      readonly name: string
      readonly open: OpenSource
      /** Told of every row with something to correct, however many there are. */
      readonly toCorrect?: ToCorrect
    },
    options: ImportOptions,
    onProgress: (done: number, total: number | null) => void,
    signal: AbortSignal,
  ): Promise<ImportReport>
  /** Text, or the bytes of a workbook; without sensitive fields unless they are asked for. */
  exportRecords(
    entity: ImportOptions['entity'],
    format: ExportFormat,
    options?: ExportOptions,
  ): AsyncIterable<string | Uint8Array>
  backupTo(file: string): Promise<void>
}

/**
 * Opens the data folder and wires the engine. Throws `ProblemError` `database` or `disk-full` when it cannot, and an
 * `Error` that names the adapter when one in `options` cannot be used.
 */
export async function createEngine(ports: Ports, options: EngineOptions): Promise<Engine> {
  const { clock, log } = ports
  const registry = registerAdapters([...adapters, marshal, ...(options.adapters ?? [])])
  const database = await openDatabase({
    file: join(ports.files.dataDir, 'marshal.db'),
    clock,
    appVersion: options.version,
    orOnlyRead: options.schedule === false,
    ...(ports.probe ? { probe: ports.probe } : {}),
  })
  const uploads = createUploads(join(ports.files.dataDir, 'imports'))
  // What can only be read stays as it was left.
  if (!database.onlyReads) {
    await tidyUp(database, log)
    await uploads.clear()
  }
  const settings = await createSettings(database.db)
  const locks = await createDeskLocks(database.db)
  const pausedAll = () => settings.current().pausedAll
  const changes = createSignal<readonly [entities: readonly EntityName[], from?: string]>()
  const stateMayChange = createSignal<void>()
  const caller = createCaller()
  const core: Core = {
    db: database.db,
    reader: database.reader,
    scratch: () => openScratchCopy(database.file),
    ports,
    adapters: registry,
    live: createLive(log),
    caller,
    who: () => settings.who(caller.current()),
    longWork: createLongWork(),
    onChange: (...change) => caller.inBackground(() => changes.tell(change)),
  }
  const queue = createRunQueue(core, pausedAll)
  const request = async (name: string, asked: RunRequest): Promise<RunOutcome | null> => {
    stateMayChange.tell()
    const trouble = database.trouble()
    if (trouble) throw lostProblem(trouble)
    const outcome = await queue.request(name, asked)
    stateMayChange.tell()
    return outcome
  }
  const scheduler = createScheduler({
    clock,
    log,
    ...whatIsScheduled(core, pausedAll),
    requestRun: async (name, asked) => {
      // It was told when it began; a line for every target and minute would say no more.
      if (database.trouble()) return toScheduled(null)
      try {
        return toScheduled(await request(name, { ...asked, options: plainOptions }))
      } catch (error) {
        // This run was the one that found the database lost.
        if (database.trouble()) return toScheduled(null)
        throw error
      }
    },
    probe: (name) => probeTarget(core, name, queue.breaker(name)),
    onStateChange: () => stateMayChange.tell(),
  })
  const webhooks = createWebhookReceiver(core, {
    breaker: queue.breaker,
    pausedAll,
    onReceived: (name) => scheduler.received(name),
  })
  const trouble = () => database.trouble()
  const status = createStatusBoard(core, {
    ...{ isRunning: queue.isRunning, trouble, pausedAll, scheduler },
  })
  stateMayChange.on(status.changed)
  const watch = createFileWatch(clock, database, log, status.changed)
  const news = createTargetWatch(core, pausedAll, scheduler.news)
  const dailyBackup = createDailyBackup(core, database.file, options.version)
  const parts: readonly Part[] = [
    { name: 'database', stop: () => database.close() },
    { name: 'status', stop: status.stop },
    { name: 'webhooks', stop: webhooks.forget },
    { name: 'long work', stop: core.longWork.stop },
    { name: 'runs', stop: queue.stop },
    { name: 'schedule', start: scheduler.start, stop: scheduler.stop },
    { name: 'news', start: news.start, stop: news.stop },
    { name: 'changes', ...listening(() => changes.on((change) => scheduler.changed(...change))) },
    { name: 'file watch', start: watch.start, stop: watch.stop },
    { name: 'daily backup', start: dailyBackup.start, stop: dailyBackup.stop },
    { name: 'hub', ...letIn(core) },
  ]
  const targetsChanged = async () => {
    await scheduler.reload()
    await news.reload()
    status.changed()
  }
  const hub = createHub(core, changes.on)
  const router = createRouter(core, {
    ...{ status, hub },
    request: async (name, asked) => {
      const outcome = await request(name, asked)
      if (outcome) scheduler.noteOutcome(name, toScheduled(outcome))
      return outcome?.run ?? null
    },
    cancel: (name) => queue.cancel(name),
    pausedAll,
    pauseAll: async (paused) => {
      await settings.set({ pausedAll: paused })
      if (paused) for (const { name } of await listTargets(core.reader)) void queue.cancel(name)
      await targetsChanged()
    },
    onTargetsChanged: async () => {
      await webhooks.forget()
      await targetsChanged()
    },
    startRuns: async () => scheduler.changed(await allEntities(core)),
    settings,
    about: {
      version: options.version,
      dataFolder: ports.files.dataDir,
      host: options.host,
      secrets: ports.secrets.kind,
      restarts: ports.restart !== undefined,
      restored: database.opening.restored,
    },
    database,
    uploads,
    locks,
  })

  return {
    router,
    hub,
    client: createRouterClient(router, { context: {} }),
    recovered: database.opening.recovered,
    onlyReads: database.onlyReads?.problem ?? null,
    start: async () => (options.schedule === false ? undefined : startParts(parts)),
    stop: () => stopParts(parts),
    wake: (reason) => scheduler.wake(reason),
    onLive: (listener) => core.live.on(listener),
    onSettings: (listener) => settings.onChange(listener),
    onTrouble: (listener) => watch.onTrouble(listener),
    receiveWebhook: webhooks.receive,
    metrics: async () => prometheusText(await status.all(), options.version),
    importFile: ({ name, open, toCorrect }, asked, onProgress, signal) =>
      importFile(
        core,
        open,
        { ...asked, fileName: name, format: formatOf(name), ...(toCorrect && { toCorrect }) },
        { onProgress: ({ done }) => onProgress(done, null), signal },
      ),
    exportRecords: (entity, format, asked) => exportFile(core, entity, format, asked),
    backupTo: async (file) => void (await backupDatabase(database, file)),
  }
}

/** Ends what the last run of the program left half done. */
async function tidyUp({ db, file }: OpenDatabase, log: Ports['log']): Promise<void> {
  await dropLeases(db)
  await endImportsCutShort(db)
  await fillUnfilled(db)
  await tellKeptTicks(db, log)
  await removeScratchCopies(file)
}

/** What the schedule reads of the targets. */
function whatIsScheduled(
  core: Core,
  pausedAll: () => boolean,
): Pick<SchedulerDeps, 'listTargets' | 'targetsFor' | 'nextRetryOn'> {
  return {
    listTargets: async () =>
      (await listTargets(core.reader)).map(({ name, adapter, schedule, pausedReason }) => ({
        name,
        quick: core.adapters.get(adapter)?.manifest.hub ?? false,
        schedule,
        paused: pauseOf({ pausedReason }, pausedAll()) !== null,
      })),
    targetsFor: async (entities) =>
      (await listTargets(core.reader))
        .filter((target) => target.entities.some((entity) => entities.includes(entity)))
        .map((target) => target.name),
    nextRetryOn: async (name) => {
      const target = await findTarget(core.reader, name)
      const on = target ? await nextRetryOn(core.reader, target.id) : null
      return on === null ? null : on / 1000
    },
  }
}

/** A subscription as a part of the engine. */
function listening(subscribe: () => () => void): Omit<Part, 'name'> {
  let end = () => {}
  return { start: () => void (end = subscribe()), stop: () => end() }
}

/** Who comes in is told to the window; nobody does once the engine stops. */
function letIn({ live, ports: { hub: door } }: Core): Omit<Part, 'name'> {
  if (!door) return { stop: () => undefined }
  const { start, stop } = listening(() => door.onChange(() => live.emit({ type: 'devices' })))
  return {
    ...(start ? { start } : {}),
    async stop() {
      await stop()
      await door.shut()
    },
  }
}

/** What the schedule needs to know of a run. */
function toScheduled(outcome: RunOutcome | null): ScheduledOutcome {
  if (!outcome) return { result: 'cancelled', error: null }
  return {
    result: outcome.run.result ?? 'error',
    error: outcome.error,
    answered: outcome.answered,
  }
}

async function allEntities(core: Core): Promise<readonly EntityName[]> {
  return [...new Set((await listTargets(core.reader)).flatMap((target) => target.entities))]
}
