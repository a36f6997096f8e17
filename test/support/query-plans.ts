/** Finds out what statements some code really runs, and whether SQLite answers them from indexes. */
import type { CompiledQuery } from 'kysely'
import type { Db } from '../../main/engine/db/schema.ts'
import { rows } from '../../main/engine/store/sql/statement.ts'

type Executor = Pick<Db, 'executeQuery'>

/** The same database, noting every statement in `noted`. Also for a transaction. */
export function noting<Any extends Executor>(db: Any, noted: CompiledQuery[]): Any {
  return new Proxy(db, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name)
      if (typeof own !== 'function') return own
      if (name !== 'executeQuery') return own.bind(target) as unknown
      return (query: CompiledQuery) => {
        noted.push(query)
        return target.executeQuery(query)
      }
    },
  })
}

/** Steps that read a whole table, or everybody in an event, with the statement they belong to; none when indexes serve everything. */
export async function tableScans(
  db: Db,
  queries: readonly CompiledQuery[],
): Promise<readonly string[]> {
  const found: string[] = []
  for (const { sql, parameters } of queries) {
    if (!/^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)/i.test(sql)) continue
    const plan = await rows<{ detail: string }>(
      db,
      `EXPLAIN QUERY PLAN ${sql}`,
      ...(parameters as readonly (string | number | null)[]),
    )
    for (const { detail } of plan) {
      // A page of JSON, the full-text index, a subquery and what a statement made itself are meant to be read from end to end.
      const whole = detail.startsWith('SCAN ')
        ? !/VIRTUAL TABLE|subquery|CONSTANT ROW|SCAN (sure|fresh|letter)\b/.test(detail)
        : // Looking for a least or greatest value without an index is called a search, and reads everything.
          // So is walking through all of an event where one of its entrants is meant.
          /^SEARCH \w+($| USING .*INDEX event_participant_(?!deleted)\w+ \(event=\?\))/.test(detail)
      if (!whole) continue
      found.push(`${detail} in ${sql.replace(/\s+/g, ' ').slice(0, 200)}`)
    }
  }
  return found
}
