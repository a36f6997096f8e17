/** Readiness for race day: reads what is known of data, targets, backups and this computer; deciding is `decide/readiness.ts`. */
import { stat } from 'node:fs/promises'
import { isLocked } from '../../../contract/event-lock.ts'
import { likeliestEvent } from '../../../contract/likeliest-event.ts'
import type { ReadinessReport } from '../../../contract/readiness.ts'
import type { StatusView } from '../../../contract/sync.ts'
import type { Core } from '../../core.ts'
import { listBackups } from '../../db/automatic-backups.ts'
import { backupFolderOf } from '../../db/database-files.ts'
import type { DatabaseSource } from '../../db/sqlite-connection.ts'
import { countDoubles } from '../../store/attention/doubles.ts'
import { countMatches } from '../../store/attention/matches.ts'
import { countEntrants, readLastCalls } from '../../store/check/readiness-facts.ts'
import { readDeskEvents } from '../../store/desk/entrants.ts'
import { listTargets, type Target } from '../../store/runs/targets.ts'
import { readWorkers } from '../../store/writer/audit.ts'
import { readinessLines, worstLight, type ReadinessFacts } from './decide/readiness.ts'
import type { StatusBoard } from '../sync/status-board.ts'
import type { SettingsStore } from './settings-store.ts'
import { readRestoreTests } from './restore-test.ts'

/** Who changed something since then counts as seen, milliseconds. */
const seenMs = 7 * 24 * 60 * 60_000

export interface ReadinessControls {
  readonly database: DatabaseSource
  readonly settings: Pick<SettingsStore, 'current'>
  readonly status: Pick<StatusBoard, 'all'>
}

/** @param eventId the event to speak of; null takes the likeliest */
export async function readReadiness(
  core: Core,
  eventId: string | null,
  { database, settings, status }: ReadinessControls,
): Promise<ReadinessReport> {
  const { clock } = core.ports
  const now = clock.now()
  const state = await status.all()
  const events = await readDeskEvents(core.reader)
  const event = events.find(({ id }) => id === eventId) ?? likeliestEvent(events, now)
  const facts: ReadinessFacts = {
    now,
    event: event && (await countEntrants(core.reader, event.id)),
    hasGroups: (event?.startGroups.length ?? 0) > 0,
    eventOn: event?.startDateTime ? Date.parse(event.startDateTime) : null,
    locked: isLocked(settings.current().lockedUntil, now),
    doubles: await countDoubles(core.reader),
    ...(await targetFacts(core, state)),
    ...(await backupFacts(core, database.file)),
    diskFree: await core.ports.files.freeBytes().catch(() => null),
    battery: (await core.ports.battery?.().catch(() => null)) ?? null,
    deviceName: settings.current().deviceName,
    people: await readWorkers(core.reader, (now - seenMs) * 1000),
    storageLost: state.trouble !== undefined,
  }
  const lines = readinessLines(facts)
  return {
    event: event && { id: event.id, name: event.name },
    light: worstLight(lines),
    lines: [...lines],
    on: new Date(now).toISOString(),
  }
}

async function targetFacts(
  core: Core,
  { targets: states }: StatusView,
): Promise<Pick<ReadinessFacts, 'targets' | 'matches' | 'webhooks'>> {
  const targets = await listTargets(core.reader)
  const lastCalls = await readLastCalls(core.reader)
  const canCall = ({ adapter, direction }: Target) =>
    direction !== 'outbound' && core.adapters.get(adapter)?.manifest.webhook === true
  return {
    targets: states.map((state) => ({
      ...state,
      lastSuccessOn: state.lastSuccessOn === null ? null : Date.parse(state.lastSuccessOn),
      paused: state.paused?.code ?? null,
    })),
    matches: await countMatches(core.reader, {
      targetIds: targets.map(({ id }) => id),
      kinds: ['possible'],
    }),
    webhooks: targets.filter(canCall).map(({ name }) => {
      const micros = lastCalls.get(name)
      return { target: name, lastOn: micros === undefined ? null : micros / 1000 }
    }),
  }
}

async function backupFacts(
  core: Core,
  file: string,
): Promise<Pick<ReadinessFacts, 'backupOn' | 'restoreTest' | 'databaseBytes'>> {
  const [newest] = await listBackups(backupFolderOf(file), core.ports.clock.now())
  const { okOn, failed } = await readRestoreTests(core.reader)
  return {
    backupOn: newest?.on ?? null,
    // An older one that is no good is no reason to worry: the newest is what would be restored.
    restoreTest:
      failed !== null && failed.file === newest?.file
        ? { on: failed.on, ok: false }
        : okOn === null
          ? null
          : { on: okOn, ok: true },
    // It may have been taken away.
    databaseBytes: await stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  }
}
