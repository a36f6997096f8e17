/** Reading master data. */
import { isOwnField } from '../../../contract/own-field-names.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { entities, fieldOf } from '../../model/entities.ts'
import type { MasterRecord } from '../../model/record.ts'
import { displaySql, masterSql, recordFromArray, type RecordArray } from './master-columns.ts'
import { jsonPage, rows } from './statement.ts'

/** Records by id, deleted ones included; missing ids are left out. One statement whatever the number. */
export async function readRecords(
  db: Db,
  entity: EntityName,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MasterRecord>> {
  if (ids.length === 0) return new Map()
  const page = await jsonPage<RecordArray>(db, masterSql(entity).readByIds, JSON.stringify(ids))
  return new Map(page.map((array) => [array[0] as string, recordFromArray(entity, array)]))
}

/** The name people know each record by, for ids of one entity. */
export async function readDisplayNames(
  db: Db,
  entity: EntityName,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const found = await rows<{ id: string; display: string }>(
    db,
    `SELECT r.id AS id, ${displaySql(entity, 'r')} AS display
     FROM json_each(?) AS wanted JOIN ${entities[entity].table} AS r ON r.id = wanted.value`,
    JSON.stringify(ids),
  )
  return new Map(found.map((row) => [row.id, row.display || entities[entity].label]))
}

/** The order of a listing: a field of the entity, the name people know a record by, or its last change. */
export interface ListOrder {
  readonly by: string
  readonly descending: boolean
}

export interface ListOptions {
  /** The row number of the last record shown; with `order`, how many were shown. */
  readonly after: number
  readonly limit: number
  readonly deleted: boolean
  /** Field → value; all must be equal. Field names must be the entity's own. */
  readonly where: Readonly<Record<string, string | number | null>>
  /** Only these ids, as found by a search. */
  readonly ids?: readonly string[]
  readonly order?: ListOrder | undefined
}

/** One page of an entity, in order of entry unless told otherwise; answers the records and where the next page goes on. */
export async function listRecords(
  db: Db,
  entity: EntityName,
  options: ListOptions,
): Promise<{ readonly records: readonly MasterRecord[]; readonly last: number | null }> {
  const definition = entities[entity]
  const names = Object.keys(options.where)
  for (const name of names) {
    fieldOf(entity, name)
  }
  const { order, after } = options
  const conditions = [
    order ? 'true' : 'r.rowNo > ?',
    options.deleted ? 'true' : 'r.deletedOn IS NULL',
    ...names.map((name) => (isOwnField(name) ? `(r.own ->> ?) IS ?` : `r.${name} IS ?`)),
    ...(options.ids ? ['r.id IN (SELECT value FROM json_each(?))'] : []),
  ]
  const found = await rows<{ page: string; last: number | null }>(
    db,
    `SELECT json_group_array(json(item)) AS page, max(rowNo) AS last FROM (
       SELECT r.rowNo AS rowNo, ${masterSql(entity).recordArray} AS item FROM ${definition.table} AS r
       WHERE ${conditions.join(' AND ')} ORDER BY ${order ? orderSql(entity, order) : 'r.rowNo'} LIMIT ?${order ? ' OFFSET ?' : ''})`,
    ...(order ? [] : [after]),
    ...names.flatMap((name) => {
      const value = options.where[name] ?? null
      return isOwnField(name) ? [name, value] : [value]
    }),
    ...(options.ids ? [JSON.stringify(options.ids)] : []),
    options.limit,
    ...(order ? [after] : []),
  )
  const page = JSON.parse(found[0]?.page ?? '[]') as RecordArray[]
  return {
    records: page.map((array) => recordFromArray(entity, array)),
    last:
      page.length < options.limit ? null : order ? after + page.length : (found[0]?.last ?? null),
  }
}

/** Nothing comes last, either way; numbers of bibs and tags by their value; equal ones in order of entry. */
function orderSql(entity: EntityName, { by, descending }: ListOrder): string {
  const way = descending ? 'DESC' : 'ASC'
  const columns = by === 'display' ? nameColumns(entity) : [by]
  const terms = columns.flatMap((name) => {
    if (name === 'modifiedOn') return [`r.modifiedOn ${way}`]
    // É is sorted as E, as people look for it.
    if (entity === 'person' && name === 'lastName')
      return ['r.lastName IS NULL', `r.foldedName ${way}`]
    const { kind } = fieldOf(entity, name)
    if (kind === 'integer' || kind === 'number') return [`r.${name} IS NULL`, `r.${name} ${way}`]
    const value = name === 'number' ? [`CAST(r.number AS INTEGER) ${way}`] : []
    return [`r.${name} IS NULL`, ...value, `r.${name} COLLATE NOCASE ${way}`]
  })
  return [...terms, 'r.rowNo'].join(', ')
}

/** People are listed by their last name. */
function nameColumns(entity: EntityName): readonly string[] {
  return entity === 'person' ? ['lastName', 'firstName'] : entities[entity].displayFields
}

/** Live records whose field refers to some others, oldest first. One statement whatever the number. */
export async function readReferring(
  db: Db,
  { entity, field }: { readonly entity: EntityName; readonly field: string },
  ids: readonly string[],
): Promise<readonly MasterRecord[]> {
  if (ids.length === 0) return []
  fieldOf(entity, field)
  const page = await jsonPage<RecordArray>(
    db,
    `SELECT json_group_array(json(item)) AS page FROM (
       SELECT ${masterSql(entity).recordArray} AS item FROM json_each(?) AS wanted
         CROSS JOIN ${entities[entity].table} AS r ON r.${field} = wanted.value AND r.deletedOn IS NULL
       ORDER BY r.rowNo)`,
    JSON.stringify(ids),
  )
  return page.map((array) => recordFromArray(entity, array))
}
