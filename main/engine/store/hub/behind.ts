/** How far desks are behind, counted no further than anybody wants to know. */
import type { Db } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { jsonPage } from '../sql/statement.ts'

const asked = page({ device: 'text', after: 'int' })

/** Entries of the history looked at for each record that is counted: one record may have changed several times. */
const entriesPerRecord = 2

/**
 * Records that somebody else than the desk changed after a stamp, by id of the desk, at most `most`. One statement, which reads
 * a bounded part of the history for each desk.
 */
export async function countBehind(
  db: Db,
  desks: readonly { readonly device: string; readonly after: number }[],
  most: number,
): Promise<ReadonlyMap<string, number>> {
  if (desks.length === 0) return new Map()
  const entries = most * entriesPerRecord
  const found = await jsonPage<{ device: string; records: number; entries: number }>(
    db,
    `SELECT json_group_array(json(
       (SELECT json_object('device', item.device, 'records', count(DISTINCT recordId), 'entries', count(*))
        FROM (SELECT recordId FROM audit WHERE stamp > item.after AND deviceId IS NOT item.device
          ORDER BY stamp LIMIT ?2)))) AS page
     FROM ${asked.from()}`,
    asked.json(desks),
    entries,
  )
  // Where that part was not long enough, there are more than were seen.
  return new Map(
    found.map(({ device, records, entries: read }) => [
      device,
      read >= entries ? most : Math.min(most, records),
    ]),
  )
}
