/**
 * Every entity under our own names, for systems that take records as they are here. References travel as remote ids. Pure.
 */
import type { FieldValue } from '../../../contract/records.ts'
import { entitiesInOrder } from '../../model/entities.ts'
import type { EntityDefinition } from '../../model/field.ts'
import type { Fields } from '../../model/record.ts'
import type { FromRemote, Refs, RemoteBody, Resource } from './resource.ts'

/** What differs between the systems that take everything in our own terms. */
export type OwnTerms = Pick<Resource, 'direction' | 'changes'>

/** A collection for every entity. */
export const everythingInOwnTerms = (terms: OwnTerms): readonly Resource[] =>
  entitiesInOrder.map((entity) => collectionOf(entity, terms))

function collectionOf(entity: EntityDefinition, terms: OwnTerms): Resource {
  const references = entity.fields.filter(({ kind }) => kind === 'ref')
  const scalars = entity.fields.filter(({ kind }) => kind !== 'ref').map(({ name }) => name)
  const names = references.map(({ name }) => name)
  return {
    root: entity.name,
    remoteName: entity.name,
    fields: entity.fields.map(({ name }) => name),
    hard: references.filter(({ required }) => required).map(({ name }) => name),
    soft: references.filter(({ required }) => !required).map(({ name }) => name),
    ...terms,
    deletion: 'delete',
    toRemote: (fields, refs) => toRemote(scalars, names, fields, refs),
    fromRemote: (raw) => fromRemote(scalars, names, raw),
  }
}

/** Empty fields travel as null, so that a cleared field is cleared there; what is left out is kept there. */
function toRemote(
  scalars: readonly string[],
  references: readonly string[],
  fields: Fields,
  refs: Refs,
): RemoteBody {
  const body: Record<string, unknown> = {}
  for (const name of references) body[name] = refs[name] ?? null
  for (const name of scalars) if (Object.hasOwn(fields, name)) body[name] = fields[name] ?? null
  return body
}

/** A field the record does not have says nothing about ours. */
function fromRemote(
  scalars: readonly string[],
  references: readonly string[],
  raw: RemoteBody,
): FromRemote {
  const fields: Record<string, FieldValue> = {}
  const refs: Record<string, string | null> = {}
  for (const name of references) {
    const value = raw[name]
    if (value === undefined) continue
    refs[name] = value === null || value === '' ? null : String(value)
  }
  for (const name of scalars) {
    const value = raw[name]
    if (isFieldValue(value)) fields[name] = value
  }
  return { fields, refs }
}

function isFieldValue(value: unknown): value is FieldValue {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  )
}
