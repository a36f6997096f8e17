/** What records are called, for lists of records of several kinds. */
import type { EntityName } from '../../contract/words.ts'
import type { Db } from '../db/schema.ts'
import { readDisplayNames } from '../store/sql/records.ts'

/** The names of records by their ids, one statement for each kind; a line without a record has none. */
export async function namesOf(
  db: Db,
  lines: readonly { readonly entity: EntityName; readonly recordId: string | null }[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const [entity, items] of Map.groupBy(lines, (line) => line.entity)) {
    const ids = items.flatMap(({ recordId }) => (recordId === null ? [] : [recordId]))
    for (const [id, display] of await readDisplayNames(db, entity, ids)) names.set(id, display)
  }
  return names
}
