/** How much a run would delete or overwrite at a target: read before anything is sent, so that a person can be asked. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import { jsonPage, value } from '../sql/statement.ts'
import { due } from './sync-records.ts'

/** Due deletions of records the target knows. */
export async function countDeletions(
  db: Db,
  targetId: number,
  entity: EntityName,
): Promise<number> {
  return (
    (await value<number>(
      db,
      // Named, or SQLite walks everything the target has by its remote ids.
      `SELECT count(*) AS value FROM sync_record AS s INDEXED BY sync_record_deletions
       WHERE s.targetId = ? AND s.entity = ?
         AND s.recordDeleted = 1 AND s.remoteId IS NOT NULL AND ${due}`,
      targetId,
      entity,
    )) ?? 0
  )
}

/**
 * How many live records may leave the target, at most, because the value they are there by was changed (`Resource.shared`):
 * which of them do, only a plan can tell. Walks the due rows only.
 */
export async function countLeaving(
  db: Db,
  targetId: number,
  { entity, field }: { readonly entity: EntityName; readonly field: string },
): Promise<number> {
  return (
    (await value<number>(
      db,
      // Named for the same reason.
      `SELECT count(*) AS value FROM sync_record AS s INDEXED BY sync_record_due
         CROSS JOIN ${entities[entity].table} AS r
       WHERE s.targetId = ? AND s.entity = ? AND ${due} AND s.remoteId IS NOT NULL AND s.recordDeleted = 0
         AND r.id = s.recordId AND r.${field} IS NOT s.agreed ->> '$.${field}'`,
      targetId,
      entity,
    )) ?? 0
  )
}

/** Its own content was confirmed; what it repeats of other records has changed since. */
const isPartOnly = `(s.partModifiedOn > 0 AND s.entitySyncedOn = s.entityModifiedOn - 1)`

/** A withdrawn consent, by itself or repeated with its person: to say so waits for nobody. */
const isWithdrawal = `((s.entity = 'contactPreference' AND EXISTS (SELECT 1 FROM contact_preference AS c
    WHERE c.id = s.recordId AND c.status = 'optedOut'))
  OR (s.entity = 'person' AND ${isPartOnly} AND EXISTS (SELECT 1 FROM contact_preference AS c
    WHERE c.person = s.recordId AND c.status = 'optedOut' AND c.deletedOn IS NULL)))`

const ownName = `(SELECT name FROM target WHERE id = s.targetId)`

/**
 * A due update nobody made here by hand: it came in from another target, or follows from a new field mapping. What the
 * target itself changed last is laid over what is due, and tells nothing of where that came from. Of what only repeats
 * something else, that tells where it came from.
 */
const notByHand = `s.remoteId IS NOT NULL AND s.recordDeleted = 0 AND ((s.mappingVersion > 0
    AND s.mappingVersion <> (SELECT mappingVersion FROM target WHERE id = s.targetId))
  OR (NOT ${isWithdrawal} AND CASE WHEN ${isPartOnly}
    THEN EXISTS (SELECT 1 FROM audit AS a WHERE a.stamp = s.partModifiedOn AND a.origin = 'target' AND a.source <> ${ownName})
    ELSE EXISTS (SELECT 1 FROM audit AS a WHERE a.stamp = s.entityModifiedOn AND a.origin = 'target')
      AND (SELECT a.origin FROM audit AS a WHERE a.recordId = s.recordId
        AND NOT (a.origin = 'target' AND a.source = ${ownName}) ORDER BY a.stamp DESC LIMIT 1) = 'target' END))`

/**
 * How many records of the target may be overwritten by changes nobody made here, at most: what they would change there
 * only a plan can tell. Walks the due rows only.
 */
export async function countOverwrites(
  db: Db,
  targetId: number,
  entity: EntityName,
): Promise<number> {
  return (
    (await value<number>(
      db,
      // Named for the same reason.
      `SELECT count(*) AS value FROM sync_record AS s INDEXED BY sync_record_due
       WHERE s.targetId = ? AND s.entity = ? AND ${due} AND ${notByHand}`,
      targetId,
      entity,
    )) ?? 0
  )
}

/** Which of these due rows such a change would overwrite. */
export async function readOverwrites(
  db: Db,
  rowNos: readonly number[],
): Promise<ReadonlySet<number>> {
  const found = await jsonPage<number>(
    db,
    `SELECT json_group_array(s.rowNo) AS page FROM sync_record AS s
     WHERE s.rowNo IN (SELECT value FROM json_each(?)) AND ${notByHand}`,
    JSON.stringify(rowNos),
  )
  return new Set(found)
}

/** Records of an entity the target has. Counts rows: only for a decision about mass changes. */
export async function countLinked(db: Db, targetId: number, entity: EntityName): Promise<number> {
  return (
    (await value<number>(
      db,
      `SELECT count(*) AS value FROM sync_record WHERE targetId = ? AND entity = ? AND remoteId IS NOT NULL`,
      targetId,
      entity,
    )) ?? 0
  )
}
