/** A record of master data inside the engine, and what makes two of them equal. */
import { hash } from 'node:crypto'
import type { FieldValue } from '../../contract/records.ts'
import type { Unfit } from '../../contract/unfit.ts'
import type { EntityName } from '../../contract/words.ts'
import { entities } from './entities.ts'
import type { FieldDefinition } from './field.ts'
import { normalise } from './normalise.ts'
import { isOwnField } from '../../contract/own-field-names.ts'
import { ownDefinition } from './own-fields.ts'

/** Field name → value. A missing field means "says nothing about it". */
export type Fields = Readonly<Record<string, FieldValue>>

/** One row of master data. Stamps are integer microseconds since 1970 UTC. */
export interface MasterRecord {
  readonly id: string
  readonly fields: Fields
  readonly createdOn: number
  readonly createdBy: string
  readonly modifiedOn: number
  readonly modifiedBy: string
  readonly deletedOn: number | null
}

/**
 * Makes a function that writes the canonical form of an entity: the given fields in model order, absent, null and
 * empty alike, numbers as shortest decimal; own fields of events follow, those that are named. Values must be normal
 * already (`normaliseFields`). Compiled once per entity and field set because it runs for every record of every sync.
 */
export function canonicaliser(
  entity: EntityName,
  names?: readonly string[],
): (fields: Fields) => string {
  const wanted = names ? new Set(names) : null
  const order = [
    ...entities[entity].fields
      .map((field) => field.name)
      .filter((name) => !wanted || wanted.has(name)),
    ...(names ?? []).filter(isOwnField).toSorted(),
  ]
  const prefixes = order.map((name, at) => `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  return (fields) => {
    let text = order.length === 0 ? '{' : ''
    for (let at = 0; at < order.length; at++) {
      const value = fields[order[at] as string]
      text += prefixes[at]
      text += value === undefined || value === null || value === '' ? 'null' : JSON.stringify(value)
    }
    return text + '}'
  }
}

/** SHA-256 of a canonical form, hexadecimal. */
export function contentHash(canonical: string): string {
  return hash('sha256', canonical, 'hex')
}

/** Fields in normal form, or field name → reason for those that do not fit. Unknown fields are reasons too. */
export interface NormalisedFields {
  readonly fields: Fields
  readonly invalid: Readonly<Record<string, Unfit>>
}

const definitions = new Map<EntityName, ReadonlyMap<string, FieldDefinition>>(
  Object.values(entities).map((entity) => [
    entity.name,
    new Map(entity.fields.map((field) => [field.name, field])),
  ]),
)

/**
 * Normal form of some fields of an entity. Pure.
 * @param before the record they belong to: its country tells how a phone number without one is meant
 * @param today YYYY-MM-DD, see `todayOf`; left out where nothing is taken in
 */
export function normaliseFields(
  entity: EntityName,
  input: Fields,
  before?: Fields,
  today?: string,
): NormalisedFields {
  const known = definitions.get(entity)!
  const fields: Record<string, FieldValue> = {}
  const invalid: Record<string, Unfit> = {}
  const told = 'country' in input ? input['country'] : before?.['country']
  const country = typeof told === 'string' ? told : undefined
  for (const name of Object.keys(input)) {
    const definition = known.get(name) ?? ownDefinition(entity, name)
    if (!definition) {
      invalid[name] = { code: 'not-a-field', entity }
      continue
    }
    const result = normalise(definition, input[name], { country, today })
    if (result.ok) fields[name] = result.value
    else invalid[name] = result.reason
  }
  return { fields, invalid }
}

/** Hours by which the farthest time zone is ahead of UTC. */
const farthestZone = 14

/**
 * The latest day it is anywhere (YYYY-MM-DD): whoever was born there today is not born in the future.
 * @param ms milliseconds since 1970 UTC
 */
export function todayOf(ms: number): string {
  return new Date(ms + farthestZone * 3_600_000).toISOString().slice(0, 10)
}

/**
 * A record without this field, or with a wrong one, is none or another record: it is refused as a whole. Where any other
 * field does not fit, the record is taken without it and the field is named.
 */
export function isEssential(entity: EntityName, name: string): boolean {
  const { fields, unique } = entities[entity]
  const field = fields.find((candidate) => candidate.name === name) ?? ownDefinition(entity, name)
  return (
    field === undefined ||
    field.required === true ||
    field.kind === 'ref' ||
    unique.some((rule) => rule.fields.includes(name))
  )
}

/** Fields that are meant another way once the record has another country: phone numbers without one. */
export function withPhonesOf(entity: EntityName, input: Fields, before: Fields): Fields {
  if (!('country' in input)) return input
  const phones = entities[entity].fields.filter(({ kind }) => kind === 'phone')
  return {
    ...Object.fromEntries(phones.map(({ name }) => [name, before[name] ?? null])),
    ...input,
  }
}

/** The name people know a record by; falls back to the entity's label. */
export function displayName(entity: EntityName, fields: Fields): string {
  const definition = entities[entity]
  const words = definition.displayFields
    .map((name) => fields[name])
    .filter((value) => value !== null && value !== undefined && value !== '')
  return words.length > 0 ? words.join(' ') : definition.label
}
