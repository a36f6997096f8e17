/** In which order a column writes its dates, and what one of them means. Pure. */
import type { GuessFacts } from '../../contract/guess-reasons.ts'
import { guessInWords, orderText } from '../../contract/guess-words-en.ts'
import type { ImportGuess } from '../../contract/imports.ts'
import {
  readBirthDate,
  type DateOrder,
  type DateProblem,
  type ReadBirthDate,
} from '../../contract/birth-date.ts'

/** What the dates of a column show. */
export interface DateFacts {
  /** A value that can only be day, month, year, and one that can only be month, day, year; null while none was seen. */
  dmy: string | null
  mdy: string | null
  /** The same of dates with dots. */
  dottedDmy: string | null
  dottedMdy: string | null
  /** Year of two digits that comes first. */
  shortYmd: string | null
  /** One that means two days. */
  either: string | null
  twoDigits: string | null
  serial: string | null
  year: string | null
  /** Hours in UTC at which moments stand that are not midnight there; -1 for one that is no midnight anywhere. */
  readonly hours: Set<number>
  moment: string | null
  /** Any other text. */
  other: string | null
  note(text: string): void
}

const numeric = /^(\d{1,2})\s*([./\- ])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?!\d)/
const eightDigits = /^(\d{2})()(\d{2})(\d{4})$/
const zulu = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)? ?(?:Z|\+00:?00|UTC)$/i
/** Days a spreadsheet counts from 1900 on; smaller ones are years. */
const serialShape = /^\d{4,5}(?:\.0+)?$/
const [leastSerial, mostSerial] = [2_101, 60_000]

function isSerial(text: string): boolean {
  return serialShape.test(text) && Number(text) >= leastSerial && Number(text) <= mostSerial
}

/** Facts of a column no cell of which was seen yet. */
export function dateFacts(): DateFacts {
  return {
    dmy: null,
    mdy: null,
    dottedDmy: null,
    dottedMdy: null,
    shortYmd: null,
    either: null,
    twoDigits: null,
    serial: null,
    year: null,
    hours: new Set(),
    moment: null,
    other: null,
    note(cell) {
      const text = cell.trim()
      const parts = numeric.exec(text) ?? (isYearFirst(text) ? null : eightDigits.exec(text))
      if (parts !== null) noteParts(this, parts, text)
      else if (/^\d{4}$/.test(text) && !isSerial(text)) this.year ??= text
      else if (isSerial(text)) this.serial ??= text
      else {
        const moment = zulu.exec(text)
        if (moment === null || (moment[2] === '00' && moment[3] === '00')) this.other ??= text
        else {
          this.moment ??= text
          this.hours.add(/^(?:00|30)$/.test(moment[3]!) ? Number(moment[2]) : -1)
        }
      }
    },
  }
}

/** Eight digits are a day from 1900 on in one way only where the last four are no year. */
const isYearFirst = (text: string) => /^\d{8}$/.test(text) && Number(text.slice(4)) < 1900

function noteParts(facts: DateFacts, parts: RegExpExecArray, text: string): void {
  const [, one = '', sign, two = '', year = ''] = parts
  const [a, b] = [Number(one), Number(two)]
  if (year.length === 2 && a > 31 && b <= 12) {
    facts.shortYmd ??= text
    return
  }
  if (year.length === 2) facts.twoDigits ??= text
  if (a > 12 && b > 12) facts.other ??= text
  else if (a > 12) {
    if (sign === '.') facts.dottedDmy ??= text
    else facts.dmy ??= text
  } else if (b > 12) {
    if (sign === '.') facts.dottedMdy ??= text
    else facts.mdy ??= text
  } else if (a !== b && sign !== '.') facts.either ??= text
}

/** How the dates of one column are read. */
export interface DatePlan {
  /** Null where nothing tells: a date that means two days is asked. */
  readonly order: DateOrder | null
  /** The same for dates with dots, which are day, month, year unless the column shows otherwise. */
  readonly dotted: DateOrder | null
  /** A person said so: no other order is tried. */
  readonly told: boolean
  /** All values are the days a spreadsheet counts. */
  readonly serials: boolean
  /** Moments of the column are midnight somewhere else. */
  readonly midnights: boolean
}

/** A column nothing is known of. */
export const openDatePlan: DatePlan = {
  order: null,
  dotted: 'dmy',
  told: false,
  serials: false,
  midnights: false,
}

