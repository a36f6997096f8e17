/** Records that live on at the target under another remote id: a registration transferred, two persons merged. */
import type { EntityName } from '../../contract/words.ts'
import type { Trx } from '../db/schema.ts'
import { rows, run } from './statement.ts'

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
export async function moveLinks(
  trx: Trx,
  targetId: number,
  records: readonly MovedRecord[],
): Promise<void> {
  await passOn(trx, targetId, records)
  const moved = records.filter(({ movedTo }) => (movedTo ?? null) !== null)
  if (moved.length === 0) return
  const page = JSON.stringify(moved.map((one) => [one.entity, one.remoteId, one.movedTo]))
  // Seen under the new id already, and found to be nobody: it makes room.
  await run(
    trx,
    `DELETE FROM sync_record WHERE rowNo IN (SELECT s.rowNo FROM jsonb_each(?1) AS item CROSS JOIN sync_record AS s
       WHERE s.targetId = ?2 AND s.entity = item.value ->> 0 AND s.remoteId = item.value ->> 2 AND s.recordId IS NULL
         AND EXISTS (SELECT 1 FROM sync_record AS old WHERE old.targetId = ?2 AND old.entity = item.value ->> 0
           AND old.remoteId = item.value ->> 1 AND old.recordId IS NOT NULL))`,
    page,
    targetId,
  )
  await run(
    trx,
    `WITH item AS MATERIALIZED (
       SELECT s.rowNo AS rowNo, j.value ->> 2 AS movedTo FROM jsonb_each(?1) AS j CROSS JOIN sync_record AS s
       WHERE s.targetId = ?2 AND s.entity = j.value ->> 0 AND s.remoteId = j.value ->> 1 AND s.recordId IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM sync_record AS other WHERE other.targetId = ?2
           AND other.entity = j.value ->> 0 AND other.remoteId = j.value ->> 2)
       GROUP BY j.value ->> 0, j.value ->> 2)
     UPDATE sync_record SET remoteId = item.movedTo, remoteVersion = NULL FROM item WHERE sync_record.rowNo = item.rowNo`,
    page,
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
     FROM jsonb_each(?1) AS item
     CROSS JOIN sync_record AS s ON s.targetId = ?2 AND s.entity = item.value ->> 0 AND s.remoteId = item.value ->> 1
       AND s.recordId IS NOT NULL
     CROSS JOIN sync_record AS o ON o.linkData ->> 'sameAs' = s.recordId AND o.recordId IS NULL
       AND o.state = 'ignored' AND o.targetId = ?2
     WHERE o.remoteId NOT IN (SELECT value ->> 1 FROM jsonb_each(?1))
     GROUP BY s.rowNo`,
    JSON.stringify(gone.map(({ entity, remoteId }) => [entity, remoteId])),
    targetId,
  )
  if (found.length === 0) return
  const page = JSON.stringify(found.map((one) => [one.rowNo, one.other, one.remoteId]))
  await run(
    trx,
    `DELETE FROM sync_record WHERE rowNo IN (SELECT value ->> 1 FROM jsonb_each(?))`,
    page,
  )
  await run(
    trx,
    `UPDATE sync_record SET remoteId = item.value ->> 2, remoteVersion = NULL
     FROM jsonb_each(?) AS item WHERE sync_record.rowNo = item.value ->> 0`,
    page,
  )
}
