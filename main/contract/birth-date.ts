/**
 * Birth dates as people type them. Pure; used by the window while somebody types and by the engine on every way in.
 *
 * How a form uses it:
 *
 * ```ts
 * const read = readBirthDate(text, { order: dateOrderOf(locale), today: '2026-04-18' })
 * switch (read.kind) {
 *   case 'date': // save read.date, show it back in words
 *   case 'question': // show read.date and read.age in words and ask; save read.date once somebody says yes
 *   case 'problem': // show the sentence of read.code under the field; what was typed stays
 * }
 * ```
 *
 * `today` is the reader's own calendar day. Empty text is no question of this function: it means "not known".
 */

/** In which order numbers are read when the text itself does not tell. */
export const dateOrders = ['dmy', 'mdy', 'ymd'] as const
export type DateOrder = (typeof dateOrders)[number]

/**
 * - `not-a-date`: letters or signs that no date has, or a part is missing.
 * - `no-year`: a day and a month only.
 * - `other-order`: no day in the reader's order, but one in another: 02/29/1988 read as day, month, year.
 * - `no-such-day`: the calendar has no such day: 31 April, 29 February 1990.
 * - `too-early`: before 1900. `future`: after today.
 */
export const dateProblems = [
  'not-a-date',
  'no-year',
  'other-order',
  'no-such-day',
  'too-early',
  'future',
] as const
export type DateProblem = (typeof dateProblems)[number]

/** `young`: 0 to 5 years old today. `old`: above 100. Both happen, and both are mostly a slip of the hand. */
export const dateQuestions = ['young', 'old'] as const
export type DateQuestion = (typeof dateQuestions)[number]

/** `date` is YYYY-MM-DD, `age` in full years on the day asked. */
export type ReadBirthDate =
  | { readonly kind: 'date'; readonly date: string }
  | {
      readonly kind: 'question'
      readonly code: DateQuestion
      readonly date: string
      readonly age: number
    }
  | { readonly kind: 'problem'; readonly code: DateProblem }

/** A day as YYYY-MM-DD, or why the text is none. */
export type DayReading = Extract<ReadBirthDate, { kind: 'date' | 'problem' }>

export interface DateReader {
  readonly order: DateOrder
  /** YYYY-MM-DD. */
  readonly today: string
}

interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

const firstYear = 1900
const problem = (code: DateProblem): DayReading => ({ kind: 'problem', code })

/**
 * Reads a birth date generously: `1990-07-01`, `1.7.1990`, `01/07/1990`, `1/7/90`, `010790`, `01071990`, `1 July 1990`,
 * `Juli 1, 1990`. A year of four digits that comes first, and a month in words, say the order themselves; else the
 * reader's order counts. A year of two digits is the latest that is not after today.
 */
export function readBirthDate(text: string, reader: DateReader): ReadBirthDate {
  // A time of midnight behind the day is how spreadsheets and other systems write one.
  const typed = text.normalize('NFKC').trim().replace(timeOfDay, '')
  const found = dayOf(typed, reader)
  if (typeof found === 'object') return judged(found, reader.today)
  if (found !== 'no-such-day') return problem(found)
  const fits = dateOrders.some((order) => typeof dayOf(typed, { ...reader, order }) === 'object')
  return problem(fits ? 'other-order' : 'no-such-day')
}

/** Reads any day in the same ways, also one before 1900 or to come: YYYY-MM-DD. */
export function readDay(text: string, reader: DateReader): DayReading {
  const found = dayOf(text.normalize('NFKC').trim(), reader)
  return typeof found === 'object' ? { kind: 'date', date: isoOf(found) } : problem(found)
}

/** Judges a day that is in the calendar already; see `readBirthDate`. `date` is YYYY-MM-DD. */
export function judgeBirthDate(date: string, today: string): ReadBirthDate {
  return readBirthDate(date, { order: 'ymd', today })
}

/** The order in which a language (BCP 47: `de`, `en-US`) writes a date in numbers. */
export function dateOrderOf(language: string): DateOrder {
  const shown = new Intl.DateTimeFormat(language, {
    calendar: 'gregory',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  const letters = shown.formatToParts(new Date(0)).map(({ type }) => letterOf[type] ?? '')
  const order = letters.join('')
  return dateOrders.find((known) => known === order) ?? 'dmy'
}

const letterOf: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {
  year: 'y',
  month: 'm',
  day: 'd',
}

const timeOfDay =
  /(?<=\d)(?:T| +)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|[AP]M|[+-]\d{2}:?\d{2}))?$/i

interface Parts {
  readonly numbers: readonly [string, string, string]
  /** The reader's, unless the text says its order itself. */
  readonly order: DateOrder
}

function dayOf(text: string, { order, today }: DateReader): Day | DateProblem {
  const parts = partsOf(text, order)
  return typeof parts === 'string' ? parts : inOrder(parts, today)
}