const [d, m, y] = ['(?:dd|tt|jj|gg|d)', '(?:mm|m)', '(?:yyyy|jjjj|aaaa|åååå|rrrr|yy|aa|rr)']
const headerOrders: readonly (readonly [RegExp, DateOrder])[] = [
  [new RegExp(`(?<!\\p{L})${d}[\\W_]?${m}[\\W_]?${y}(?!\\p{L})`, 'iu'), 'dmy'],
  [new RegExp(`(?<!\\p{L})${m}[\\W_]?${d}[\\W_]?${y}(?!\\p{L})`, 'iu'), 'mdy'],
  [new RegExp(`(?<!\\p{L})${y}[\\W_]?${m}[\\W_]?${d}(?!\\p{L})`, 'iu'), 'ymd'],
]

/** The one order the column itself shows, null where it shows none or two. */
export function shownOrder(facts: DateFacts): { order: DateOrder; by: string } | null {
  const shown = (
    [
      ['dmy', facts.dmy],
      ['mdy', facts.mdy],
      ['ymd', facts.shortYmd],
    ] as const
  ).flatMap(([order, by]) => (by === null ? [] : [{ order, by }]))
  return shown.length === 1 ? shown[0]! : null
}

export interface DateColumn {
  readonly header: string
  readonly facts: DateFacts
  /** What a person chose. */
  readonly told: DateOrder | undefined
  /** The order another column of the file shows, and a value that does. */
  readonly beside: {
    readonly order: DateOrder
    readonly by: string
    readonly header: string
  } | null
}

/** How a column of dates is read, and what had to be guessed. */
export function planDates({ header, facts, told, beside }: DateColumn): {
  readonly plan: DatePlan
  readonly guesses: readonly ImportGuess[]
} {
  const guesses: ImportGuess[] = []
  const guess = (facts: GuessFacts) => guesses.push(guessInWords(facts))
  const column = header
  const contradicts = [facts.dmy, facts.mdy, facts.shortYmd].filter((by) => by !== null).length > 1
  const dotted = facts.dottedMdy === null ? 'dmy' : facts.dottedDmy === null ? 'mdy' : null
  let order: DateOrder | null = told ?? null
  const shown = shownOrder(facts)
  if (told === undefined && shown !== null) {
    order = shown.order
    if (facts.either !== null) guess({ code: 'dates-shown', column, order, value: shown.by })
  }
  if (order === null && !contradicts) {
    const named = headerOrders.find(([shape]) => shape.test(header))?.[1]
    const dots = facts.dottedDmy ?? facts.dottedMdy
    if (named !== undefined) order = named
    else if (dots !== null) order = dotted
    else order = beside?.order ?? null
    if (order !== null && facts.either !== null) {
      if (named !== undefined) guess({ code: 'dates-named', column, order })
      else if (dots !== null) guess({ code: 'dates-shown', column, order, value: dots })
      else {
        const { by: value, header: other } = beside!
        guess({ code: 'dates-beside', column, order, value, other })
      }
    }
  }
  if (told === undefined && contradicts) {
    const both = [facts.dmy, facts.mdy, facts.shortYmd].filter((by) => by !== null)
    guess({ code: 'dates-mixed', column, values: both })
  }
  if (facts.twoDigits !== null || facts.shortYmd !== null) {
    guess({ code: 'dates-short', column, value: (facts.twoDigits ?? facts.shortYmd)! })
  }
  const others = facts.other ?? facts.year ?? facts.dmy ?? facts.mdy ?? facts.either
  const serials = facts.serial !== null && others === null && facts.dottedDmy === null
  if (serials) {
    const value = facts.serial!
    guess({ code: 'dates-counted', column, value, day: serialDay(value) })
  }
  const midnights = areMidnights(facts.hours)
  if (midnights) {
    const day = dayOfMoment(zulu.exec(facts.moment!)!)
    guess({ code: 'dates-midnight', column, value: facts.moment!, day })
  }
  return {
    plan: {
      order,
      dotted: told ?? dotted,
      told: told !== undefined,
      serials,
      midnights,
    },
    guesses,
  }
}

/** Moments of birth dates stand at the midnight of one place: an hour or two, with summer time and changes of the law. */
function areMidnights(hours: ReadonlySet<number>): boolean {
  if (hours.size === 0 || hours.size > 3) return false
  const sorted = [...hours]
  const [least, most] = [Math.min(...sorted), Math.max(...sorted)]
  const isClear = least >= 13 || (least >= 1 && most <= 9)
  return isClear && most - least <= 2
}

/** East of Greenwich midnight comes before that of UTC: there it is the next day. */
function dayOfMoment([, day = '', hour]: RegExpExecArray): string {
  return Number(hour) >= 13 ? dayAfter(day) : day
}

const dayMs = 86_400_000
function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10)
}

/** Spreadsheets count from 1900, with a 29 February that year did not have. */
function serialDay(text: string): string {
  return new Date(Date.UTC(1899, 11, 30) + Math.trunc(Number(text)) * dayMs)
    .toISOString()
    .slice(0, 10)
}

