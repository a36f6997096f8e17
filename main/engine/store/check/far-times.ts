/**
 * Times of remote records that no record has, as earlier versions took them over: with one of them nothing newer is ever
 * news. Today they are refused at the border (`targets/kit/border.ts`).
 */
import type { Db } from '../../db/schema.ts'
import { earliestYear, latestYear } from '../../model/possible-time.ts'
import { toMicros } from '../sql/stamps.ts'
import { run } from '../sql/statement.ts'

const earliest = toMicros(Date.UTC(earliestYear, 0, 1))
const latest = toMicros(Date.UTC(latestYear + 1, 0, 1))

const isFar = (column: string) => `(${column} < ${earliest} OR ${column} >= ${latest})`

/** How many there are, as SQL that answers `value`. */
export const countFarTimes = `SELECT
  (SELECT count(*) FROM sync_record WHERE ${isFar('remoteSyncedOn')} OR ${isFar('unconfirmedOn')})
  + (SELECT count(*) FROM inbox WHERE ${isFar('modifiedOn')}) AS value`

/**
 * Forgets them, so that the next run takes those records as they are then: what waits with such a time is dropped, and
 * targets that had one are asked from the beginning once, because their cursor may be as far away.
 */
export async function forgetFarTimes(db: Db): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await run(
      trx,
      `DELETE FROM cursor WHERE targetId IN (
         SELECT targetId FROM sync_record WHERE ${isFar('remoteSyncedOn')} OR ${isFar('unconfirmedOn')}
         UNION SELECT targetId FROM inbox WHERE ${isFar('modifiedOn')})`,
    )
    await run(trx, `DELETE FROM inbox WHERE ${isFar('modifiedOn')}`)
    await run(
      trx,
      `UPDATE sync_record SET remoteVersion = NULL,
         remoteSyncedOn = CASE WHEN ${isFar('remoteSyncedOn')} THEN 0 ELSE remoteSyncedOn END,
         unconfirmedOn = CASE WHEN ${isFar('unconfirmedOn')} THEN 0 ELSE unconfirmedOn END
       WHERE ${isFar('remoteSyncedOn')} OR ${isFar('unconfirmedOn')}`,
    )
  })
}
