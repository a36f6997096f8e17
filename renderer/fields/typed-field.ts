/** What a person typed into a field, read before it is sent. Pure. Text that cannot be read stays as it was typed. */
import {
  readBirthDate,
  type DateReader,
  type ReadBirthDate,
} from '../../main/contract/birth-date.ts'
import { readInstant, type InstantProblem } from './typed-instant.ts'

/** What a field takes. */
export interface TypedField {
  readonly kind: 'text' | 'date' | 'instant'
  readonly required?: boolean
  /** Longest text, in characters. */
  readonly most?: number
}

type BirthDateProblem = Extract<ReadBirthDate, { kind: 'problem' }>['code']
type BirthDateQuestion = Extract<ReadBirthDate, { kind: 'question' }>['code']

/** Why a text is not taken; each has its sentence under `forms.refused`. */
export type TypedProblem =
  | { readonly code: 'required' }
  | { readonly code: 'too-long'; readonly most: number; readonly length: number }
  | { readonly code: BirthDateProblem; readonly about: 'date' }
  | { readonly code: InstantProblem; readonly about: 'instant' }

/** A person has to say once that this is meant. */
export interface TypedQuestion {
  readonly code: BirthDateQuestion
  /** YYYY-MM-DD */
  readonly date: string
  readonly age: number
}

export type ReadTyped =
  | { readonly value: string | null; readonly question?: TypedQuestion }
  | { readonly problem: TypedProblem }

/** Text → what is sent: YYYY-MM-DD for a date, ISO 8601 UTC for an instant, null for nothing. */
export function readTyped(field: TypedField, text: string, reader: DateReader): ReadTyped {
  const trimmed = text.trim()
  if (trimmed === '') return field.required ? { problem: { code: 'required' } } : { value: null }
  const { most } = field
  if (most !== undefined && trimmed.length > most) {
    return { problem: { code: 'too-long', most, length: trimmed.length } }
  }
  if (field.kind === 'instant') {
    const read = readInstant(trimmed, reader)
    return 'problem' in read ? { problem: { code: read.problem, about: 'instant' } } : read
  }
  if (field.kind !== 'date') return { value: trimmed }
  const read = readBirthDate(trimmed, reader)
  switch (read.kind) {
    case 'date':
      return { value: read.date }
    case 'question': {
      const { code, date, age } = read
      return { value: date, question: { code, date, age } }
    }
    case 'problem':
      return { problem: { code: read.code, about: 'date' } }
  }
}
