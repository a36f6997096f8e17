/** SQL text for each kind of master data, made once from its definition. Identifiers come from the model, never from input. */
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import { entitiesInOrder, entities } from '../../model/entities.ts'
import type { EntityDefinition } from '../../model/field.ts'
import { foldLabel } from '../../model/folded-label.ts'
import { foldedFullName } from '../../model/folded-name.ts'
import { ownFieldsOf, ownJson } from '../../model/own-fields.ts'
import type { Fields, MasterRecord } from '../../model/record.ts'
import { page } from './page.ts'

/** Column order of a record as a JSON array: id, the fields in model order, the audit columns, own fields as JSON text. */
export type RecordArray = readonly FieldValue[]

interface EntitySql {
  readonly upsert: string
  readonly readByIds: string
  /** `json_array(…)` of a record, for an alias `r`. */
  readonly recordArray: string
  readonly booleans: readonly number[]
}

const auditColumns = ['createdOn', 'createdBy', 'modifiedOn', 'modifiedBy', 'deletedOn'] as const

const foldedLabel = ({ name }: Fields) => foldLabel(String(name))

/** Columns the writer keeps that are no fields: made from them, and read by statements alone. */
const derived: Partial<
  Record<EntityName, readonly (readonly [string, (fields: Fields) => string])[]>
> = {
  person: [['foldedName', foldedFullName]],
  organisation: [['foldedName', foldedLabel]],
  race: [['foldedName', foldedLabel]],
  startGroup: [['foldedName', foldedLabel]],
}

function sqlFor(entity: EntityDefinition): EntitySql {
  const columns = ['id', ...entity.fields.map((field) => field.name), ...auditColumns]
  if (entity.name === ownFieldsOf) columns.push('own')
  const written = [...columns, ...(derived[entity.name] ?? []).map(([name]) => name)]
  const rows = page(Object.fromEntries(written.map((column) => [column, 'any'] as const)))
  const keep = new Set(['id', 'createdOn', 'createdBy'])
  const recordArray = `json_array(${columns.map((column) => `r.${column}`).join(', ')})`
  return {
    upsert: `INSERT INTO ${entity.table} (${written.join(', ')})
      SELECT ${rows.names} FROM ${rows.from()} WHERE true
      ON CONFLICT (id) DO UPDATE SET ${written
        .filter((column) => !keep.has(column))
        .map((column) => `${column} = excluded.${column}`)
        .join(', ')}`,
    readByIds: `SELECT json_group_array(${recordArray}) AS page
      FROM json_each(?) AS wanted JOIN ${entity.table} AS r ON r.id = wanted.value`,
    recordArray,
    booleans: entity.fields.flatMap((field, at) => (field.kind === 'boolean' ? [at + 1] : [])),
  }
}

const byEntity = Object.fromEntries(
  entitiesInOrder.map((entity) => [entity.name, sqlFor(entity)]),
) as Readonly<Record<EntityName, EntitySql>>

/** SQL text of one entity. */
export function masterSql(entity: EntityName): EntitySql {
  return byEntity[entity]
}

/** Turns a record array back into a record; SQLite keeps booleans as 0 and 1. */
export function recordFromArray(entity: EntityName, array: RecordArray): MasterRecord {
  const definition = entities[entity]
  const fields: Record<string, FieldValue> = {}
  for (let at = 0; at < definition.fields.length; at++) {
    fields[definition.fields[at]!.name] = array[at + 1] ?? null
  }
  for (const at of byEntity[entity].booleans) {
    const name = definition.fields[at - 1]!.name
    if (fields[name] !== null) fields[name] = fields[name] === 1 || fields[name] === true
  }
  const audit = definition.fields.length + 1
  const own = array[audit + auditColumns.length]
  if (typeof own === 'string') Object.assign(fields, JSON.parse(own) as Fields)
  return {
    id: array[0] as string,
    fields,
    createdOn: array[audit] as number,
    createdBy: array[audit + 1] as string,
    modifiedOn: array[audit + 2] as number,
    modifiedBy: array[audit + 3] as string,
    deletedOn: (array[audit + 4] ?? null) as number | null,
  }
}

/** A row as `upsert` takes it: the opposite of `recordFromArray`, with what is made from the fields behind it. */
export function recordToArray(entity: EntityName, record: MasterRecord): RecordArray {
  return [
    record.id,
    ...entities[entity].fields.map((field) => record.fields[field.name] ?? null),
    record.createdOn,
    record.createdBy,
    record.modifiedOn,
    record.modifiedBy,
    record.deletedOn,
    ...(entity === ownFieldsOf ? [ownJson(record.fields)] : []),
    ...(derived[entity] ?? []).map(([, make]) => make(record.fields)),
  ]
}

/**
 * SQL expression for the name people know a record by, for an alias. Participants are known by their person and bib,
 * so theirs reaches one table further.
 */
export function displaySql(entity: EntityName, alias: string): string {
  const join = (columns: readonly string[]) =>
    columns.map((column) => `coalesce(${column}, '')`).join(` || ' ' || `)
  const person = (id: string) =>
    `coalesce((SELECT trim(coalesce(p.firstName, '') || ' ' || p.lastName) FROM person p WHERE p.id = ${id}), '')`
  switch (entity) {
    case 'eventParticipant':
      return `trim(${person(`${alias}.person`)} || coalesce(' (' || ${alias}.number || ')', ''))`
    case 'startGroupParticipant':
      return `coalesce((SELECT ${person('ep.person')} || ' in ' || g.name
        FROM event_participant ep, start_group g WHERE ep.id = ${alias}.eventParticipant AND g.id = ${alias}.startGroup), '')`
    case 'contactPreference':
      return `trim(${person(`${alias}.person`)} || ' ' || ${alias}.channel)`
    default:
      return `trim(${join(entities[entity].displayFields.map((field) => `${alias}.${field}`))})`
  }
}
