/** Own fields of events as the model sees them: fields of an entry that are in no definition of its kind of record. */
import type { EntityName } from '../../contract/words.ts'
import {
  isOwnField,
  isSensitiveOwnField,
  ownAnswers,
  ownFieldLimits,
  type OwnFieldKind,
} from '../../contract/own-field-names.ts'
import type { OwnField } from '../../contract/own-fields.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { FieldDefinition } from './field.ts'
import { normalise, type Normalised } from './normalise.ts'

/** The kind of record that has own fields. */
export const ownFieldsOf: EntityName = 'eventParticipant'

/**
 * The definition of an own field as far as its name tells: text of one line. What its event says beyond that is checked
 * by `readOwnValue`. Undefined for any other name.
 */
export function ownDefinition(entity: EntityName, name: string): FieldDefinition | undefined {
  if (entity !== ownFieldsOf || !isOwnField(name)) return undefined
  const label = name.slice(name.indexOf('_') + 1).replaceAll('_', ' ')
  return {
    name,
    kind: 'text',
    label,
    maxLength: ownFieldLimits.value,
    ...(isSensitiveOwnField(name) && { sensitive: true }),
  }
}

/** Names of own fields among these fields. */
export function ownNames(fields: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(fields).filter(isOwnField)
}

/** Own values of a record as the column keeps them: JSON text with its names in order, null where all are empty. */
export function ownJson(fields: Readonly<Record<string, FieldValue>>): string | null {
  const filled = ownNames(fields).filter((name) => (fields[name] ?? null) !== null)
  if (filled.length === 0) return null
  return JSON.stringify(Object.fromEntries(filled.toSorted().map((name) => [name, fields[name]])))
}

const kinds = {
  text: 'text',
  number: 'number',
  choice: 'choice',
  yesNo: 'boolean',
} as const satisfies Record<OwnFieldKind, FieldDefinition['kind']>

/** The definition of an own field as its event gives it: what a value of it must be. */
export function definitionOf({ name, label, kind, choices }: OwnField): FieldDefinition {
  return {
    name,
    label,
    kind: kinds[kind],
    maxLength: ownFieldLimits.value,
    ...(kind === 'choice' && { choices }),
    ...(kind === 'number' && { decimalComma: true as const }),
    ...(isSensitiveOwnField(name) && { sensitive: true }),
  }
}

/** A value as it is kept: text. */
export function ownText(value: FieldValue): string | null {
  if (typeof value === 'boolean') return value ? ownAnswers[0] : ownAnswers[1]
  return value === null ? null : String(value)
}

/** A value in the form its event's definition wants, or why it does not fit. */
export function readOwnValue(field: OwnField, value: FieldValue): Normalised {
  const read = normalise(definitionOf(field), value)
  return read.ok ? { ok: true, value: ownText(read.value) } : read
}
