/**
 * Certainty, per target and kind of record: the target is known to have nothing of ours that Marshal does not know of.
 * Without it nothing is created there before what is there was looked at. It is gained by a complete listing, or from a
 * person who says so; a restored backup, a recovered file, and a new target do not have it.
 */
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { jsonPage, run } from '../sql/statement.ts'

/** Kinds of records that are sent to a target and of which it may have some that nobody here knows of. */
export async function readUncertain(db: Db, targetId: number): Promise<ReadonlySet<EntityName>> {
  const found = await jsonPage<EntityName>(
    db,
    `SELECT json_group_array(entity) AS page FROM target_scope WHERE targetId = ? AND outbound = 1 AND certain = 0`,
    targetId,
  )
  return new Set(found)
}

/** The same for every target that has any, by its id. */
export async function readAllUncertain(
  db: Db,
): Promise<ReadonlyMap<number, ReadonlySet<EntityName>>> {
  const found = await jsonPage<readonly [number, EntityName]>(
    db,
    `SELECT json_group_array(json_array(targetId, entity)) AS page FROM target_scope WHERE outbound = 1 AND certain = 0`,
  )
  const byTarget = Map.groupBy(found, ([targetId]) => targetId)
  return new Map([...byTarget].map(([id, rows]) => [id, new Set(rows.map(([, entity]) => entity))]))
}

/**
 * Notes that what the target has of these is known from now on.
 * @param listing number of the listing that told so, above 1; left out where nothing was listed
 */
export async function noteCertain(
  db: Db,
  targetId: number,
  entities: readonly EntityName[],
  listing = 1,
): Promise<void> {
  await run(
    db,
    `UPDATE target_scope SET certain = ?3 WHERE targetId = ?1 AND entity IN (SELECT value FROM json_each(?2))`,
    targetId,
    JSON.stringify(entities),
    listing,
  )
}

/**
 * Number of a listing: its time by the target's clock in microseconds, where the last three digits are chance, so that no
 * two are equal when a clock was set back.
 * @param remoteNow milliseconds since 1970 UTC
 * @param chance from 0 to below 1
 */
export function listingNumber(remoteNow: number, chance: number): number {
  return Math.floor(remoteNow) * 1_000 + Math.floor(chance * 1_000)
}

/**
 * Numbers of the listings that told what a target has, by kind. What is created after one is another creation than what
 * was sent before it, even of the same record as it was then: the target may have had that and removed it, and must
 * neither take the one for a repetition of the other nor count it as older than its removal.
 */
export async function readListings(
  db: Db,
  targetId: number,
): Promise<ReadonlyMap<EntityName, number>> {
  const found = await jsonPage<readonly [EntityName, number]>(
    db,
    `SELECT json_group_array(json_array(entity, certain)) AS page FROM target_scope WHERE targetId = ? AND certain > 1`,
    targetId,
  )
  return new Map(found)
}
