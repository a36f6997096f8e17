/**
 * Resources declared as lists of fields, for systems whose records look much like ours: scalar fields under their names,
 * references nested as `{"id": n}`. Pure.
 */
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Fields } from '../../model/record.ts'
import type { FromRemote, PartsContent, Refs, RemoteBody, Resource } from './resource.ts'

/** How one field travels where it does not travel as it is. */
export interface FieldRule {
  readonly name: string
  /** Their name of it, where it is another one. */
  readonly at?: string
  toRemote?(value: FieldValue): unknown
  /** `raw` is the whole record. Undefined says nothing about the field. */
  fromRemote?(value: unknown, raw: RemoteBody): FieldValue | undefined
  /** What comes back of what was sent, where that is less. */
  project?(value: FieldValue): FieldValue
}

/** One resource. Everything not named is as in `Resource`. */
export interface Shape extends Omit<Resource, 'fields' | 'toRemote' | 'fromRemote' | 'project'> {
  readonly fields: readonly (string | FieldRule)[]
  /** The object a reference of theirs is read from, where it is not under our name. */
  referenceIn?(raw: RemoteBody, name: string): unknown
  /** Fields of theirs that follow from ours. */
  derived?(fields: Fields, parts: PartsContent): RemoteBody
}

/** The resource a shape declares. */
export function shaped(shape: Shape): Resource {
  const rules = shape.fields.map((field) => (typeof field === 'string' ? { name: field } : field))
  const references = [...(shape.hard ?? []), ...(shape.soft ?? [])]
  const projected = rules.filter((rule) => rule.project)
  const { referenceIn: _, derived, ...form } = shape
  return {
    ...form,
    fields: [...references, ...rules.map((rule) => rule.name)],
    toRemote: (fields, refs, parts) => {
      const body = toRemote(rules, references, fields, refs)
      return derived ? { ...body, ...derived(fields, parts) } : body
    },
    fromRemote: (raw) => fromRemote(rules, references, shape, raw),
    ...(projected.length > 0 ? { project: (fields) => project(projected, fields) } : {}),
  }
}

/** A choice whose words are ours in capitals. */
export const capitals = (name: string): FieldRule => ({
  name,
  toRemote: (value) => (typeof value === 'string' ? value.toUpperCase() : null),
  fromRemote: (value) => (typeof value === 'string' ? value.toLowerCase() : null),
})

/** For systems that know no other gender than male and female. */
export const binaryGender: FieldRule = {
  ...capitals('gender'),
  toRemote: (value) => (value === null ? null : genderWord(value).toUpperCase()),
  project: (value) => (value === null ? null : genderWord(value)),
}

function genderWord(value: FieldValue): string {
  return value === 'male' || value === 'female' ? value : 'unknown'
}

/** The id inside a nested reference, null where there is none. */
export function nestedId(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null
  return typeof value.id === 'number' || typeof value.id === 'string' ? String(value.id) : null
}

/** A property of a nested object, null where there is none. */
export function nested(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null
  return (value as RemoteBody)[name]
}

/** The value if a field can hold it, else null. */
export function scalar(value: unknown): FieldValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value
    default:
      return null
  }
}

function toRemote(
  rules: readonly FieldRule[],
  references: readonly string[],
  fields: Fields,
  refs: Refs,
): RemoteBody {
  const body: Record<string, unknown> = {}
  for (const name of references) {
    const id = refs[name]
    body[name] = id === undefined ? null : { id: Number(id) }
  }
  for (const rule of rules) {
    // What is left out is not said.
    if (!Object.hasOwn(fields, rule.name)) continue
    const value = fields[rule.name] ?? null
    body[rule.at ?? rule.name] = rule.toRemote ? rule.toRemote(value) : value
  }
  return body
}

function fromRemote(
  rules: readonly FieldRule[],
  references: readonly string[],
  shape: Shape,
  raw: RemoteBody,
): FromRemote {
  const fields: Record<string, FieldValue> = {}
  const refs: Record<string, string | null> = {}
  for (const name of references) {
    refs[name] = nestedId(shape.referenceIn ? shape.referenceIn(raw, name) : raw[name])
  }
  for (const rule of rules) {
    const there = raw[rule.at ?? rule.name]
    const value = rule.fromRemote ? rule.fromRemote(there, raw) : scalar(there)
    if (value !== undefined) fields[rule.name] = value
  }
  return { fields, refs }
}

function project(projected: readonly FieldRule[], fields: Fields): Fields {
  const result: Record<string, FieldValue> = { ...fields }
  for (const rule of projected) {
    if (rule.project) result[rule.name] = rule.project(result[rule.name] ?? null)
  }
  return result
}

/** The resources that shapes of one system declare, by the entity of their root. */
export function shapedResources<Name extends EntityName>(
  shapes: Readonly<Record<Name, Omit<Shape, 'root'>>>,
): readonly Resource[] {
  return Object.entries<Omit<Shape, 'root'>>(shapes).map(([root, shape]) =>
    shaped({ ...shape, root: root as Name }),
  )
}
