/**
 * Certainty, per target and kind of record: the target is known to have nothing of ours that Marshal does not know of.
 * Without it nothing is created there before what is there was looked at. It is gained by a complete listing, or from a
 * person who says so; a restored backup, a recovered file, and a new target do not have it.
 */
import type { EntityName } from '../../contract/words.ts'
import type { Db } from '../db/schema.ts'
import { jsonPage, run } from './statement.ts'

/** Kinds of records that are sent to a target and of which it may have some that nobody here knows of. */
export async function readUncertain(db: Db, targetId: number): Promise<ReadonlySet<EntityName>> {
  const found = await jsonPage<EntityName>(
    db,
    `SELECT json_group_array(entity) AS page FROM target_scope WHERE targetId = ? AND outbound = 1 AND certain = 0`,
    targetId,
  )
  return new Set(found)
}

/** Notes that what the target has of these is known from now on. */
export async function noteCertain(
  db: Db,
  targetId: number,
  entities: readonly EntityName[],
): Promise<void> {
  await run(
    db,
    `UPDATE target_scope SET certain = 1 WHERE targetId = ?1 AND entity IN (SELECT value FROM json_each(?2))`,
    targetId,
    JSON.stringify(entities),
  )
}
