/** One normal form per field kind, so that the same content always looks the same wherever it came from. */
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'
import type { FieldValue } from '../../contract/records.ts'
import type { FieldDefinition } from './field.ts'

/** A value in normal form, or why it does not fit its field. */
export type Normalised =
  | { readonly ok: true; readonly value: FieldValue }
  | { readonly ok: false; readonly reason: string }

const valid = (value: FieldValue): Normalised => ({ ok: true, value })
const invalid = (reason: string): Normalised => ({ ok: false, reason })

// Control characters except line feed and tab; a scanner or a hostile file may carry them.
// eslint-disable-next-line no-control-regex -- naming control characters is the point
const controlCharacters = /[\u0000-\u0008\u000B-\u001F\u007F\u200B\uFEFF]/g

function clean(value: FieldValue): string {
  // Half a pair is no letter and no database keeps it; and what stood apart may belong together once a sign is gone.
  return String(value).toWellFormed().replace(controlCharacters, '').normalize('NFC')
}

// Most values are plain words with single spaces between them: normal already, and asked about twice a record.
const plainWords = /^[!-~]+(?: [!-~]+)*$/

function oneLine(value: FieldValue): string {
  if (typeof value === 'string' && plainWords.test(value)) return value
  return clean(value).replace(/\s+/gu, ' ').trim()
}

/**
 * Normal form of a value for its field. Null, undefined and empty text are all null.
 * @param defaultCountry ISO letters used for phone numbers written without a country code.
 */
export function normalise(
  field: FieldDefinition,
  value: FieldValue | undefined,
  defaultCountry?: string,
): Normalised {
  if (value === null || value === undefined) return valid(null)
  if (typeof value === 'string' && value.trim() === '') return valid(null)
  const result = byKind(field, value, defaultCountry)
  const longest = field.maxLength ?? (field.kind === 'note' ? 10_000 : 500)
  if (result.ok && typeof result.value === 'string' && result.value.length > longest) {
    return invalid(`is longer than ${longest} characters`)
  }
  return result
}

function byKind(field: FieldDefinition, value: FieldValue, country?: string): Normalised {
  switch (field.kind) {
    case 'text':
    case 'name':
      return valid(oneLine(value) || null)
    case 'note':
      return valid(clean(value).replace(/\r\n?/g, '\n').trim() || null)
    case 'code':
    case 'ref':
      return valid(oneLine(value) || null)
    case 'email':
      return valid(oneLine(value).toLowerCase().normalize('NFC') || null)
    case 'phone':
      return valid(normalisePhone(oneLine(value), country))
    case 'country':
      return valid(oneLine(value).toUpperCase().normalize('NFC') || null)
    case 'date':
      return normaliseDate(oneLine(value))
    case 'instant':
      return normaliseInstant(oneLine(value))
    case 'integer':
      return normaliseNumber(value, true)
    case 'number':
      return normaliseNumber(value, false)
    case 'boolean':
      return normaliseBoolean(value)
    case 'choice':
      return normaliseChoice(field, oneLine(value))
  }
}

function normalisePhone(value: string, country?: string): string | null {
  if (value === '') return null
  const defaultCountry = country?.trim().toUpperCase() as CountryCode | undefined
  // Only what is nothing but a number: an extension, or whose number it is, must not be lost.
  const parsed = parsePhoneNumberFromString(value.replace(/^tel:/i, ''), {
    extract: false,
    ...(defaultCountry ? { defaultCountry } : {}),
  })
  return parsed?.isPossible() && !parsed.ext ? parsed.number : value
}

function normaliseDate(value: string): Normalised {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:T.*)?$/.exec(value)
  if (!match) return invalid('is not a date like 1984-03-28')
  const [, year = '', month = '', day = ''] = match
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const parsed = new Date(`${text}T00:00:00Z`)
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== text) {
    return invalid(`is not a day of the calendar: ${value}`)
  }
  return valid(text)
}

function normaliseInstant(value: string): Normalised {
  // Without an offset the same text means different moments on different laptops.
  if (!/(?:Z|[+-]\d{2}:?\d{2})$/i.test(value)) {
    return invalid('is not a moment with its time zone, like 2026-04-20T09:00:00Z')
  }
  const parsed = new Date(value.replace(' ', 'T'))
  const day = /^\d{4}-\d{2}-\d{2}/.exec(value)?.[0]
  // `Date` makes 2 March of 30 February.
  if (Number.isNaN(parsed.getTime()) || (day !== undefined && !normaliseDate(day).ok)) {
    return invalid(`is not a point in time: ${value}`)
  }
  return valid(parsed.toISOString().replace('.000Z', 'Z'))
}

function normaliseNumber(value: FieldValue, whole: boolean): Normalised {
  const parsed = typeof value === 'number' ? value : Number(oneLine(value))
  if (!Number.isFinite(parsed)) return invalid('is not a number')
  if (whole && !Number.isInteger(parsed)) return invalid('is not a whole number')
  if (Math.abs(parsed) > Number.MAX_SAFE_INTEGER) return invalid('is too large')
  return valid(parsed === 0 ? 0 : parsed)
}

const yes = new Set(['true', '1', 'yes', 'y', 'ja', 'x'])
const no = new Set(['false', '0', 'no', 'n', 'nein'])

function normaliseBoolean(value: FieldValue): Normalised {
  if (typeof value === 'boolean') return valid(value)
  const word = oneLine(value).toLowerCase()
  if (yes.has(word)) return valid(true)
  if (no.has(word)) return valid(false)
  return invalid('is neither yes nor no')
}

function normaliseChoice(field: FieldDefinition, value: string): Normalised {
  const wanted = value.toLowerCase().replace(/[\s_-]/g, '')
  const found = field.choices?.find((choice) => choice.toLowerCase() === wanted)
  return found ? valid(found) : invalid(`is not one of ${field.choices?.join(', ')}`)
}
