/** Trying whether a backup could be restored, and keeping when that was done last. */
import { z } from 'zod'
import type { Core } from '../../core.ts'
import { testRestore, type BackupContents } from '../../db/backup-contents.ts'
import { DatabaseProblem } from '../../db/database-problem.ts'
import { migrations } from '../../db/migrations/index.ts'
import type { Db } from '../../db/schema.ts'

/** Kept beside the settings, under this name. */
const key = 'restoreTest'

const note = z.object({
  /** Milliseconds since 1970 UTC. */
  on: z.number(),
  ok: z.boolean(),
})
export type RestoreTest = z.infer<typeof note>

/** The last test; null where none was made. */
export async function readRestoreTest(db: Db): Promise<RestoreTest | null> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst()
  if (!row) return null
  const known = note.safeParse(JSON.parse(row.value))
  return known.success ? known.data : null
}

/**
 * Tries a backup and notes how it went. Throws the `DatabaseProblem` for which a restore would refuse it.
 * @param file the database in use
 */
export async function tryBackup(
  core: Core,
  { file, from, appVersion }: { file: string; from: string; appVersion: string },
): Promise<BackupContents> {
  try {
    const contents = await testRestore({ file, from, steps: migrations, appVersion })
    await keep(core, true)
    return contents
  } catch (error) {
    // A full disk says nothing about the backup.
    if (error instanceof DatabaseProblem && error.code !== 'disk-full') await keep(core, false)
    throw error
  }
}

async function keep(core: Core, ok: boolean): Promise<void> {
  const value = JSON.stringify({ on: core.ports.clock.now(), ok } satisfies RestoreTest)
  await core.db
    .insertInto('setting')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
