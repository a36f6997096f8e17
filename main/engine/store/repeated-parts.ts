/**
 * Records that another one's body says at a target (`EntityBinding.embeds`): their change makes the other one due, in
 * the transaction of the change, by one statement for each kind of part that any target has.
 */
import type { EntityName } from '../../contract/words.ts'
import type { Db, Trx } from '../db/schema.ts'
import { entities, fieldOf } from '../model/entities.ts'
import { jsonPage, run, rows } from './statement.ts'

/** A record that was changed just now; see `markDue`. */
export interface Mark {
  readonly entity: EntityName
  readonly id: string
  readonly stamp: number
  readonly created: boolean
  readonly deleted: boolean
}

interface Part {
  readonly changed: EntityName
  readonly entity: EntityName
  readonly field: string
  readonly carried: number
}

/** What any target has to be told of when one of these changes; one small read for a page, whatever its length. */
async function readParts(trx: Trx, changed: readonly EntityName[]): Promise<readonly Part[]> {
  return rows<Part>(
    trx,
    `SELECT DISTINCT p.changed, p.entity, p.field, p.carried FROM json_each(?) AS item
       CROSS JOIN repeated_part AS p WHERE p.changed = item.value`,
    JSON.stringify(changed),
  )
}

/**
 * Marks due what repeats a changed record, and lets a record that came into being with another one go again when that
 * one changed: it may have been given back to it.
 * @param fixable which failures a change may mend, as SQL
 * @param exceptTarget the target the change came from; it knows already (0 for none)
 */
export async function markRepeating(
  trx: Trx,
  marks: readonly Mark[],
  fixable: string,
  exceptTarget: number,
): Promise<void> {
  const parts = await readParts(trx, [...new Set(marks.map(({ entity }) => entity))])
  for (const { changed: about, entity, field, carried } of parts) {
    if (carried === 0) {
      const changed = marks.filter((mark) => mark.entity === about && !mark.created)
      if (changed.length === 0) continue
      const stamp = Math.max(...changed.map((mark) => mark.stamp))
      const what = { ids: idsOf(changed), stamp, exceptTarget }
      await markWhole(trx, { entity, field }, what, fixable)
    } else {
      const changed = idsOf(marks.filter((mark) => mark.entity === about && !mark.deleted))
      if (changed.length > 0) await wakeCarried(trx, { entity, field }, changed)
    }
  }
}

const idsOf = (marks: readonly Mark[]) => marks.map(({ id }) => id)

interface Changed {
  readonly ids: readonly string[]
  /** Newest of their stamps. */
  readonly stamp: number
  readonly exceptTarget: number
}

type Place = Pick<Part, 'entity' | 'field'>

/** What repeats these records at a target that has it already. */
async function markWhole(
  trx: Trx,
  { entity, field }: Place,
  { ids, stamp, exceptTarget }: Changed,
  fixable: string,
): Promise<void> {
  const mends = fixable.replace('item.deleted', '0')
  await run(
    trx,
    // The stamp of its own content stays: that has not changed.
    `UPDATE sync_record SET entitySyncedOn = min(entitySyncedOn, entityModifiedOn - 1), partModifiedOn = CAST(?5 AS INTEGER),
       errorCode = CASE WHEN ${mends} THEN NULL ELSE errorCode END,
       errorMessage = CASE WHEN ${mends} THEN NULL ELSE errorMessage END,
       attempts = CASE WHEN ${mends} THEN 0 ELSE attempts END,
       state = CASE WHEN ${mends} THEN 'linked' ELSE state END
     WHERE rowNo IN (
       SELECT s.rowNo FROM json_each(?1) AS item CROSS JOIN ${entities[entity].table} AS r
         CROSS JOIN sync_record AS s
       WHERE r.${field} = item.value AND r.deletedOn IS NULL AND s.recordId = r.id AND s.targetId <> ?2
         AND s.remoteId IS NOT NULL AND EXISTS (SELECT 1 FROM repeated_part AS p
           WHERE p.targetId = s.targetId AND p.changed = ?6 AND p.entity = ?3 AND p.field = ?4 AND p.carried = 0))`,
    JSON.stringify(ids),
    exceptTarget,
    entity,
    field,
    stamp,
    fieldOf(entity, field).refersTo!,
  )
}

/** Records at rest because nothing here came with them any more. */
async function wakeCarried(
  trx: Trx,
  { entity, field }: Place,
  ids: readonly string[],
): Promise<void> {
  await run(
    trx,
    `UPDATE sync_record SET state = 'linked', entitySyncedOn = min(entitySyncedOn, entityModifiedOn - 1)
     WHERE rowNo IN (
       SELECT s.rowNo FROM json_each(?1) AS item CROSS JOIN ${entities[entity].table} AS r
         CROSS JOIN sync_record AS s
       WHERE r.id = item.value AND s.recordId = r.${field} AND s.state = 'ignored' AND s.remoteId IS NOT NULL
         AND s.linkData IS NULL AND s.errorCode IS NULL AND EXISTS (SELECT 1 FROM repeated_part AS p
           WHERE p.targetId = s.targetId AND p.changed = ?2 AND p.entity = ?2 AND p.field = ?3 AND p.carried = 1))`,
    JSON.stringify(ids),
    entity,
    field,
  )
}

/**
 * By record: the remote ids of what came into being together with it at a target and is still its own, here as there.
 * One statement.
 * @param place the kind of record it comes into being with, and the field that refers to it
 */
export async function readCarriers(
  db: Db,
  targetId: number,
  { entity, field }: Place,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await jsonPage<readonly [string, string]>(
    db,
    `SELECT json_group_array(json_array(r.${field}, s.remoteId)) AS page FROM json_each(?2) AS item
       CROSS JOIN ${entities[entity].table} AS r CROSS JOIN sync_record AS s
     WHERE r.${field} = item.value AND r.deletedOn IS NULL AND s.recordId = r.id AND s.targetId = ?1
       AND s.remoteId IS NOT NULL AND coalesce(s.agreed ->> '$.${field}', r.${field}) = r.${field}`,
    targetId,
    JSON.stringify(ids),
  )
  const carriers = new Map<string, string[]>()
  for (const [id, remoteId] of found) {
    const known = carriers.get(id)
    if (known) known.push(remoteId)
    else carriers.set(id, [remoteId])
  }
  return carriers
}
