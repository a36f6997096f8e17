/** Records that live on at the target under another remote id: a registration transferred, two persons merged. */
import type { EntityName } from '../../contract/words.ts'
import type { Trx } from '../db/schema.ts'
import { run } from './statement.ts'

interface MovedRecord {
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
