/** The user's field mapping: where in the remote body a field of ours goes, in place of where the adapter puts it. Pure. */
import type { FieldMapping } from '../../../contract/targets.ts'
import { entityName, type EntityName } from '../../../contract/words.ts'
import { entities, findField } from '../../model/entities.ts'
import type { Fields } from '../../model/record.ts'
import type { RemoteBody } from './adapter.ts'
import { SyncError } from './sync-error.ts'
import { isRecord } from './is-record.ts'

/** Names that reach behind an object instead of into it. */
const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

interface Row {
  readonly field: string
  readonly path: readonly string[]
}

/** What is wrong with a mapping, one clause per fault; empty when it can be used. */
export function mappingFaults(mapping: readonly FieldMapping[]): readonly string[] {
  const faults: string[] = []
  const taken = new Map<string, string>()
  for (const { ours, theirs } of mapping) {
    const [entity = '', field = '', ...rest] = ours.split('.')
    const known = entityName.safeParse(entity)
    if (!known.success || rest.length > 0) {
      faults.push(`"${ours}" does not name a field; write it like person.email`)
      continue
    }
    if (!findField(known.data, field)) {
      faults.push(`${entities[known.data].label} has no field "${field}"`)
    }
    const path = theirs.split('.')
    if (path.some((part) => part.trim() === '' || forbidden.has(part))) {
      faults.push(`"${theirs}" cannot be used as a place in the remote record`)
    }
    const place = `${entity} ${theirs}`
    const other = taken.get(place)
    if (other !== undefined) faults.push(`${other} and ${ours} both go to "${theirs}"`)
    taken.set(place, ours)
  }
  return faults
}

/**
 * The body with the mapped fields moved to their places. What moves is the adapter's value of the field where the body
 * has it under our name, else the record's own value, so that fields the adapter does not know can travel too. A field
 * neither of them has is not said: its place is left as it is there.
 * Throws `SyncError` `config` when a place lies inside something that is not an object, or the mapping has faults.
 */
export function applyMapping(
  mapping: readonly FieldMapping[],
  entity: EntityName,
  fields: Fields,
  body: RemoteBody,
): RemoteBody {
  if (mapping.length === 0) return body
  const rows = rowsOf(mapping, entity)
  if (rows.length === 0) return body
  const result = copy(body)
  // First all out, then all in: two fields may swap their places.
  const said = rows.flatMap((row) => {
    const { field } = row
    delete result[field]
    if (Object.hasOwn(body, field)) return [{ row, value: body[field] }]
    return Object.hasOwn(fields, field) ? [{ row, value: fields[field] ?? null }] : []
  })
  for (const { row, value } of said) put(result, row, value)
  return result
}

/**
 * The opposite of `applyMapping`: a remote record with the mapped values back under our names. A place the record does
 * not have says nothing about the field.
 */
export function undoMapping(
  mapping: readonly FieldMapping[],
  entity: EntityName,
  raw: RemoteBody,
): RemoteBody {
  if (mapping.length === 0) return raw
  const rows = rowsOf(mapping, entity)
  if (rows.length === 0) return raw
  const result = copy(raw)
  for (const { field, path } of rows) {
    // What stands under our name is another thing there, or what was there before the field had another place.
    delete result[field]
    if (path.length === 1) delete result[path[0] as string]
  }
  for (const { field, path } of rows) {
    const value = take(raw, path)
    if (value !== undefined) result[field] = value
  }
  return result
}

const compiled = new WeakMap<readonly FieldMapping[], Map<EntityName, readonly Row[]>>()

/** Compiled once per mapping and entity: it runs for every record of every sync. */
function rowsOf(mapping: readonly FieldMapping[], entity: EntityName): readonly Row[] {
  const known = compiled.get(mapping) ?? new Map<EntityName, readonly Row[]>()
  compiled.set(mapping, known)
  const before = known.get(entity)
  if (before) return before
  const [fault] = mappingFaults(mapping)
  if (fault !== undefined) throw new SyncError('config', `The field mapping is wrong: ${fault}.`)
  const rows = mapping
    .filter(({ ours }) => ours.startsWith(`${entity}.`))
    .map(({ ours, theirs }) => ({ field: ours.slice(entity.length + 1), path: theirs.split('.') }))
  known.set(entity, rows)
  return rows
}

function copy(body: RemoteBody): Record<string, unknown> {
  return { ...body }
}

function put(body: Record<string, unknown>, { field, path }: Row, value: unknown): void {
  let place = body
  for (const name of path.slice(0, -1)) {
    const inner = Object.hasOwn(place, name) ? place[name] : undefined
    if (inner !== undefined && inner !== null && !isRecord(inner)) {
      const where = path.join('.')
      throw new SyncError(
        'config',
        `The field mapping cannot put "${field}" at "${where}": "${name}" already holds a value.`,
      )
    }
    const next = isRecord(inner) ? copy(inner) : {}
    place[name] = next
    place = next
  }
  place[path[path.length - 1] as string] = value
}

function take(raw: RemoteBody, path: readonly string[]): unknown {
  let value: unknown = raw
  for (const name of path) {
    if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}
