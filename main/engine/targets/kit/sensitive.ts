/**
 * Sensitive fields travel only where a person ticked them for a target, neither way otherwise. An adapter never hears of
 * the others: its bindings are narrowed here, so that agreed content, hash and comparison cover only what travels. Pure.
 */
import type { EntityName } from '../../../contract/words.ts'
import type { FieldMapping } from '../../../contract/targets.ts'
import { entities } from '../../model/entities.ts'
import type { Fields } from '../../model/record.ts'
import type { Adapter, EntityBinding } from './adapter.ts'
import { asSet } from './as-set.ts'

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
  return sensitiveOf.get(entity)?.includes(name) ?? false
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
  return manifest.bindings.flatMap(({ entity, fields }) =>
    (sensitiveOf.get(entity) ?? [])
      .filter(
        (name) => fields.includes(name) || mapping.some(({ ours }) => ours === `${entity}.${name}`),
      )
      .map((name) => `${entity}.${name}`),
  )
}

/** The adapter as a target may use it: as its settings make it, and what is not ticked is no field of its bindings. */
export function narrowed(
  declared: Adapter,
  ticks: Pick<Ticks, 'sensitive'> & { readonly settings: Readonly<Record<string, unknown>> },
): Adapter {
  const adapter = asSet(declared, ticks)
  const { manifest } = adapter
  const bindings = manifest.bindings.map((binding) => narrowedBinding(binding, ticks))
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

/** A part of a body, as far as it travels. */
export function travelling(
  ticks: Pick<Ticks, 'sensitive'>,
  entity: EntityName,
  fields: Fields,
): Fields {
  return without(fields, unticked(ticks, entity))
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
    return !unticked({ sensitive }, entity).includes(field)
  })
  const result = rows.length === mapping.length ? mapping : rows
  known.set(key, result)
  return result
}
