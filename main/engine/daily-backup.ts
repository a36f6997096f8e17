/**
 * A backup a day while the engine runs, unless one was made otherwise, tried out at once. The newest good one of the folder
 * takes the place of a damaged database at the next start.
 */
import { stat } from 'node:fs/promises'
import type { Core } from './core.ts'
import { backUpAutomatically, listBackups } from './db/automatic-backups.ts'
import { backupFolderOf } from './db/database-files.ts'
import { tryBackup } from './services/system/restore-test.ts'

/** Not while everything else starts, milliseconds. */
const firstLookMs = 5 * 60_000
const lookEveryMs = 60 * 60_000
/** Less than a day, so that it does not wander into the afternoon. */
const oldMs = 20 * 60 * 60_000
/** The disk must have room for the copy twice over: a full one stops the Desk. */
const roomFor = 3

export interface DailyBackup {
  start(): void
  stop(): void
}

/** @param file the database in use */
export function createDailyBackup(core: Core, file: string, appVersion: string): DailyBackup {
  const { clock, files, log } = core.ports
  let cancel = () => {}

  const isOld = async (): Promise<boolean> => {
    const [newest] = await listBackups(backupFolderOf(file), clock.now())
    return !newest || Math.abs(clock.now() - newest.on) >= oldMs
  }

  const make = async (): Promise<void> => {
    if (!(await isOld())) return
    const { size } = await stat(file)
    if ((await files.freeBytes()) < size * roomFor) {
      log.warn('There is too little room on the disk for the daily backup', { bytes: size })
      return
    }
    const backup = await backUpAutomatically({ file }, { clock, reason: 'daily' })
    log.info('Daily backup', { file: backup.file })
    // It was made all the same.
    await tryBackup(core, { file, from: backup.file, appVersion }).catch((error: unknown) =>
      log.warn('The daily backup was made, but not found good', {
        file: backup.file,
        error: String(error),
      }),
    )
  }

  const look = () => {
    cancel = clock.timer(lookEveryMs, look)
    core.longWork
      .run(make)
      .catch((error: unknown) => log.warn('The daily backup failed', { error: String(error) }))
  }

  return {
    start: () => void (cancel = clock.timer(firstLookMs, look)),
    stop: () => cancel(),
  }
}
