/** Settings of this installation, and care for its data: check, backup. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { isLocked } from '../../../contract/event-lock.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { AboutView } from '../../../contract/settings.ts'
import type { Core } from '../../core.ts'
import type { DatabaseSource } from '../../db/sqlite-connection.ts'
import { checkAndMend, checkStore } from '../../store/check/integrity.ts'
import { listTargetNames } from '../../store/runs/targets.ts'
import type { StatusBoard } from '../sync/status-board.ts'
import { backupHandlers, readBackups } from './backups-service.ts'
import { diagnostics } from './diagnostics.ts'
import { readReadiness } from './readiness-service.ts'
import type { SettingsStore } from './settings-store.ts'

const os = implement(contract).settings

export interface SettingsControls {
  readonly settings: SettingsStore
  readonly about: AboutView
  /** Path of `marshal.db`. */
  readonly database: DatabaseSource
  readonly pauseAll: (paused: boolean) => Promise<void>
  readonly status: StatusBoard
}

export function settingsHandlers(core: Core, controls: SettingsControls) {
  return {
    get: os.get.handler(() => controls.settings.current()),
    set: os.set.handler(async ({ input: { pausedAll, ...changes } }) => {
      refuseDayThatIsOver(changes.lockedUntil ?? null, core.ports.clock.now())
      const was = controls.settings.current().pausedAll
      if (pausedAll !== undefined && pausedAll !== was) await controls.pauseAll(pausedAll)
      return controls.settings.set(changes)
    }),
    about: os.about.handler(() => controls.about),
    autostart: os.autostart.handler(async ({ input: { on } }) => {
      const { autostart } = core.ports
      if (typeof on === 'boolean') await autostart?.set(on)
      return { on: (await autostart?.isOn()) ?? null }
    }),
    check: os.check.handler(async () =>
      checkAndMend(core.db, async () =>
        checkStore(core.reader, controls.database, await storedSecrets(core)),
      ),
    ),
    ...backupHandlers(core, controls),
    diagnostics: os.diagnostics.handler(async () =>
      diagnostics(core, {
        about: controls.about,
        settings: controls.settings.current(),
        status: await controls.status.all(),
        readiness: await readReadiness(core, null, controls),
        backups: await readBackups(core, controls.database),
      }),
    ),
  }
}

/** A lock that ended before it began would be shown as one and keep nothing out. */
function refuseDayThatIsOver(lockedUntil: string | null, now: number): void {
  if (lockedUntil === null || isLocked(lockedUntil, now)) return
  throw new ProblemError({
    code: 'wrong-use',
    message: `${lockedUntil} is over already, so the event lock cannot last until then.`,
    fix: 'Give the last day of the event, today or later.',
  })
}

/** Every secret of every target; none where the keychain cannot be reached. */
async function storedSecrets({ reader, ports: { secrets } }: Core): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of await listTargetNames(reader)) {
    for (const key of await secrets.keys(name).catch((): readonly string[] => [])) {
      const secret = await secrets.get(name, key).catch(() => null)
      if (secret !== null) found.push(secret)
    }
  }
  return found
}
