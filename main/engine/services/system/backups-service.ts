/** Backups: made by hand, listed with what they hold, tried out, and put in place of the data. */
import { implement } from '@orpc/server'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { contract } from '../../../contract/contract.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { mostChanges, type AboutView, type BackupView } from '../../../contract/settings.ts'
import type { Core } from '../../core.ts'
import { listBackups, nameByHand } from '../../db/automatic-backups.ts'
import { readBackup, type BackupContents } from '../../db/backup-contents.ts'
import { backupDatabase } from '../../db/backup.ts'
import { backupFolderOf, restoreCommand } from '../../db/database-files.ts'
import { migrations } from '../../db/migrations/index.ts'
import { planRestore } from '../../db/restore.ts'
import type { DatabaseSource } from '../../db/sqlite-connection.ts'
import { toIso } from '../../store/sql/stamps.ts'
import { countChangesSince, findAudit } from '../../store/writer/audit.ts'
import { tryBackup } from './restore-test.ts'

const os = implement(contract).settings

/** What the answer to a restore gets to reach the window before everything is closed, milliseconds. */
const answerMs = 300

interface BackupControls {
  readonly database: DatabaseSource
  readonly about: AboutView
}

export function backupHandlers(core: Core, { database, about }: BackupControls) {
  const { clock } = core.ports
  const folder = backupFolderOf(database.file)

  /** The path of a listed backup; whoever asks names nothing else on this disk. */
  const listed = async (file: string): Promise<string> => {
    const found = (await listBackups(folder, clock.now())).find((backup) => backup.file === file)
    if (found) return found.file
    throw new ProblemError({
      code: 'not-found',
      message: `There is no backup ${file}.`,
      fix: 'Choose one from the list; older automatic backups are removed as new ones are made.',
    })
  }

  return {
    backup: os.backup.handler(async () => {
      const file = join(folder, nameByHand(clock.now()))
      // Missing until the first automatic backup.
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await backupDatabase(database, file)
      return { file }
    }),
    backups: os.backups.handler(() => readBackups(core, database)),
    tryBackup: os.tryBackup.handler(async ({ input }) => {
      const from = await listed(input.file)
      const asked = { file: database.file, from, appVersion: about.version }
      const contents = await core.longWork.run(() => tryBackup(core, asked))
      return { contents: toView(contents), changesSince: await changesSince(core, contents) }
    }),
    restore: os.restore.handler(async ({ input }) => {
      const from = await listed(input.file)
      const { restart } = core.ports
      if (!restart) {
        throw new ProblemError({
          code: 'wrong-use',
          message: 'Marshal cannot start again by itself here, so it cannot restore a backup.',
          fix: `Quit it and run: ${restoreCommand(about.dataFolder, from)}`,
        })
      }
      const asked = { file: database.file, from, clock, steps: migrations }
      await core.longWork.run(() => planRestore({ ...asked, appVersion: about.version }))
      clock.timer(answerMs, restart)
      return { ok: true as const }
    }),
  }
}

/** Null where the newest change of the backup is not in the history here: then the one does not go on from the other. */
async function changesSince(
  { reader }: Core,
  { newest, newestRecord }: BackupContents,
): Promise<number | null> {
  if (newest > 0 && (await findAudit(reader, newest))?.recordId !== newestRecord) return null
  return countChangesSince(reader, newest, mostChanges)
}

/** The backups there are, newest first, with what each holds. */
export async function readBackups(core: Core, { file }: DatabaseSource): Promise<BackupView[]> {
  const views: BackupView[] = []
  for (const backup of await listBackups(backupFolderOf(file), core.ports.clock.now())) {
    const contents = await readBackup(backup.file).then(toView, () => null)
    const on = new Date(backup.on).toISOString()
    views.push({ file: backup.file, on, bytes: backup.bytes, contents })
  }
  return views
}

function toView({ records, newest }: BackupContents) {
  return { records, newestOn: newest === 0 ? null : toIso(newest) }
}
