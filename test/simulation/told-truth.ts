/** What a run says of itself, and what a refusal leaves, held against what the database knows; read past the engine. */
import { DatabaseSync } from 'node:sqlite'
import type { RunView } from '../../main/contract/sync.ts'
import { entities } from '../../main/engine/model/entities.ts'
import { notAcceptable, poisonous } from './other-side.ts'
import type { World } from './world.ts'

/** Everything said that is not so, in words. */
export function untruths(world: World, runs: readonly RunView[]): readonly string[] {
  const db = new DatabaseSync(world.databaseFile, { readOnly: true })
  try {
    return [...unearned(db, runs), ...staleRefusals(db)]
  } finally {
    db.close()
  }
}

/** Success, although something that was sent goes again. */
function unearned(db: DatabaseSync, runs: readonly RunView[]): readonly string[] {
  const left = db.prepare(
    `SELECT (SELECT count(*) FROM sync_record AS s WHERE s.targetId = t.id AND s.state = 'retry')
       + (SELECT count(*) FROM delivery AS d JOIN sync_record AS s ON s.rowNo = d.syncRecordNo
          WHERE d.targetId = t.id AND d.state = 'unknown' AND s.remoteId IS NULL) AS n
     FROM target AS t WHERE t.name = ?`,
  )
  return runs
    .filter(({ result }) => result === 'success')
    .flatMap(({ target }) => {
      const { n } = left.get(target) as { readonly n: number }
      return n > 0 ? [`${target} says success, and ${n} records have not arrived`] : []
    })
}

/** Refused for a value that somebody has taken out since: nobody would send the record again. */
function staleRefusals(db: DatabaseSync): readonly string[] {
  const found = db
    .prepare(
      `SELECT t.name AS target, p.id AS id FROM sync_record AS s
       JOIN target AS t ON t.id = s.targetId JOIN ${entities.person.table} AS p ON p.id = s.recordId
       WHERE s.state = 'failed' AND s.errorMessage LIKE ? AND p.city IS NOT ? AND p.deletedOn IS NULL`,
    )
    .all(`%${notAcceptable}%`, poisonous) as { readonly target: string; readonly id: string }[]
  return found.map(
    ({ target, id }) => `${target}: person ${id} was corrected, and counts as refused all the same`,
  )
}
