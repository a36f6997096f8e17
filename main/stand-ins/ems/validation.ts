/** What a request body turned out to be: a row to store, or what is wrong with each field. */
import type { FieldError } from '../kit/problem.ts'
import type { EmsCollection, EmsField, Value } from './dtos.ts'

/** The fields and references a body states, checked one by one; what it leaves out is not in `stated`. */
export interface ReadBody {
  readonly stated: Readonly<Record<string, Value>>
  readonly errors: readonly FieldError[]
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Reads a body. Fields the server does not know are ignored; of a nested record only its id counts. */
export function readBody(
  { fields, references }: EmsCollection,
  body: Readonly<Record<string, unknown>>,
): ReadBody {
  const stated: Record<string, Value> = {}
  const errors: FieldError[] = []
  for (const field of fields) {
    const value = body[field.name]
    if (value === undefined) continue
    const complaint = value === null ? null : complaintAbout(field, value)
    if (complaint === null) stated[field.name] = stored(field, value)
    else errors.push({ field: field.name, message: complaint })
  }
  for (const { name } of references) {
    const value = body[name]
    if (value === undefined) continue
    const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null
    if (value === null || Number.isSafeInteger(id)) stated[name] = id as number | null
    else errors.push({ field: name, message: 'must be a record with an id' })
  }
  return { stated, errors }
}

/** What is required and not there. */
export function missingFrom(
  { fields, references }: EmsCollection,
  row: Readonly<Record<string, Value>>,
): readonly FieldError[] {
  return [...fields, ...references]
    .filter(({ name, required }) => required && (row[name] ?? null) === null)
    .map(({ name }) => ({ field: name, message: 'must not be null' }))
}

/** Java keeps UUIDs in small letters and instants in UTC, with the fraction it was given. */
function stored({ kind }: EmsField, value: unknown): Value {
  if (typeof value !== 'string') return value as Value
  if (kind === 'uuid') return value.toLowerCase()
  return kind === 'instant' ? new Date(value).toISOString() : value
}

function complaintAbout({ kind, longest = 255, choices }: EmsField, value: unknown): string | null {
  switch (kind) {
    case 'text':
      if (typeof value !== 'string') return 'must be text'
      return value.length > longest ? `size must be between 0 and ${longest}` : null
    case 'uuid':
      return typeof value === 'string' && uuid.test(value) ? null : 'must be a UUID'
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? null : 'must be a date'
    case 'instant':
      return typeof value === 'string' && instant.test(value) ? null : 'must be an instant'
    case 'integer':
      return value === ((value as number) | 0) ? null : 'must be a 32-bit integer'
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false'
    case 'choice':
      return choices?.includes(value as string) ? null : `must be one of ${choices?.join(', ')}`
  }
}
