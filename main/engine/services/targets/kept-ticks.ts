/** Targets set up before sensitive fields had to be ticked keep those they were sent; the log says so once. */
import type { Db } from '../../db/schema.ts'
import type { Log } from '../../ports.ts'

export async function tellKeptTicks(db: Db, log: Log): Promise<void> {
  const kept = await db
    .selectFrom('target')
    .select(['id', 'name', 'sensitive'])
    .where('sensitiveKept', '=', 1)
    .execute()
  for (const { id, name, sensitive } of kept) {
    log.info(
      'Sensitive fields travel to this target as before; new targets get them only where they are ticked',
      { target: name, fields: JSON.parse(sensitive) as unknown },
    )
    await db.updateTable('target').set({ sensitiveKept: 2 }).where('id', '=', id).execute()
  }
}
