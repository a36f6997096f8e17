/** Trying whether a backup could be restored, and keeping what was found. */
import { z } from 'zod'
import type { Core } from '../../core.ts'
import { testRestore, type BackupContents } from '../../db/backup-contents.ts'
import { DatabaseProblem, type DatabaseProblemCode } from '../../db/database-problem.ts'
import { migrations } from '../../db/migrations/index.ts'
import type { Db } from '../../db/schema.ts'

/** Kept beside the settings, under this name. */
const key = 'restoreTest'

/** Times in milliseconds since 1970 UTC. */
const note = z.object({
  /** When a backup was last found good. */
  okOn: z.number().nullable(),
  /** The last one that was found bad, and when. */
  failed: z.object({ on: z.number(), file: z.string() }).nullable(),
})
export type RestoreTests = z.infer<typeof note>

const none: RestoreTests = { okOn: null, failed: null }

/** What the tests so far found. */
export async function readRestoreTests(db: Db): Promise<RestoreTests> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst()
  const known = note.safeParse(JSON.parse(row?.value ?? 'null'))
  return known.success ? known.data : none
}

/** What is said of the backup itself; all else, such as a full disk, says nothing about it. */
const verdicts: ReadonlySet<DatabaseProblemCode> = new Set(['damaged', 'not-a-database', 'newer'])

/**
 * Tries a backup and notes how it went. Throws the `DatabaseProblem` for which a restore would refuse it.
 * @param file the database in use
 */
export async function tryBackup(
  core: Core,
  { file, from, appVersion }: { file: string; from: string; appVersion: string },
): Promise<BackupContents> {
  const { clock } = core.ports
  try {
    const contents = await testRestore({ file, from, clock, steps: migrations, appVersion })
    const { failed } = await readRestoreTests(core.db)
    await keep(core, { okOn: clock.now(), failed: failed?.file === from ? null : failed })
    return contents
  } catch (error) {
    if (error instanceof DatabaseProblem && verdicts.has(error.code)) {
      const { okOn } = await readRestoreTests(core.db)
      await keep(core, { okOn, failed: { on: clock.now(), file: from } })
    }
    throw error
  }
}

async function keep({ db }: Core, tests: RestoreTests): Promise<void> {
  const value = JSON.stringify(tests)
  await db
    .insertInto('setting')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
