/** The engine: everything wired together, without knowing where it runs. A host supplies the ports and starts it. */
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../contract/contract.ts'
import type { ExportFormat, ImportOptions, ImportReport } from '../contract/imports.ts'
import type { Problem } from '../contract/problem.ts'
import type { Settings } from '../contract/settings.ts'
import type { LiveEvent, RunView } from '../contract/sync.ts'
import type { EntityName } from '../contract/words.ts'
import type { Core } from './core.ts'
import { backupDatabase } from './db/backup.ts'
import { createDailyBackup } from './daily-backup.ts'
import { openScratchCopy, removeScratchCopies } from './db/scratch-copy.ts'
import { lostProblem } from './db/file-guard.ts'
import { openDatabase } from './db/open-database.ts'
import { createFileWatch } from './file-watch.ts'
import { createLive } from './live.ts'
import { createLongWork } from './long-work.ts'
import type { Ports } from './ports.ts'
import { probeAnswer } from './schedule/connectivity.ts'
import { createScheduler, type RunOutcome as ScheduledOutcome } from './schedule/scheduler.ts'
import { createRouter, type EngineRouter } from './services/router.ts'
import { prometheusText } from './services/sync/metrics.ts'
import { createSettings } from './services/system/settings-store.ts'
import { tellKeptTicks } from './services/targets/kept-ticks.ts'
import { createStatusBoard } from './services/sync/status-board.ts'
import { createUploads } from './services/data/uploads.ts'
import { endImportsCutShort } from './store/imports/import-runs.ts'
import { nextRetryOn } from './store/links/sync-records.ts'
import { fillUnfilled } from './store/links/scope.ts'
import { dropLeases, findTarget, listTargets } from './store/runs/targets.ts'
import { connect } from './sync/connect-target.ts'
import { createWebhookReceiver, type WebhookAnswer } from './sync/inbound/receive-webhook.ts'
import { pauseOf } from './sync/pause.ts'
import { plainOptions } from './sync/run-context.ts'
import type { RunOutcome, RunRequest } from './sync/runs/execute-run.ts'
import { createRunQueue } from './sync/runs/run-queue.ts'
import type { Adapter, WebhookRequest } from './targets/kit/adapter.ts'
import { SyncError } from './targets/kit/sync-error.ts'
import { adapters, registerAdapters } from './targets/registry.ts'
import { exportFile, type ExportOptions } from './export/export-records.ts'
import { importFile } from './import/import-file.ts'
import type { ToCorrect } from './import/report.ts'
import { formatOf, type OpenSource } from './import/table.ts'

