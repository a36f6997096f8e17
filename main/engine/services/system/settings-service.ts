/** Settings of this installation, and care for its data: check, backup. */
import { implement } from '@orpc/server'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { contract } from '../../../contract/contract.ts'
import type { AboutView } from '../../../contract/settings.ts'
import type { Core } from '../../core.ts'
import { listBackups } from '../../db/automatic-backups.ts'
import { backupDatabase } from '../../db/backup.ts'
import type { DatabaseSource } from '../../db/sqlite-connection.ts'
import { checkAndMend, checkStore } from '../../store/check/integrity.ts'
import { listTargetNames } from '../../store/runs/targets.ts'
import type { SettingsStore } from './settings-store.ts'

const os = implement(contract).settings

export interface SettingsControls {
  readonly settings: SettingsStore
  readonly about: AboutView
  /** Path of `marshal.db`. */
  readonly database: DatabaseSource
  readonly pauseAll: (paused: boolean) => Promise<void>
}

export function settingsHandlers(core: Core, controls: SettingsControls) {
  const folder = join(dirname(controls.database.file), 'backups')
  return {
    get: os.get.handler(() => controls.settings.current()),
    set: os.set.handler(async ({ input: { pausedAll, ...changes } }) => {
      const was = controls.settings.current().pausedAll
      if (pausedAll !== undefined && pausedAll !== was) await controls.pauseAll(pausedAll)
      return controls.settings.set(changes)
    }),
    about: os.about.handler(() => controls.about),
    check: os.check.handler(async () =>
      checkAndMend(core.db, async () =>
        checkStore(core.reader, controls.database, await storedSecrets(core)),
      ),
    ),
    backup: os.backup.handler(async () => {
      const day = new Date(core.ports.clock.now()).toISOString().replace(/[:.]/g, '-')
      const file = join(folder, `marshal-by-hand-${day}.db`)
      // Missing until the first automatic backup.
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await backupDatabase(controls.database, file)
      return { file }
    }),
    backups: os.backups.handler(async () => {
      const backups = await listBackups(folder, core.ports.clock.now())
      return backups.map(({ file, on, bytes }) => ({ file, on: new Date(on).toISOString(), bytes }))
    }),
  }
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
