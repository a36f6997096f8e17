/** What a run could not do, page by page. */
import type { RunError } from '../../../contract/sync.ts'
import type { Db } from '../../db/schema.ts'
import { rows, value } from '../sql/statement.ts'

/** Errors of a run in the order they happened, after number `after`; undefined when there is no such run. */
export async function listRunErrors(
  db: Db,
  runId: string,
  after: number,
  limit: number,
): Promise<{ readonly errors: readonly RunError[]; readonly last: number | null } | undefined> {
  const known = await value<number>(db, `SELECT 1 AS value FROM sync_run WHERE id = ?`, runId)
  if (known === undefined) return undefined
  const found = await rows<RunError & { readonly id: number }>(
    db,
    `SELECT id, entity, recordId, remoteId, code, message FROM run_error
     WHERE runId = ? AND id > ? ORDER BY id LIMIT ?`,
    runId,
    after,
    limit,
  )
  return {
    errors: found.map(({ id: _, ...error }) => error),
    last: found.length === limit ? found.at(-1)!.id : null,
  }
}