function partsOf(text: string, order: DateOrder): Parts | DateProblem {
  if (/^\d+$/.test(text)) return partsOfDigits(text, order)
  // Other signs, and two signs in a row, are no date: a list, a range, a negative number.
  if (!/^[\p{L}\p{M}\d\s./,-]+$/u.test(text) || /^[^\p{L}\d]|[./-]\s*[/,-]/u.test(text)) {
    return 'not-a-date'
  }
  const words = text.match(/\d+|[\p{L}\p{M}]+/gu) ?? []
  const named = words.findIndex((word) => monthOf(word) !== null)
  if (named >= 0) return partsWithMonth(words, named)
  const [one = '', two = '', three = ''] = words
  if (words.length > 3 || !words.every(isNumber)) return 'not-a-date'
  if (words.length === 2 && one.length <= 2 && two.length <= 2) return 'no-year'
  if (words.length < 3) return 'not-a-date'
  return { numbers: [one, two, three], order: one.length === 4 ? 'ymd' : order }
}

function partsOfDigits(text: string, order: DateOrder): Parts | DateProblem {
  if (text.length !== 6 && text.length !== 8) return 'not-a-date'
  // Eight digits are a day from 1900 on in one way only: the year's first two would have to be a month.
  const yearFirst = text.length === 8 && Number(text.slice(4)) < firstYear
  const read = yearFirst ? 'ymd' : order
  const ends = text.length === 6 ? [2, 4] : read === 'ymd' ? [4, 6] : [2, 4]
  const [first, second] = ends
  return {
    numbers: [text.slice(0, first), text.slice(first, second), text.slice(second)],
    order: read,
  }
}

function partsWithMonth(words: readonly string[], at: number): Parts | DateProblem {
  const month = String(monthOf(words[at]!))
  const others = words.filter((word, index) => index !== at && !besideDay.has(word.toLowerCase()))
  const [one, two] = others
  if (one === undefined || others.length > 2 || !others.every(isNumber)) return 'not-a-date'
  if (two === undefined) return one.length <= 2 ? 'no-year' : 'not-a-date'
  return { numbers: [one, month, two], order: one.length === 4 ? 'ymd' : 'dmy' }
}

/** Words that stand beside a day or a month and say nothing more: 1st, 1er, 1 de julio. */
const besideDay = new Set(['st', 'nd', 'rd', 'th', 'er', 'de', 'of', 'the', 'den', 'del'])

const isNumber = (word: string) => /^\d+$/.test(word)

function inOrder({ numbers, order }: Parts, today: string): Day | DateProblem {
  const [yearText, monthText, dayText] = ['y', 'm', 'd'].map(
    (letter) => numbers[order.indexOf(letter)]!,
  ) as [string, string, string]
  if (monthText.length > 2 || dayText.length > 2) return 'no-such-day'
  if (yearText.length !== 4 && yearText.length !== 2) return 'not-a-date'
  const [month, day] = [Number(monthText), Number(dayText)]
  const year =
    yearText.length === 4 ? Number(yearText) : fullYear(Number(yearText), month, day, today)
  const read = new Date(0)
  read.setUTCFullYear(year, month - 1, day)
  const isInCalendar = read.getUTCMonth() === month - 1 && read.getUTCDate() === day
  return isInCalendar ? { year, month, day } : 'no-such-day'
}

function fullYear(twoDigits: number, month: number, day: number, today: string): number {
  const year = Math.floor(Number(today.slice(0, 4)) / 100) * 100 + twoDigits
  return isoOf({ year, month, day }) > today ? year - 100 : year
}

function judged(found: Day, today: string): ReadBirthDate {
  const date = isoOf(found)
  if (found.year < firstYear) return problem('too-early')
  if (date > today) return problem('future')
  const years = Number(today.slice(0, 4)) - found.year
  const age = today.slice(5) < date.slice(5) ? years - 1 : years
  if (age <= 5) return { kind: 'question', code: 'young', date, age }
  if (age > 100) return { kind: 'question', code: 'old', date, age }
  return { kind: 'date', date }
}

function isoOf({ year, month, day }: Day): string {
  const digits = (value: number, length: number) => String(value).padStart(length, '0')
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`
}

/** Names of the months without accents; the first three letters are enough where they are one month's only. */
const monthNames: readonly string[] = [
  'january januar jaenner janner janvier enero gennaio januari janeiro ene gen styczen stycznia leden ledna',
  'february februar feber fevrier febrero febbraio februari fevereiro fev luty lutego unor unora',
  'march marz maerz mrz mars marzo maart marco mrt marts marzec marca brezen brezna',
  'april avril abril aprile avr abr kwiecien kwietnia duben dubna',
  'may mai mayo maggio mei maio mag maj maja kveten kvetna',
  'june juni juin junio giugno junho giu czerwiec czerwca cerven cervna',
  'july juli juillet julio luglio julho lug lipiec lipca cervenec cervence',
  'august aout agosto augustus augusti ago sierpien sierpnia srpen srpna',
  'september septembre septiembre settembre setembro sept set wrzesien wrzesnia zari',
  'october oktober octobre octubre ottobre outubro okt ott out pazdziernik pazdziernika rijen rijna',
  'november novembre noviembre novembro listopad listopada',
  'december dezember decembre diciembre dicembre dezembro dez dic desember grudzien grudnia prosinec prosince',
]
const namesByMonth = monthNames.map((names) => names.split(' '))

function monthOf(word: string): number | null {
  if (/^\d/.test(word)) return null
  const plain = word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const exact = namesByMonth.findIndex((names) => names.includes(plain))
  if (exact >= 0) return exact + 1
  const found = namesByMonth.flatMap((names, at) =>
    plain.length >= 3 && names.some((name) => name.startsWith(plain)) ? [at + 1] : [],
  )
  return found.length === 1 ? found[0]! : null
}
