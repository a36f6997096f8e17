/**
 * What helps those who look after Marshal and may leave this computer: versions, settings, counts, runs, the log. No
 * secret and no data of people: of records there are only numbers, of errors only their codes.
 */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings, AboutView, BackupView } from '../../../contract/settings.ts'
import type { StatusView } from '../../../contract/sync.ts'
import type { ReadinessReport } from '../../../contract/readiness.ts'
import type { Core } from '../../core.ts'
import { listRuns } from '../../store/runs/runs.ts'
import { listTargets, readRecordCounts, type Target } from '../../store/runs/targets.ts'
import { rows } from '../../store/sql/statement.ts'
import { safeLogLine, type Hidden } from './decide/safe-log.ts'

/** How much of the end of the log is looked at, bytes. */
const logBytes = 256 * 1024
const runsTold = 50

export interface DiagnosticsParts {
  readonly about: AboutView
  readonly settings: Settings
  readonly status: StatusView
  readonly readiness: ReadinessReport
  readonly backups: readonly BackupView[]
}

export async function diagnostics(
  core: Core,
  { about, settings, status, readiness, backups }: DiagnosticsParts,
): Promise<Record<string, unknown>> {
  const { dataFolder, host, version, secrets } = about
  const { operatorName, deviceName, ...plain } = settings
  const targets = await listTargets(core.reader)
  return {
    made: new Date(core.ports.clock.now()).toISOString(),
    marshal: { version, host, secrets, system: core.ports.system ?? 'not known' },
    database: await aboutDatabase(core),
    settings: { ...plain, hasOperatorName: operatorName !== '', hasDeviceName: deviceName !== '' },
    records: await readRecordCounts(core.reader),
    targets: targets.map((target) => aboutTarget(target, status)),
    readiness: readiness.lines.map(({ names: _, name: __, ...line }) => line),
    backups: backups.map(({ on, bytes, contents }) => ({ on, bytes, readable: contents !== null })),
    runs: (await listRuns(core.reader, { limit: runsTold })).map(({ errors, guard, ...run }) => ({
      ...run,
      guard: guard?.code ?? null,
      errors: countsOf(errors.map(({ code, entity }) => `${code} ${entity ?? '-'}`)),
    })),
    log: await safeLog(join(dataFolder, 'log', 'marshal.log'), [[dataFolder, 'DATA']]),
  }
}

async function aboutDatabase({ reader }: Core): Promise<Record<string, unknown>> {
  const [engine] = await rows<{ version: string }>(reader, 'SELECT sqlite_version() AS version')
  const steps = await rows<{ name: string; appliedOn: string; appVersion: string }>(
    reader,
    'SELECT name, appliedOn, appVersion FROM migration ORDER BY name DESC LIMIT 5',
  )
  return { sqlite: engine?.version, newestSteps: steps }
}

/** How a target is set up and how it is; what its filter and mapping say may be about people. */
function aboutTarget(target: Target, { targets }: StatusView): Record<string, unknown> {
  const status = targets.find(({ name }) => name === target.name)
  const { name, adapter, mode, direction, conflicts, remoteDeletion, entities, schedule } = target
  return {
    ...{ name, adapter, mode, direction, conflicts, remoteDeletion, entities, schedule },
    hasFilter: target.filter !== null,
    mappingVersion: target.mappingVersion,
    paused: target.pausedReason?.code ?? null,
    lastErrorCode: target.lastErrorCode,
    clockOffsetMs: target.clockOffsetMs,
    state: status?.state ?? null,
    counts: status && {
      pending: status.pending,
      held: status.held,
      failed: status.failed,
      conflicts: status.conflicts,
      unmatched: status.unmatched,
    },
    lastSuccessOn: status?.lastSuccessOn ?? null,
  }
}

function countsOf(words: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(words, (word) => word)].map(([w, all]) => [w, all.length]),
  )
}

/** The end of the log, line by line; nothing where there is none. */
async function safeLog(file: string, hidden: Hidden): Promise<readonly unknown[]> {
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return []
  try {
    const { size } = await handle.stat()
    const from = Math.max(0, size - logBytes)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
    return buffer
      .toString('utf8', 0, bytesRead)
      .split('\n')
      .flatMap((line) => safeLogLine(line, hidden) ?? [])
  } finally {
    await handle.close()
  }
}
