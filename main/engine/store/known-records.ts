/** Finding records by what identifies them to people. */
import type { EntityName } from '../../contract/words.ts'
import type { Db } from '../db/schema.ts'
import { entities } from '../model/entities.ts'
import { keyLookup } from './key-lookup.ts'
import { rows } from './statement.ts'

/** A natural key of an entity and the values somebody has; `values` in the order of `fields`. */
export interface KeyedRow {
  readonly row: number
  readonly values: readonly (string | number | boolean | null)[]
}

/** SQL of a look-up by a natural key. Field names are the model's own. */
export function keyStatement(entity: EntityName, fields: readonly string[]): string {
  return `SELECT wanted.value ->> 0 AS row, r.id AS id FROM jsonb_each(?) AS wanted
    CROSS JOIN ${entities[entity].table} AS r
    WHERE ${lookup(entity, fields).where} AND r.deletedOn IS NULL`
}

const lookup = (entity: EntityName, fields: readonly string[]) =>
  keyLookup(entity, fields, (position) => `wanted.value ->> ${position + 1}`)

/** Ids of the live records that have these keys, by row; a row may find several. One statement. */
export async function findByKey(
  db: Db,
  entity: EntityName,
  fields: readonly string[],
  wanted: readonly KeyedRow[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  if (wanted.length === 0) return new Map()
  const { given } = lookup(entity, fields)
  const page = JSON.stringify(wanted.map(({ row, values }) => [row, ...given(values)]))
  const found = await rows<{ row: number; id: string }>(db, keyStatement(entity, fields), page)
  const byRow = new Map<number, string[]>()
  for (const { row, id } of found) {
    const ids = byRow.get(row)
    if (ids) ids.push(id)
    else byRow.set(row, [id])
  }
  return byRow
}
