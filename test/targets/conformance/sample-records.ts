/** One plausible record of any entity: Unicode, leading zeros, quotes; in normal form. */
import type { FieldValue } from '../../../main/contract/records.ts'
import type { EntityName } from '../../../main/contract/words.ts'
import { entities } from '../../../main/engine/model/entities.ts'
import type { FieldDefinition } from '../../../main/engine/model/field.ts'
import { canonicaliser, normaliseFields, type Fields } from '../../../main/engine/model/record.ts'
import type {
  EntityBinding,
  OutgoingChange,
  PartsContent,
  Refs,
  RemoteBody,
} from '../../../main/engine/targets/kit/adapter.ts'
import { noParts } from '../../../main/engine/targets/kit/resource.ts'

/** Fields of a binding for the nth sample; references are left out. */
export function sampleFields(binding: Pick<EntityBinding, 'entity' | 'fields'>, n: number): Fields {
  return sampleOf(binding.entity, binding.fields, n)
}

/** What the bodies of a binding say of other records: what `toRemote` is given of them. */
export function sampleParts({ parts }: Pick<EntityBinding, 'parts'>, n: number): PartsContent {
  const samples = Object.entries(parts).map(([name, { kind, entity, parts: below }]) => {
    const names = entities[entity].fields.map((field) => field.name)
    const part = { fields: sampleOf(entity, names, n), ...sampleParts({ parts: below }, n) }
    return { name, kind, part }
  })
  return {
    one: Object.fromEntries(
      samples.flatMap(({ name, kind, part }) => (kind === 'one' ? [[name, part] as const] : [])),
    ),
    many: Object.fromEntries(
      samples.flatMap(({ name, kind, part }) => (kind === 'many' ? [[name, [part]] as const] : [])),
    ),
  }
}

/** What a body says of one other record. */
export const partOf = (name: string, fields: Fields): PartsContent => ({
  one: { [name]: { fields, ...noParts } },
  many: {},
})

function sampleOf(entity: EntityName, names: readonly string[], n: number): Fields {
  const fields: Record<string, FieldValue> = {}
  for (const definition of entities[entity].fields) {
    if (!names.includes(definition.name) || definition.kind === 'ref') continue
    fields[definition.name] = sampleValue(definition, n)
  }
  const normal = normaliseFields(entity, fields)
  if (Object.keys(normal.invalid).length > 0) throw new Error(JSON.stringify(normal.invalid))
  return normal.fields
}

/** The same record with every field that may be empty emptied. */
export function emptied(binding: EntityBinding, fields: Fields): Fields {
  const required = entities[binding.entity].fields.filter((field) => field.required)
  // Who has nothing in a shared field is not sent at all.
  const kept = [...required.map(({ name }) => name), binding.shared?.field ?? '']
  return Object.fromEntries(
    binding.fields.map((name) => [name, kept.includes(name) ? (fields[name] ?? null) : null]),
  )
}

function sampleValue(field: FieldDefinition, n: number): FieldValue {
  switch (field.kind) {
    case 'url':
      return `https://example.org/${n}?q=%C3%A9`
    case 'text':
    case 'name':
      return `Zoë “Šárka” O'Neil 王${n}`
    case 'note':
      return `first line ${n}\nsecond \\ "line" 🏃`
    case 'email':
      return `zoe.${n}@example.org`
    case 'phone':
      return `+4915112345${String(100 + (n % 900))}`
    case 'code':
      return `00${n}`
    case 'country':
      return 'DE'
    case 'date':
      return '1984-02-29'
    case 'instant':
      return '2026-05-03T05:00:00Z'
    case 'integer':
      return 1 + (n % 100)
    case 'number':
      return 42195
    case 'boolean':
      return true
    case 'choice':
      return field.choices?.[0] ?? null
    case 'ref':
      return null
  }
}

let changes = 0

/** A change as the engine freezes it. */
export function changeOf(
  binding: EntityBinding,
  action: OutgoingChange['action'],
  fields: Fields,
  refs: Refs,
  remoteId: string | null = null,
  parts: PartsContent = sampleParts(binding, 7000),
): OutgoingChange {
  const n = ++changes
  // As the engine does: a field left out would not be said.
  const whole = { ...Object.fromEntries(binding.fields.map((name) => [name, null])), ...fields }
  const body: RemoteBody = action === 'delete' ? {} : binding.toRemote(whole, refs, parts)
  return {
    action,
    key: `key-${n}`,
    recordId: `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    remoteId,
    body,
    patch: null,
    remoteVersion: null,
    remoteModifiedOn: 1_777_000_000_000_000 + n * 1000,
    modifiedBy: 'Desk 1',
  }
}

/**
 * What the remote record says, in our terms, references as remote ids.
 * @param leaveOut references that count as empty, whatever is there
 */
export function contentThere(
  binding: EntityBinding,
  body: RemoteBody,
  leaveOut: readonly string[] = [],
): string {
  if (!binding.fromRemote) throw new Error(`${binding.entity} cannot be read back`)
  const { fields, refs } = binding.fromRemote(body)
  const nothing = Object.fromEntries(leaveOut.map((name) => [name, null]))
  return canonical(binding.entity, binding, { ...fields, ...refs, ...nothing })
}

/** What should be there after sending this, as far as the system can keep it. */
export function contentSent(binding: EntityBinding, fields: Fields, refs: Refs): string {
  const whole = { ...fields, ...Object.fromEntries(Object.entries(refs)) }
  return canonical(binding.entity, binding, binding.project ? binding.project(whole) : whole)
}

function canonical(entity: EntityName, binding: EntityBinding, fields: Fields): string {
  const normal = normaliseFields(entity, fields)
  if (Object.keys(normal.invalid).length > 0) throw new Error(JSON.stringify(normal.invalid))
  return canonicaliser(entity, binding.fields)(normal.fields)
}
