/**
 * One normal form per field kind, so that the same content always looks the same wherever it came from; and what a kind
 * refuses, whoever brings it: desk, import, command line, HTTP interface or a target. What is refused is never stored.
 */
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'
import { judgeBirthDate, type DateProblem } from '../../contract/birth-date.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { Unfit } from '../../contract/unfit.ts'
import type { FieldDefinition } from './field.ts'
import { earliestYear, isPossibleTime, latestYear } from './possible-time.ts'

/** A value in normal form, or why it does not fit its field. */
export type Normalised =
  { readonly ok: true; readonly value: FieldValue } | { readonly ok: false; readonly reason: Unfit }

const valid = (value: FieldValue): Normalised => ({ ok: true, value })
const invalid = (reason: Unfit): Normalised => ({ ok: false, reason })

// Control characters except line feed and tab, and signs that turn the direction of what follows; a scanner or a hostile
// file may carry them.
const controlCharacters = /(?![\t\n])\p{Cc}|[\u200B\u202A-\u202E\u2066-\u2069\uFEFF]/gu

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

/** What a value is read with. */
export interface NormaliseOptions {
  /** Letters of the country a phone number written without one is of. */
  readonly country?: string | undefined
  /** YYYY-MM-DD: nobody is born after it. Left out, as in comparing what was taken before, only the calendar counts. */
  readonly today?: string | undefined
}

/** Longest text a field takes, in characters. */
export function longestOf({ kind, maxLength }: FieldDefinition): number {
  return maxLength ?? (kind === 'note' ? 10_000 : 500)
}

/** Normal form of a value for its field. Null, undefined and empty text are all null. */
export function normalise(
  field: FieldDefinition,
  value: FieldValue | undefined,
  options: NormaliseOptions = {},
): Normalised {
  if (value === null || value === undefined) return valid(null)
  if (typeof value === 'string' && value.trim() === '') return valid(null)
  const result = byKind(field, value, options)
  const longest = longestOf(field)
  if (result.ok && typeof result.value === 'string' && result.value.length > longest) {
    return invalid({ code: 'too-long', most: longest })
  }
  return result
}

function byKind(
  field: FieldDefinition,
  value: FieldValue,
  { country, today }: NormaliseOptions,
): Normalised {
  switch (field.kind) {
    case 'text':
    case 'name':
    case 'code':
    case 'ref':
      return isRounded(value) ? invalid(rounded) : valid(oneLine(value) || null)
    case 'note':
      return isRounded(value)
        ? invalid(rounded)
        : valid(clean(value).replace(/\r\n?/g, '\n').trim() || null)
    case 'email':
      return normaliseEmail(oneLine(value))
    case 'phone':
      return isRounded(value) ? invalid(rounded) : normalisePhone(oneLine(value), country)
    case 'url':
      return normaliseUrl(oneLine(value))
    case 'country':
      return normaliseCountry(oneLine(value))
    case 'date':
      return normaliseDate(oneLine(value), today)
    case 'instant':
      return normaliseInstant(oneLine(value))
    case 'integer':
    case 'number':
      return normaliseNumber(field, value)
    case 'boolean':
      return normaliseBoolean(value)
    case 'choice':
      return normaliseChoice(field, oneLine(value))
  }
}

/** A number beyond what JavaScript holds exactly lost digits before it came here: two people's chips would be one. */
function isRounded(value: FieldValue): boolean {
  return typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)
}
const rounded: Unfit = { code: 'rounded' }

