/** Legs of relay teams, who share a bib. */
import type { Db } from '../../db/schema.ts'
import { jsonPage } from '../sql/statement.ts'

/** Those of these entries whose bib an earlier leg of their team wears as well. */
export async function findLaterLegs(
  db: Db,
  entrants: readonly string[],
): Promise<ReadonlySet<string>> {
  if (entrants.length === 0) return new Set()
  const found = await jsonPage<string>(
    db,
    `SELECT json_group_array(ep.id) AS page FROM json_each(?) AS wanted
     CROSS JOIN event_participant ep ON ep.id = wanted.value AND ep.deletedOn IS NULL
     WHERE EXISTS (SELECT 1 FROM event_participant o
       WHERE o.event = ep.event AND o.number = ep.number AND o.deletedOn IS NULL AND o.leg < ep.leg)`,
    JSON.stringify(entrants),
  )
  return new Set(found)
}
