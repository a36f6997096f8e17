/**
 * Sensitive fields travel only where a person ticked them for a target, neither way otherwise. An adapter never hears of
 * the others: its bindings are narrowed here, so that agreed content, hash and comparison cover only what travels. Pure.
 */
import type { EntityName } from '../../../contract/words.ts'
import type { FieldValue } from '../../../contract/records.ts'
import type { FieldMapping } from '../../../contract/targets.ts'
import { isOwnField, isSensitiveOwnField } from '../../../contract/own-field-names.ts'
import { entities } from '../../model/entities.ts'
import { ownFieldsOf, ownNames, ownText } from '../../model/own-fields.ts'
import type { Fields } from '../../model/record.ts'
import type { Adapter, EntityBinding, RemoteBody } from './adapter.ts'
import { asSet } from './as-set.ts'
import { isRecord } from './is-record.ts'

/** What decides which sensitive fields travel: `entity.field` of those that were ticked. */
export interface Ticks {
  readonly sensitive: readonly string[]
  readonly mapping: readonly FieldMapping[]
}

const sensitiveOf = new Map<EntityName, readonly string[]>(
  Object.values(entities).map(({ name, fields }) => [
    name,
    fields.filter(({ sensitive }) => sensitive).map((field) => field.name),
  ]),
)

/** Whether a field is one that travels only where it is ticked. */
export function isSensitive(entity: EntityName, name: string): boolean {
  return (sensitiveOf.get(entity)?.includes(name) ?? false) || isSensitiveOwnField(name)
}

/** Names of an entity's sensitive fields that do not travel. */
export function unticked(
  { sensitive }: Pick<Ticks, 'sensitive'>,
  entity: EntityName,
): readonly string[] {
  const own = sensitiveOf.get(entity) ?? []
  return own.filter((name) => !sensitive.includes(`${entity}.${name}`))
}

/** Sensitive fields a target can be sent, as `entity.field`: those its adapter knows, and those the mapping gives a place. */
export function sensitiveChoices(
  { manifest }: Pick<Adapter, 'manifest'>,
  mapping: readonly FieldMapping[],
): readonly string[] {
  return manifest.bindings.flatMap(({ entity, fields }) => [
    ...(sensitiveOf.get(entity) ?? [])
      .filter(
        (name) => fields.includes(name) || mapping.some(({ ours }) => ours === `${entity}.${name}`),
      )
      .map((name) => `${entity}.${name}`),
    ...mappedOwn(mapping, entity)
      .filter(isSensitiveOwnField)
      .map((name) => `${entity}.${name}`),
  ])
}

/**
 * The adapter as a target may use it: as its settings make it; what is not ticked is no field of its bindings, and own
 * fields of events are, where the mapping gives them a place.
 */
export function narrowed(
  declared: Adapter,
  ticks: Ticks & { readonly settings: Readonly<Record<string, unknown>> },
): Adapter {
  const adapter = asSet(declared, ticks)
  const { manifest } = adapter
  const bindings = manifest.bindings.map((binding) =>
    withOwnFields(narrowedBinding(binding, ticks), ticks),
  )
  if (bindings.every((binding, at) => binding === manifest.bindings[at])) return adapter
  return { ...adapter, manifest: { ...manifest, bindings } }
}

function narrowedBinding(binding: EntityBinding, ticks: Pick<Ticks, 'sensitive'>): EntityBinding {
  const out = unticked(ticks, binding.entity)
  const fields = binding.fields.filter((name) => !out.includes(name))
  if (fields.length === binding.fields.length) return binding
  const { project } = binding
  return {
    ...binding,
    fields,
    toRemote: (given, refs, parts) => binding.toRemote(without(given, out), refs, parts),
    ...(project ? { project: (given) => project(without(given, out)) } : {}),
  }
}

/** Own fields of an entity that the mapping gives a place. */
function mappedOwn(mapping: readonly FieldMapping[], entity: EntityName): readonly string[] {
  if (entity !== ownFieldsOf) return []
  return mapping.flatMap(({ ours }) => {
    const name = ours.startsWith(`${entity}.`) ? ours.slice(entity.length + 1) : ''
    return isOwnField(name) ? [name] : []
  })
}

