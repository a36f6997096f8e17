/**
 * Casts of OpenConnector's mappings: a value of one kind made one of another, by name. Pure.
 * What a cast cannot read stays as it is: then the field refuses it by name, instead of a wrong value being taken.
 */
import { isRecord } from '../kit/is-record.ts'
import { valueAt } from './places.ts'

/** What a cast makes of a value; `unset`: the place is taken away. */
export type CastValue = { readonly value: unknown } | 'unset'

/** @param whole the record as it is mapped so far */
type Cast = (value: unknown, argument: string, whole: unknown) => CastValue

const of =
  (make: (value: unknown) => unknown): Cast =>
  (value) => ({ value: make(value) })
/** Of texts only; anything else stays. */
const ofText = (make: (text: string) => unknown): Cast =>
  of((value) => (typeof value === 'string' ? make(value) : value))

const casts: Readonly<Record<string, Cast>> = {
  string: of(textFrom),
  bool: of(boolFrom),
  boolean: of(boolFrom),
  '?bool': of((value) => (value === null || value === '' ? null : boolFrom(value))),
  int: of((value) => numberFrom(value, Math.trunc)),
  integer: of((value) => numberFrom(value, Math.trunc)),
  float: of((value) => numberFrom(value, (number) => number)),
  array: of((value) => (Array.isArray(value) ? value : value === null ? [] : [value])),
  date: of(dateFrom),
  url: ofText(encodeURIComponent),
  urlDecode: ofText((text) => orSame(() => decodeURIComponent(text.replaceAll('+', ' ')), text)),
  rawurl: ofText(encodeURIComponent),
  rawurlDecode: ofText((text) => orSame(() => decodeURIComponent(text), text)),
  html: ofText((text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`)),
  htmlDecode: ofText(htmlDecoded),
  base64: ofText((text) => Buffer.from(text, 'utf8').toString('base64')),
  base64Decode: ofText((text) => Buffer.from(text, 'base64').toString('utf8')),
  json: of((value) => JSON.stringify(value)),
  jsonToArray: ofText((text) => orSame(() => JSON.parse(text) as unknown, text)),
  utf8: ofText((text) => text.normalize('NFC')),
  nullStringToNull: of((value) => (value === 'null' ? null : value)),
  coordinateStringToArray: ofText((text) => {
    const numbers = text
      .trim()
      .split(/[\s,;]+/)
      .map(Number)
    return numbers.length > 1 && numbers.every(Number.isFinite) ? numbers : text
  }),
  /** A list keyed by its own values says nothing. */
  keyCantBeValue: (value, argument) => (value === argument ? { value: null } : { value }),
  unsetIfValue: (value, argument) => (textFrom(value) === argument ? 'unset' : { value }),
  setNullIfValue: (value, argument) => ({ value: textFrom(value) === argument ? null : value }),
  countValue: (value, argument, whole) => {
    const counted = argument === '' ? value : valueAt(whole, argument)
    return {
      value: Array.isArray(counted)
        ? counted.length
        : isRecord(counted)
          ? Object.keys(counted).length
          : 0,
    }
  },
  moneyStringToInt: ofText((text) => {
    const plain = text.replace(/[^\d.,-]/g, '')
    const [whole = '', cents = ''] = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(plain)?.slice(1) ?? []
    const number = Number(`${whole.replace(/[.,]/g, '')}${(cents ?? '').padEnd(2, '0')}`)
    return plain === '' || !Number.isSafeInteger(number) ? text : number
  }),
  intToMoneyString: of((value) => {
    const number = numberFrom(value, Math.trunc)
    return typeof number === 'number' ? (number / 100).toFixed(2) : value
  }),
}

/** `name`, or `name==argument` or `name:argument`. */
function partsOf(cast: string): readonly [name: string, argument: string] {
  const [, name = '', argument = ''] = /^\s*([?\w]+)\s*(?:(?:==|:)\s*(.*))?$/s.exec(cast) ?? []
  return [name, argument.trim()]
}

/** Several casts may stand in one text, with commas. */
export const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** Why casts cannot be used, null where they can. */
export function castFault(text: string): string | null {
  return listed(text).find((one) => !Object.hasOwn(casts, partsOf(one)[0])) ?? null
}

/** One cast after another. */
export function castValue(value: unknown, text: string, whole: unknown): CastValue {
  let made: CastValue = { value }
  for (const one of listed(text)) {
    if (made === 'unset') return made
    const [name, argument] = partsOf(one)
    const cast = Object.hasOwn(casts, name) ? casts[name] : undefined
    made = cast ? cast(made.value, argument, whole) : made
  }
  return made
}

function textFrom(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return String(value)
    case 'object':
      return value === null ? null : JSON.stringify(value)
    default:
      return value
  }
}

/** PHP takes every text but "" and "0" for true; "false" and "no" are meant otherwise. */
function boolFrom(value: unknown): unknown {
  if (typeof value === 'string')
    return !['', '0', 'false', 'no', 'off', 'null'].includes(value.trim().toLowerCase())
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}

function numberFrom(value: unknown, round: (number: number) => number): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  // Digits that would be lost stay text.
  return typeof number === 'number' &&
    Number.isFinite(number) &&
    Math.abs(number) <= Number.MAX_SAFE_INTEGER
    ? round(number)
    : value
}

/** A day: of a time with a zone its day there, of seconds since 1970 the day in UTC. */
function dateFrom(value: unknown): unknown {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\d/.exec(value.trim())?.[0] ?? value
  if (!Number.isSafeInteger(value)) return value
  const date = new Date((value as number) * 1000)
  return Number.isNaN(date.getTime()) ? value : date.toISOString().slice(0, 10)
}

function htmlDecoded(text: string): string {
  const named: Readonly<Record<string, string>> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
  }
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return named[name] ?? whole
    const code = decimal ? Number(decimal) : Number.parseInt(String(hex), 16)
    return code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : whole
  })
}

function orSame(make: () => unknown, text: string): unknown {
  try {
    return make()
  } catch {
    return text
  }
}