export { migrations } from './db/migrations/index.ts'
export { restoreDatabase } from './db/restore.ts'
export type { EngineRouter, WebhookAnswer, WebhookRequest }

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
  const registry = registerAdapters([...adapters, ...(options.adapters ?? [])])
  const database = await openDatabase({
    file: join(ports.files.dataDir, 'marshal.db'),
    clock,
    appVersion: options.version,
    orOnlyRead: options.schedule === false,
    ...(ports.probe ? { probe: ports.probe } : {}),
  })
  const uploads = createUploads(join(ports.files.dataDir, 'imports'))
  const tidy = async () => {
    await dropLeases(database.db)
    await endImportsCutShort(database.db)
    await fillUnfilled(database.db)
    await tellKeptTicks(database.db, log)
    await removeScratchCopies(database.file)
    await uploads.clear()
  }
  // What can only be read stays as it was left.
  if (!database.onlyReads) await tidy()
  const live = createLive(log)
  const settings = await createSettings(database.db)
  let changed = (_entities: readonly EntityName[], _from?: string) => {}
  const core: Core = {
    db: database.db,
    reader: database.reader,
    scratch: () => openScratchCopy(database.file),
    ports,
    adapters: registry,
    live,
    who: () => settings.who(),
    longWork: createLongWork(),
    onChange: (entities, from) => changed(entities, from),
  }
  const queue = createRunQueue(core, () => settings.current().pausedAll)

  const request = async (name: string, asked: RunRequest): Promise<RunOutcome | null> => {
    status.changed()
    const trouble = database.trouble()
    if (trouble) throw lostProblem(trouble)
    const outcome = await queue.request(name, asked)
    status.changed()
    return outcome
  }

  const probe = async (name: string): Promise<'online' | 'offline' | 'auth'> => {
    const target = await findTarget(core.reader, name)
    if (!target) return 'offline'
    const breaker = queue.breaker(name)
    try {
      breaker.reset()
      const connected = await connect(core, target, { breaker })
      try {
        await connected.connection.probe(new AbortController().signal)
        return 'online'
      } finally {
        await connected.close()
      }
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      return probeAnswer(error.code)
    }
  }

  const scheduler = createScheduler({
    clock,
    log,
    listTargets: async () =>
      (await listTargets(core.reader)).map(({ name, schedule, pausedReason }) => ({
        name,
        schedule,
        paused: pauseOf({ pausedReason }, settings.current().pausedAll) !== null,
      })),
    targetsFor: async (entities) =>
      (await listTargets(core.reader))
        .filter((target) => target.entities.some((entity) => entities.includes(entity)))
        .map((target) => target.name),
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
    probe,
    nextRetryOn: async (name) => {
      const target = await findTarget(core.reader, name)
      const on = target ? await nextRetryOn(core.reader, target.id) : null
      return on === null ? null : on / 1000
    },
    onStateChange: () => status.changed(),
  })
  const webhooks = createWebhookReceiver(core, {
    breaker: queue.breaker,
    pausedAll: () => settings.current().pausedAll,
    onReceived: (name) => scheduler.received(name),
  })
  const status = createStatusBoard(core, {
    isRunning: queue.isRunning,
    trouble: () => database.trouble(),
    pausedAll: () => settings.current().pausedAll,
    scheduler,
  })

  const runByPerson = async (name: string, asked: RunRequest): Promise<RunView | null> => {
    const outcome = await request(name, asked)
    if (outcome) {
      scheduler.noteOutcome(name, toScheduled(outcome))
    }
    return outcome?.run ?? null
  }

  const watch = createFileWatch(clock, database, log, () => status.changed())
  const dailyBackup = createDailyBackup(core, database.file)
  const router = createRouter(core, {
    status,
    request: runByPerson,
    cancel: (name) => queue.cancel(name),
    pausedAll: () => settings.current().pausedAll,
    pauseAll: async (paused) => {
      await settings.set({ pausedAll: paused })
      if (paused) for (const { name } of await listTargets(core.reader)) void queue.cancel(name)
      await scheduler.reload()
      status.changed()
    },
    onTargetsChanged: async () => {
      await webhooks.forget()
      await scheduler.reload()
      status.changed()
    },
    startRuns: async () => scheduler.changed(await allEntities(core)),
    settings,
    about: {
      version: options.version,
      dataFolder: ports.files.dataDir,
      host: options.host,
      secrets: ports.secrets.kind,
    },
    database,
    uploads,
  })

  return {
    router,
    client: createRouterClient(router, { context: {} }),
    recovered: database.opening.recovered,
    onlyReads: database.onlyReads?.problem ?? null,
    async start() {
      if (options.schedule === false) return
      changed = (entities, from) => scheduler.changed(entities, from)
      await scheduler.start()
      dailyBackup.start()
      watch.start()
    },
    async stop() {
      changed = () => {}
      dailyBackup.stop()
      watch.stop()
      scheduler.stop()
      await queue.stop()
      await core.longWork.stop()
      await webhooks.forget()
      status.stop()
      await database.close()
    },
    wake: (reason) => scheduler.wake(reason),
    onLive: (listener) => live.on(listener),
    onSettings: (listener) => settings.onChange(listener),
    onTrouble: (listener) => watch.onTrouble(listener),
    receiveWebhook: webhooks.receive,
    metrics: async () => prometheusText(await status.all(), options.version),
    importFile: (file, asked, onProgress, signal) =>
      importFile(
        core,
        file.open,
        {
          ...asked,
          fileName: file.name,
          format: formatOf(file.name),
          ...(file.toCorrect && { toCorrect: file.toCorrect }),
        },
        { onProgress: ({ done }) => onProgress(done, null), signal },
      ),
    exportRecords: (entity, format, asked) => exportFile(core, entity, format, asked),
    backupTo: async (file) => void (await backupDatabase(database, file)),
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
