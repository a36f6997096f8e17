/**
 * Records that arrived with a root (`Part.own`) which is there under another id now, or not at all; and those that wait for
 * theirs, as it is nobody here.
 */
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import { forgetVersions } from './inbox.ts'
import { move } from '../links/move-records.ts'
import { page, type PageRow } from '../sql/page.ts'
import { rows, run } from '../sql/statement.ts'

/**
 * Lets go of them: they are known there by no id any more, and arrive again with whoever they belong to then.
 * @param part their kind, and their field that refers to the root
 * @param roots records whose root moved or left
 */
export async function releaseArrived(
  trx: Trx,
  targetId: number,
  part: { readonly entity: EntityName; readonly field: string },
  roots: readonly string[],
): Promise<void> {
  if (roots.length === 0) return
  const found = await rows<{ rowNo: number; remoteId: string }>(
    trx,
    `SELECT s.rowNo AS rowNo, s.remoteId AS remoteId FROM json_each(?1) AS item
       CROSS JOIN ${entities[part.entity].table} AS r CROSS JOIN sync_record AS s
     WHERE r.${part.field} = item.value AND s.recordId = r.id AND s.targetId = ?2 AND s.remoteId IS NOT NULL`,
    JSON.stringify(roots),
    targetId,
  )
  if (found.length === 0) return
  await move(
    trx,
    'rootMoved',
    { where: `rowNo IN (SELECT value FROM json_each(?))` },
    JSON.stringify(found.map(({ rowNo }) => rowNo)),
  )
  await forgetVersions(
    trx,
    targetId,
    part.entity,
    found.map(({ remoteId }) => remoteId),
  )
}

const restingPage = page({ id: 'int', waitsFor: 'text' })

/** Lets staged records rest until their roots are linked. */
export async function awaitRoots(
  trx: Trx,
  items: readonly PageRow<typeof restingPage>[],
): Promise<void> {
  if (items.length === 0) return
  await run(
    trx,
    `UPDATE inbox SET state = 'waiting', waitsFor = item.waitsFor FROM ${restingPage.from()}
     WHERE inbox.id = item.id AND inbox.state = 'new'`,
    restingPage.json(items),
  )
}

/** What waited for these roots is to be worked in. */
export async function wakeParts(
  trx: Trx,
  targetId: number,
  entity: EntityName,
  roots: readonly string[],
): Promise<void> {
  if (roots.length === 0) return
  await run(
    trx,
    `UPDATE inbox SET state = 'new', waitsFor = NULL WHERE id IN (
       SELECT i.id FROM json_each(?3) AS item CROSS JOIN inbox AS i INDEXED BY inbox_waiting
       WHERE i.targetId = ?1 AND i.waitsFor = item.value AND i.state = 'waiting' AND i.entity = ?2)`,
    targetId,
    entity,
    JSON.stringify(roots),
  )
}
