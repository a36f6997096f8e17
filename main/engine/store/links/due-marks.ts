/**
 * Telling targets that something changed. A record is due for a target while `entityModifiedOn > entitySyncedOn`;
 * the one writer mirrors each record's stamp and tombstone into its sync records, in the transaction of the change.
 */
import type { Trx } from '../../db/schema.ts'
import { markRoots, type Mark } from './body-parts.ts'
import { add, firstEvent, move } from './move-records.ts'
import { page } from '../sql/page.ts'

const changes = page({ entity: 'text', id: 'text', stamp: 'int', event: 'text', deleted: 'int' })

const given = (marks: readonly Mark[]) =>
  changes.json(
    marks.map((mark) => ({
      ...mark,
      event: mark.deleted ? 'deletedHere' : 'changedHere',
      deleted: mark.deleted ? 1 : 0,
    })),
  )

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
    await add(
      trx,
      [firstEvent('linked'), firstEvent('unmatched')],
      {
        event: `iif(scope.firstState = 'unmatched', '${firstEvent('unmatched')}', '${firstEvent('linked')}')`,
        values: {
          targetId: 'scope.targetId',
          entity: 'scope.entity',
          recordId: 'item.id',
          entityModifiedOn: 'item.stamp',
        },
        from: `${changes.from()} JOIN target_scope AS scope ON scope.entity = item.entity
          WHERE scope.outbound = 1 AND scope.targetId <> ?2`,
      },
      given(created),
      exceptTarget,
    )
  }
  if (changed.length > 0) {
    await move(
      trx,
      ['changedHere', 'deletedHere'],
      {
        set: { entityModifiedOn: 'item.stamp', recordDeleted: 'item.deleted' },
        from: changes.from(),
        where: `sync_record.recordId = item.id AND sync_record.targetId <> ?2
          AND EXISTS (SELECT 1 FROM target_scope AS scope
            WHERE scope.targetId = sync_record.targetId AND scope.entity = sync_record.entity AND scope.outbound = 1)`,
      },
      given(changed),
      exceptTarget,
    )
  }
  await markRoots(trx, marks, exceptTarget)
  const deleted = changed.filter((mark) => mark.deleted)
  if (deleted.length > 0) {
    await move(
      trx,
      'overtaken',
      {
        set: {
          entitySyncedOn: `CASE WHEN state = 'conflict' THEN entitySyncedOn ELSE entityModifiedOn END`,
        },
        where: `recordId IN (SELECT value FROM json_each(?))`,
      },
      JSON.stringify(deleted.map((mark) => mark.id)),
    )
  }
}