/** The binding with own fields as fields of it: the mapping alone says where they are there, the adapter never sees them. */
function withOwnFields(binding: EntityBinding, ticks: Ticks): EntityBinding {
  const own = mappedOwn(travellingMapping(ticks), binding.entity).filter(
    (name) => !binding.fields.includes(name),
  )
  if (own.length === 0) return binding
  const { project, fromRemote } = binding
  return {
    ...binding,
    fields: [...binding.fields, ...own],
    toRemote: (given, refs, parts) => ({
      ...binding.toRemote(without(given, own), refs, parts),
      ...only(given, own),
    }),
    ...(project
      ? { project: (given) => ({ ...project(without(given, own)), ...only(given, own) }) }
      : {}),
    ...(fromRemote
      ? {
          fromRemote: (raw) => {
            const read = fromRemote(raw)
            return { ...read, fields: { ...read.fields, ...ownValues(raw, own) } }
          },
        }
      : {}),
  }
}

function only(fields: Fields, names: readonly string[]): Fields {
  const said = names.filter((name) => Object.hasOwn(fields, name))
  return Object.fromEntries(said.map((name) => [name, fields[name] ?? null]))
}

/** What a remote record says of own fields, as text. A list or an object is no value of one: it says nothing. */
function ownValues(raw: RemoteBody, own: readonly string[]): Fields {
  const said = own.filter((name) => Object.hasOwn(raw, name) && typeof raw[name] !== 'object')
  const empty = own.filter((name) => raw[name] === null)
  return Object.fromEntries(
    [...said, ...empty].map((name) => [name, ownText((raw[name] ?? null) as FieldValue)]),
  )
}

/** A part of a body, as far as it travels: own fields of events are nobody's unless they are mapped. */
export function travelling(
  ticks: Pick<Ticks, 'sensitive'>,
  entity: EntityName,
  fields: Fields,
): Fields {
  return without(fields, [...unticked(ticks, entity), ...ownNames(fields)])
}

/**
 * A body that arrived without what is in the places of fields that do not travel; a place that a travelling row of the
 * user's mapping reads stays.
 */
export function withoutUnticked(
  ticks: Ticks,
  binding: EntityBinding,
  body: RemoteBody,
): RemoteBody {
  const { entity, sensitiveAt = {} } = binding
  const ofEntity = ({ ours }: FieldMapping) => ours.startsWith(`${entity}.`)
  const rows = travellingMapping(ticks).filter(ofEntity)
  const left = ticks.mapping.filter((row) => ofEntity(row) && !rows.includes(row))
  const places = [
    ...unticked(ticks, entity).map((name) => sensitiveAt[name] ?? name),
    ...left.map(({ theirs }) => theirs),
    ...Object.keys(body).filter(isSensitiveOwnField),
  ]
  return places
    .filter((place) => !rows.some(({ theirs }) => theirs === place))
    .reduce((rest, place) => withoutPlace(rest, place.split('.')), body)
}

function withoutPlace(body: RemoteBody, [name, ...deeper]: readonly string[]): RemoteBody {
  if (name === undefined || !Object.hasOwn(body, name)) return body
  const { [name]: inner, ...rest } = body
  if (deeper.length === 0) return rest
  return isRecord(inner) ? { ...body, [name]: withoutPlace(inner, deeper) } : body
}

/** The same fields less some: what is left out is not said, which is other than said to be empty. */
export function without(fields: Fields, names: readonly string[]): Fields {
  if (!names.some((name) => Object.hasOwn(fields, name))) return fields
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

const mappings = new WeakMap<readonly FieldMapping[], Map<string, readonly FieldMapping[]>>()

/** The rows of the user's mapping whose field travels; the same list each time, as it is compiled once. */
export function travellingMapping({ mapping, sensitive }: Ticks): readonly FieldMapping[] {
  const key = sensitive.join()
  const known = mappings.get(mapping) ?? new Map<string, readonly FieldMapping[]>()
  mappings.set(mapping, known)
  const before = known.get(key)
  if (before) return before
  const rows = mapping.filter(({ ours }) => {
    const [entity, field] = ours.split('.') as [EntityName, string]
    return !isSensitive(entity, field) || sensitive.includes(ours)
  })
  const result = rows.length === mapping.length ? mapping : rows
  known.set(key, result)
  return result
}
