/** Saved values as the text a form shows for them, and what each field takes. Pure. */
import type { FieldValue, FieldView } from '../../../../main/contract/records.ts'
import type { TypedField } from '../../../fields/typed-field.ts'
import { dayText, instantText } from '../../../fields/typed-instant.ts'

/** A day or point in time as this reader would type it; everything else as it is. */
export function storedText(field: FieldView, value: FieldValue, language: string): string {
  const text = value === null ? '' : String(value)
  if (text === '') return ''
  if (field.kind === 'date') return dayText(text, language)
  if (field.kind === 'instant') return instantText(text, language)
  return text
}

/** What a field takes; choices and references are checked by the engine. */
export function typedField(field: FieldView): TypedField {
  const kind = field.kind === 'date' || field.kind === 'instant' ? field.kind : 'text'
  return {
    kind,
    required: field.required,
    ...(field.maxLength === undefined ? {} : { most: field.maxLength }),
  }
}
