/** Finding records by what identifies them to people. */
import type { EntityName } from '../../contract/words.ts'
import type { Db } from '../db/schema.ts'
import { entities } from '../model/entities.ts'
import { rows } from './statement.ts'

/** A natural key of an entity and the values somebody has; `values` in the order of `fields`. */
export interface KeyedRow {
  readonly row: number
  readonly values: readonly (string | number | boolean | null)[]
}

/** SQL of a look-up by a natural key. Field names are the model's own. */
export function keyStatement(entity: EntityName, fields: readonly string[]): string {
  const matches = fields.map((field, at) => `r.${field} IS wanted.value ->> ${at + 1}`)
  // The first field leads the index, and an index serves `=` for certain.
  matches[0] = `r.${fields[0]!} = wanted.value ->> 1`
  return `SELECT wanted.value ->> 0 AS row, r.id AS id FROM jsonb_each(?) AS wanted
    CROSS JOIN ${entities[entity].table} AS r
    WHERE ${matches.join(' AND ')} AND r.deletedOn IS NULL`
}

/** Ids of the live records that have these keys, by row; a row may find several. One statement. */
export async function findByKey(
  db: Db,
  entity: EntityName,
  fields: readonly string[],
  wanted: readonly KeyedRow[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  if (wanted.length === 0) return new Map()
  const page = JSON.stringify(wanted.map(({ row, values }) => [row, ...values]))
  const found = await rows<{ row: number; id: string }>(db, keyStatement(entity, fields), page)
  const byRow = new Map<number, string[]>()
  for (const { row, id } of found) {
    const ids = byRow.get(row)
    if (ids) ids.push(id)
    else byRow.set(row, [id])
  }
  return byRow
}
