/** What is not certain any more: content a target may have got without anybody hearing of it. */
import type { Trx } from '../../db/schema.ts'
import type { Delivery } from './deliveries.ts'
import { page } from '../sql/page.ts'
import { run } from '../sql/statement.ts'

/** What may have arrived. */
type Doubtful = Pick<Delivery, 'syncRecordNo' | 'agreed' | 'remoteModifiedOn'>

/** Of a record that is sent again and again without an answer only the last few contents are remembered. */
const remembered = 5

const doubted = page({ rowNo: 'int', content: 'text?', madeOn: 'int' })

/**
 * Notes of sync records that a change to them may have arrived although nothing confirmed it. What was agreed before may
 * not be there any more, so equal content is no reason to leave out the next sending; and what was sent may come back as
 * if somebody there had written it. Where a target keeps what is newest, the next change has to be later than this one.
 */
export async function markUnconfirmed(trx: Trx, deliveries: readonly Doubtful[]): Promise<void> {
  if (deliveries.length === 0) return
  await run(
    trx,
    // No mapping is numbered 0: nothing is known to be there under the present one.
    `UPDATE sync_record SET mappingVersion = 0, unconfirmedOn = max(unconfirmedOn, item.madeOn),
       unconfirmed = CASE WHEN item.content IS NULL THEN unconfirmed ELSE
       json_insert(
         CASE WHEN json_array_length(coalesce(unconfirmed, '[]')) >= ${remembered}
           THEN json_remove(unconfirmed, '$[0]') ELSE coalesce(unconfirmed, '[]') END,
         '$[#]', item.content) END
     FROM ${doubted.from()} WHERE sync_record.rowNo = item.rowNo`,
    doubted.json(
      deliveries.map(({ syncRecordNo: rowNo, agreed: content, remoteModifiedOn: madeOn }) => ({
        rowNo,
        content,
        madeOn,
      })),
    ),
  )
}
