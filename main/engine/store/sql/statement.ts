/** Running SQL text with bound parameters; for the bulk statements, where one JSON text carries a whole page. */
import { CompiledQuery, type Kysely } from 'kysely'
import type { Database } from '../../db/schema.ts'

type Executor = Pick<Kysely<Database>, 'executeQuery'>

/** Rows of a statement. `text` never contains values, only `?`. */
export async function rows<Row>(
  db: Executor,
  text: string,
  ...parameters: readonly (string | number | null)[]
): Promise<readonly Row[]> {
  const result = await db.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))
  return result.rows
}

/** The one value of a statement that answers one row with the column `value`; undefined when there is no row. */
export async function value<Value>(
  db: Executor,
  text: string,
  ...parameters: readonly (string | number | null)[]
): Promise<Value | undefined> {
  const found = await rows<{ value: Value }>(db, text, ...parameters)
  return found[0]?.value
}

/** Runs a statement for its effect; answers how many rows it changed. */
export async function run(
  db: Executor,
  text: string,
  ...parameters: readonly (string | number | null)[]
): Promise<number> {
  const result = await db.executeQuery(CompiledQuery.raw(text, [...parameters]))
  return Number(result.numAffectedRows ?? 0n)
}

/** A page that travels as one JSON text: the statement answers a single row `page` with a JSON array. */
export async function jsonPage<Item>(
  db: Executor,
  text: string,
  ...parameters: readonly (string | number | null)[]
): Promise<readonly Item[]> {
  const found = await rows<{ page: string | null }>(db, text, ...parameters)
  const page = found[0]?.page
  return page ? (JSON.parse(page) as Item[]) : []
}