// One @, a name before it, and a domain of at least two parts behind it. What a mail server would take beyond that,
// such as spaces between quotes, is a slip wherever it was seen.
const emailShape = /^[^\s@,;:<>()[\]\\"]+@(?:[\p{L}\p{M}\p{N}_-]+\.)+[\p{L}\p{M}\p{N}-]{2,}$/u

function normaliseEmail(value: string): Normalised {
  const address = value.toLowerCase().normalize('NFC')
  if (address === '') return valid(null)
  return emailShape.test(address) ? valid(address) : invalid({ code: 'not-email' })
}

/** Nothing but digits and what is written between them. */
const onlyNumber = /^\+?[\d\s().\-/\u2010-\u2015]+$/
/** A number somewhere between words: "+49 170 1234567 (mother)". */
const numberInside = /\d(?:[\s().\-/]*\d){5,}/
/** A day, or a time of day, in a column that moved. */
const dayOrTime = /^\d{4}-\d{1,2}-\d{1,2}$|^\d{1,2}\.\d{1,2}\.\d{2,4}$|:/

function normalisePhone(value: string, country?: string): Normalised {
  if (value === '') return valid(null)
  const text = value.replace(/^tel:/i, '')
  const digits = text.replace(/\D/g, '').length
  const isNumber = onlyNumber.test(text) ? digits >= 3 : numberInside.test(text)
  if (!isNumber || dayOrTime.test(text)) return invalid({ code: 'not-phone' })
  const defaultCountry = country?.trim().toUpperCase() as CountryCode | undefined
  // Only what is nothing but a number: an extension, or whose number it is, must not be lost.
  const parsed = parsePhoneNumberFromString(text, {
    extract: false,
    ...(defaultCountry ? { defaultCountry } : {}),
  })
  return valid(parsed?.isPossible() && !parsed.ext ? parsed.number : value)
}

function normaliseUrl(value: string): Normalised {
  if (value === '') return valid(null)
  const withScheme = /^[a-z][a-z\d+.-]*:/i.test(value) && !/^[^/]+:\d/.test(value)
  const address = withScheme ? value : `https://${value}`
  const isPage =
    !/\s/.test(value) && /^https?:\/\/[^/?#@]+\.[^/?#@]/i.test(address) && URL.canParse(address)
  return isPage ? valid(value) : invalid({ code: 'not-url' })
}

function normaliseCountry(value: string): Normalised {
  const letters = value.toUpperCase()
  if (letters === '') return valid(null)
  return /^[A-Z]{2,3}$/.test(letters) ? valid(letters) : invalid({ code: 'not-country' })
}

const dateReasons = {
  'not-a-date': 'not-date',
  'no-year': 'not-date',
  'other-order': 'not-date',
  'no-such-day': 'no-such-day',
  'too-early': 'too-early',
  future: 'future',
} as const satisfies Readonly<Record<DateProblem, Unfit['code']>>

function normaliseDate(value: string, today = '9999-12-31'): Normalised {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:T.*)?$/.exec(value)
  if (!match) return invalid({ code: 'not-date' })
  const [, year = '', month = '', day = ''] = match
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const read = judgeBirthDate(text, today)
  return read.kind === 'problem' ? invalid({ code: dateReasons[read.code], value }) : valid(text)
}

const instantShape =
  /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i

function normaliseInstant(value: string): Normalised {
  // Without an offset the same text means different moments on different laptops.
  if (!/(?:Z|[+-]\d{2}:?\d{2})$/i.test(value)) {
    return invalid({ code: 'not-moment' })
  }
  const day = instantShape.exec(value)?.[1]
  const parsed = new Date(value.replace(' ', 'T'))
  // `Date` makes 2 March of 30 February.
  if (day === undefined || Number.isNaN(parsed.getTime()) || !isDay(day)) {
    return invalid({ code: 'no-such-moment', value })
  }
  if (!isPossibleTime(parsed.getTime()))
    return invalid({ code: 'far-moment', value, first: earliestYear, last: latestYear })
  return valid(parsed.toISOString().replace('.000Z', 'Z'))
}

function isDay(text: string): boolean {
  const parsed = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().slice(0, 10) === text
}

// Decimal digits only: hexadecimal or an exponent in a list is something else that ended up in this column.
const numberShape = /^[+-]?\d+(?:\.\d+)?$/

function normaliseNumber(field: FieldDefinition, value: FieldValue): Normalised {
  const line = typeof value === 'number' ? null : oneLine(value)
  const text = field.decimalComma ? (line?.replace(',', '.') ?? null) : line
  const parsed = typeof value === 'number' ? value : numberShape.test(text!) ? Number(text) : NaN
  if (!Number.isFinite(parsed)) return invalid({ code: 'not-number' })
  if (field.kind === 'integer' && !Number.isInteger(parsed)) return invalid({ code: 'not-whole' })
  if (Math.abs(parsed) > Number.MAX_SAFE_INTEGER) return invalid({ code: 'too-large' })
  if (field.min !== undefined && parsed < field.min)
    return invalid({ code: 'below', least: field.min })
  if (field.max !== undefined && parsed > field.max)
    return invalid({ code: 'above', most: field.max })
  return valid(parsed === 0 ? 0 : parsed)
}

const yes = new Set(['true', '1', 'yes', 'y', 'ja', 'x'])
const no = new Set(['false', '0', 'no', 'n', 'nein'])

function normaliseBoolean(value: FieldValue): Normalised {
  if (typeof value === 'boolean') return valid(value)
  const word = oneLine(value).toLowerCase()
  if (yes.has(word)) return valid(true)
  if (no.has(word)) return valid(false)
  return invalid({ code: 'not-answer' })
}

function normaliseChoice(field: FieldDefinition, value: string): Normalised {
  const plain = (choice: string) => choice.toLowerCase().replace(/[\s_-]/g, '')
  const wanted = plain(value)
  const found = field.choices?.find((choice) => plain(choice) === wanted)
  return found ? valid(found) : invalid({ code: 'not-choice', choices: field.choices ?? [] })
}
