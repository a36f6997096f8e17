/** Finding records by what identifies them to people. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import type { MasterRecord } from '../../model/record.ts'
import { keyLookup } from './key-lookup.ts'
import { masterSql, recordFromArray, type RecordArray } from '../sql/master-columns.ts'
import { page } from '../sql/page.ts'
import { jsonPage } from '../sql/statement.ts'

type KeyPart = string | number | boolean | null

/** A natural key of an entity and the values somebody has; `values` in the order of `fields`. */
export interface KeyedRow {
  readonly row: number
  readonly values: readonly KeyPart[]
}

/** Live records that have any of these natural keys; `keys` in the order of `fields`. One statement. */
export async function findByKey(
  db: Db,
  entity: EntityName,
  fields: readonly string[],
  keys: readonly (readonly KeyPart[])[],
): Promise<readonly MasterRecord[]> {
  const wanted = keys.map((values, row) => ({ row, values }))
  const { recordArray } = masterSql(entity)
  const found = await lookUp<RecordArray>(db, { entity, fields, shown: recordArray }, wanted)
  return found.map((array) => recordFromArray(entity, array))
}

/** Ids of the live records that have these keys, by row; a row may find several. One statement. */
export async function findIdsByKey(
  db: Db,
  entity: EntityName,
  fields: readonly string[],
  wanted: readonly KeyedRow[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const shown = 'json_array(item.row, r.id)'
  const found = await lookUp<readonly [number, string]>(db, { entity, fields, shown }, wanted)
  const byRow = new Map<number, string[]>()
  for (const [row, id] of found) {
    const ids = byRow.get(row)
    if (ids) ids.push(id)
    else byRow.set(row, [id])
  }
  return byRow
}

interface KeyQuery {
  readonly entity: EntityName
  /** Names of the natural key's fields: the model's own. */
  readonly fields: readonly string[]
  /** SQL of what is answered of each record. */
  readonly shown: string
}

async function lookUp<Shown>(
  db: Db,
  { entity, fields, shown }: KeyQuery,
  wanted: readonly KeyedRow[],
): Promise<readonly Shown[]> {
  if (wanted.length === 0) return []
  const { where, given } = keyLookup(entity, fields, (position) => `item.part${position}`)
  const keyed = wanted.map(({ row, values }) => ({ row, parts: given(values) }))
  const parts = keyed[0]!.parts.map((_, at) => [`part${at}`, 'any'] as const)
  const asked = page({ row: 'int', ...Object.fromEntries(parts) })
  return jsonPage<Shown>(
    db,
    `SELECT json_group_array(${shown}) AS page FROM ${asked.from()}
       CROSS JOIN ${entities[entity].table} AS r
     WHERE ${where} AND r.deletedOn IS NULL`,
    asked.json(
      keyed.map((one) => ({
        row: one.row,
        ...Object.fromEntries(one.parts.map((part, at) => [`part${at}`, part])),
      })),
    ),
  )
}
