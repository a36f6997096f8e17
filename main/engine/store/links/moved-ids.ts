/** Records that live on at the target under another remote id: a registration transferred, two persons merged. */
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { rows, run } from '../sql/statement.ts'

const movedPage = page({ entity: 'text', remoteId: 'text', movedTo: 'text' })
const gonePage = page({ entity: 'text', remoteId: 'text' })
const heirs = page({ rowNo: 'int', other: 'int', remoteId: 'text' })

interface MovedRecord {
  readonly deleted: boolean
  readonly entity: EntityName
  readonly remoteId: string
  readonly movedTo?: string | null
}

/**
 * Lets the links follow, in the transaction that stages the page. One whose new id is another record of ours already stays:
 * then it is gone like any other. What is read of a moved record next counts as news.
 */
export async function followMovedIds(
  trx: Trx,
  targetId: number,
  records: readonly MovedRecord[],
): Promise<void> {
  await passOn(trx, targetId, records)
  const moved = records.flatMap(({ entity, remoteId, movedTo }) =>
    typeof movedTo === 'string' ? [{ entity, remoteId, movedTo }] : [],
  )
  if (moved.length === 0) return
  const given = movedPage.json(moved)
  // Seen under the new id already, and found to be nobody: it makes room.
  await run(
    trx,
    `DELETE FROM sync_record WHERE rowNo IN (SELECT s.rowNo FROM ${movedPage.from()} CROSS JOIN sync_record AS s
       WHERE s.targetId = ?2 AND s.entity = item.entity AND s.remoteId = item.movedTo AND s.recordId IS NULL
         AND EXISTS (SELECT 1 FROM sync_record AS old WHERE old.targetId = ?2 AND old.entity = item.entity
           AND old.remoteId = item.remoteId AND old.recordId IS NOT NULL))`,
    given,
    targetId,
  )
  await run(
    trx,
    `WITH moved AS MATERIALIZED (
       SELECT s.rowNo AS rowNo, item.movedTo AS movedTo FROM ${movedPage.from()} CROSS JOIN sync_record AS s
       WHERE s.targetId = ?2 AND s.entity = item.entity AND s.remoteId = item.remoteId AND s.recordId IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM sync_record AS other WHERE other.targetId = ?2
           AND other.entity = item.entity AND other.remoteId = item.movedTo)
       GROUP BY item.entity, item.movedTo)
     UPDATE sync_record SET remoteId = moved.movedTo, remoteVersion = NULL FROM moved
     WHERE sync_record.rowNo = moved.rowNo`,
    given,
    targetId,
  )
}

/** Of several registrations that are one entry here, the linked one goes: the next one takes its place. */
async function passOn(trx: Trx, targetId: number, records: readonly MovedRecord[]): Promise<void> {
  const gone = records.filter(({ deleted, movedTo }) => deleted && (movedTo ?? null) === null)
  if (gone.length === 0) return
  const found = await rows<{ rowNo: number; other: number; remoteId: string }>(
    trx,
    `SELECT s.rowNo AS rowNo, min(o.rowNo) AS other, o.remoteId AS remoteId
     FROM ${gonePage.from()}
     CROSS JOIN sync_record AS s ON s.targetId = ?2 AND s.entity = item.entity AND s.remoteId = item.remoteId
       AND s.recordId IS NOT NULL
     CROSS JOIN sync_record AS o ON o.linkData ->> 'sameAs' = s.recordId AND o.recordId IS NULL
       AND o.state = 'ignored' AND o.targetId = ?2
     WHERE o.remoteId NOT IN (SELECT remoteId FROM ${gonePage.from()})
     GROUP BY s.rowNo`,
    gonePage.json(gone),
    targetId,
  )
  if (found.length === 0) return
  const given = heirs.json(found)
  await run(
    trx,
    `DELETE FROM sync_record WHERE rowNo IN (SELECT other FROM ${heirs.from()})`,
    given,
  )
  await run(
    trx,
    `UPDATE sync_record SET remoteId = item.remoteId, remoteVersion = NULL
     FROM ${heirs.from()} WHERE sync_record.rowNo = item.rowNo`,
    given,
  )
}
