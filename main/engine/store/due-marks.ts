/**
 * Telling targets that something changed. A record is due for a target while `entityModifiedOn > entitySyncedOn`;
 * the one writer mirrors each record's stamp and tombstone into its sync records, in the transaction of the change.
 */
import type { Trx } from '../db/schema.ts'
import { markRoots, type Mark } from './body-parts.ts'
import { run } from './statement.ts'

/**
 * A failure a change may mend. Not a creation whose answer was lost: it may be at the target, and sending it as changed
 * here would make a second one there, unseen. Only a person lets it go, or its deletion.
 */
const fixable = `(state = 'failed' AND (errorCode IS NOT 'ambiguous' OR remoteId IS NOT NULL OR item.deleted))`

/** One that a person left where it is (it has `linkData`) waits for a person. */
const outsideFilter = `(state = 'ignored' AND linkData IS NULL)`

/**
 * Marks changed records due for every target whose scope has their entity.
 * A change wakes what a person was meant to fix: failed, held and ignored records become due again and are planned anew;
 * a held one may have got another parent.
 * @param exceptTarget the target the change came from; it knows already (0 for none)
 */
export async function markDue(
  trx: Trx,
  marks: readonly Mark[],
  exceptTarget: number,
): Promise<void> {
  const created = marks.filter((mark) => mark.created)
  const changed = marks.filter((mark) => !mark.created)
  if (created.length > 0) {
    await run(
      trx,
      `INSERT INTO sync_record (targetId, entity, recordId, entityModifiedOn, state)
       SELECT scope.targetId, scope.entity, item.value ->> 1, item.value ->> 2, scope.firstState
       FROM jsonb_each(?1) AS item JOIN target_scope AS scope ON scope.entity = item.value ->> 0
       WHERE scope.outbound = 1 AND scope.targetId <> ?2`,
      JSON.stringify(created.map((mark) => [mark.entity, mark.id, mark.stamp])),
      exceptTarget,
    )
  }
  if (changed.length > 0) {
    await run(
      trx,
      `UPDATE sync_record SET
         entityModifiedOn = item.stamp,
         recordDeleted = item.deleted,
         state = CASE WHEN ${fixable} OR state = 'held' OR ${outsideFilter} THEN 'linked' ELSE state END,
         errorCode = CASE WHEN ${fixable} OR ${outsideFilter} THEN NULL ELSE errorCode END,
         errorMessage = CASE WHEN ${fixable} OR ${outsideFilter} THEN NULL ELSE errorMessage END,
         attempts = CASE WHEN ${fixable} THEN 0 ELSE attempts END
       FROM (SELECT value ->> 0 AS id, value ->> 1 AS stamp, value ->> 2 AS deleted FROM jsonb_each(?1)) AS item
       WHERE sync_record.recordId = item.id AND sync_record.targetId <> ?2
         AND EXISTS (SELECT 1 FROM target_scope AS scope
           WHERE scope.targetId = sync_record.targetId AND scope.entity = sync_record.entity AND scope.outbound = 1)`,
      JSON.stringify(changed.map((mark) => [mark.id, mark.stamp, mark.deleted ? 1 : 0])),
      exceptTarget,
    )
  }
  await markRoots(trx, marks, fixable, exceptTarget)
  const deleted = changed.filter((mark) => mark.deleted)
  if (deleted.length > 0) {
    // Nothing is left to decide about a record that is gone here.
    await run(
      trx,
      `UPDATE sync_record SET state = 'linked',
         entitySyncedOn = CASE WHEN state = 'conflict' THEN entitySyncedOn ELSE entityModifiedOn END
       WHERE recordId IN (SELECT value FROM json_each(?)) AND state IN ('conflict', 'unmatched')`,
      JSON.stringify(deleted.map((mark) => mark.id)),
    )
  }
}