/** The day as YYYY-MM-DD, null for a sign that there is none, or why it cannot be taken and what to do. */
export type ReadDate =
  { readonly day: string | null } | { readonly reason: string; readonly fix?: string }

const none = /^0{1,4}([./-])0{1,2}\1?0{0,4}(?:[T ].*)?$/
const timeBehind =
  /(?<=\d)(?:T| +)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)? ?([AP]M)?(?: ?([+-]\d{2}:?\d{2}|Z))?$/i

/** What one cell of a column of dates means. @param today YYYY-MM-DD */
export function readDateCell(cell: string, plan: DatePlan, today: string): ReadDate {
  const text = cell.normalize('NFKC').trim()
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !none.test(text)) return judge(text, text, today)
  if (none.test(text)) return { day: null }
  if (/^\d{4}$/.test(text) && !(plan.serials && isSerial(text))) {
    return { reason: `is a year without month and day: ${text}` }
  }
  if (isSerial(text)) {
    if (plan.serials) return judge(serialDay(text), text, today)
    return {
      reason: `is a number among dates: ${text}`,
      fix: `As the day number of a spreadsheet it would be ${serialDay(text)}: format the cells as dates there, and import the file again.`,
    }
  }
  const moment = zulu.exec(text)
  if (moment !== null) {
    const at = `${moment[2]}:${moment[3]}`
    if (at === '00:00' || at === '12:00') return judge(moment[1]!, text, today)
    if (plan.midnights) return judge(dayOfMoment(moment), text, today)
    return notADay(text)
  }
  const time = timeBehind.exec(text)
  if (time !== null && !isMidnight(time)) return notADay(text)
  return readNumeric(time === null ? text : text.slice(0, time.index), text, { plan, today })
}

/** Midnight; and noon, which some systems write so that no time zone makes another day of it. */
function isMidnight([, hour, minute, second = '00']: RegExpExecArray): boolean {
  const isFull = minute === '00' && second === '00'
  const whole = Number(hour)
  return isFull && (whole === 0 || whole === 12)
}

function notADay(text: string): ReadDate {
  return {
    reason: `is a moment and not a day, and may be another day elsewhere: ${text}`,
    fix: 'Write the day alone, like 1984-03-28, and import the file again.',
  }
}

function readNumeric(
  day: string,
  text: string,
  { plan, today }: { readonly plan: DatePlan; readonly today: string },
): ReadDate {
  const inOrder = (order: DateOrder) => readBirthDate(day, { order, today })
  if (plan.told) return taken(inOrder(plan.order!), text, plan.order)
  if (/^\d{6}$/.test(day)) return { reason: `is not a date like 1984-03-28: ${text}` }
  const tried: readonly DateOrder[] = plan.order === 'ymd' ? ['ymd', 'dmy', 'mdy'] : ['dmy', 'mdy']
  const reads = tried.map(inOrder)
  const days = new Set(reads.flatMap((read) => (read.kind === 'problem' ? [] : [read.date])))
  if (days.size <= 1) {
    const best = reads.find(({ kind }) => kind !== 'problem') ?? clearest(reads)
    return taken(best, text, null)
  }
  const order = day.includes('.') ? plan.dotted : plan.order
  if (order !== null) return taken(inOrder(order), text, order)
  const [one, other] = [...days]
  return {
    reason: `means two days, ${one} or ${other}: ${text}`,
    fix: 'Say which part comes first: import the file again with --dates dmy (day first) or --dates mdy (month first), or choose the order of dates in the window.',
  }
}

const clearness: readonly DateProblem[] = ['future', 'too-early', 'no-such-day']

/** Of several readings that fail, the one whose reason says most. */
function clearest(reads: readonly ReadBirthDate[]): ReadBirthDate {
  for (const code of clearness) {
    const found = reads.find((read) => read.kind === 'problem' && read.code === code)
    if (found) return found
  }
  return reads[0]!
}

function judge(day: string, text: string, today: string): ReadDate {
  return taken(readBirthDate(day, { order: 'ymd', today }), text, null)
}

const reasons: Readonly<Record<DateProblem, string>> = {
  'not-a-date': 'is not a date like 1984-03-28',
  'no-year': 'has no year',
  'other-order': 'is not a day of the calendar',
  'no-such-day': 'is not a day of the calendar',
  'too-early': 'is before the year 1900',
  future: 'lies in the future',
}

function taken(read: ReadBirthDate, text: string, order: DateOrder | null): ReadDate {
  if (read.kind !== 'problem') return { day: read.date }
  if (read.code === 'other-order' && order !== null) {
    return { reason: `is no day when read as ${orderText[order]}: ${text}` }
  }
  return { reason: `${reasons[read.code]}: ${text}` }
}
