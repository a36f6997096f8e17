/**
 * Records that may be ones a target has already (candidates of a possible match): sent before a person has decided, they
 * would be there twice. Such a record is held by no other one.
 */
import type { Db } from '../../db/schema.ts'
import { move } from './move-records.ts'
import { jsonPage } from '../sql/statement.ts'

const candidates = `SELECT item.value FROM sync_record AS p INDEXED BY sync_record_unlinked
  CROSS JOIN json_each(p.linkData, '$.recordIds') AS item
  WHERE p.targetId = ?1 AND p.state = 'possible' AND p.recordId IS NULL`

/** Candidates of every open match of a target. */
export async function readUndecided(db: Db, targetId: number): Promise<ReadonlySet<string>> {
  const found = await jsonPage<string>(
    db,
    `SELECT json_group_array(value) AS page FROM (${candidates})`,
    targetId,
  )
  return new Set(found)
}

/** Lets those go whose match was decided, or is no question any more. */
export async function releaseDecided(db: Db, targetId: number): Promise<void> {
  await move(
    db,
    'matchDecided',
    {
      where: `targetId = ?1 AND state = 'held' AND heldBy IS NULL AND recordId NOT IN (${candidates})`,
    },
    targetId,
  )
}
