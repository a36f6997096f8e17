import type { CollectionRule, Entity, EntityValue, FieldRule } from './collections.ts'
import type { FieldError } from '../kit/problem.ts'

/** What a request body turned out to be: an entity to store, or why not. */
export type Validated =
  | { readonly ok: true; readonly entity: Entity }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** Text columns of such servers are VARCHAR(255); a longer value is refused, not cut. */
export const longestText = 255

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/

/**
 * Makes an entity of a parsed body: fields the server does not know are ignored, a field left out or
 * `null` is cleared, a value of the wrong kind is an error. Values are stored exactly as sent (no
 * trimming, no case folding): a number where text is expected is refused, because a bib that
 * travelled as a number has lost its leading zeros.
 */
export function validate(
  rule: CollectionRule,
  id: number,
  body: Readonly<Record<string, unknown>>,
): Validated {
  const entity: Record<string, EntityValue> = { id }
  let errors: FieldError[] | null = null
  const refuse = (name: string, message: string): void => {
    ;(errors ??= []).push({ field: name, message })
  }
  for (const field of rule.fields) {
    const value = body[field.name] ?? null
    const complaint = value === null ? null : complaintAbout(field, value)
    if (complaint !== null) refuse(field.name, complaint)
    else if (field.required && (value === null || value === ''))
      refuse(field.name, 'must not be empty')
    else entity[field.name] = value as EntityValue
  }
  for (const reference of rule.references) {
    const value = body[reference.name] ?? null
    const target = idOf(value)
    if (value === null && reference.required) refuse(reference.name, 'must not be null')
    else if (value !== null && target === null)
      refuse(reference.name, 'must be an object with an integer id')
    else entity[reference.name] = target === null ? null : { id: target }
  }
  if (errors !== null) return { ok: false, errors }
  return { ok: true, entity: entity as unknown as Entity }
}

function idOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null
  return Number.isSafeInteger(value.id) ? (value.id as number) : null
}

function complaintAbout(field: FieldRule, value: unknown): string | null {
  switch (field.kind) {
    case 'text':
      if (typeof value !== 'string') return 'must be text'
      return value.length > longestText ? `size must be between 0 and ${longestText}` : null
    case 'integer':
      return Number.isSafeInteger(value) ? null : 'must be a whole number'
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false'
    case 'choice':
      return field.choices?.includes(value as string)
        ? null
        : `must be one of ${field.choices?.join(', ')}`
    case 'date':
      return isDate(value) ? null : 'must be a date YYYY-MM-DD'
    case 'instant':
      return typeof value === 'string' && instant.test(value) && !Number.isNaN(Date.parse(value))
        ? null
        : 'must be an ISO 8601 instant in UTC, ending in Z'
  }
}

function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false
  const time = Date.parse(`${value}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
}
