/** Points in time as people type and read them: a day, then a time of day, both of this computer. Pure. */
import { readDay, type DateProblem, type DateReader } from '../../main/contract/birth-date.ts'

/** `no-time`: a day without a time of day. `no-such-time`: 25:00, or an hour that daylight saving leaves out. */
export type InstantProblem = DateProblem | 'no-time' | 'no-such-time'

const timeOfDay = /[\sT,]+(\d{1,2})(?:[:.h](\d{2})(?:[:.](\d{2}))?)?\s*([ap])?\.?m?\.?$/i

const two = (value: number) => String(value).padStart(2, '0')

/** `20.4.2026 9:00`, `2026-04-20 09:00:30`, `4/20/2026, 9 PM` → ISO 8601 UTC; the day in the reader's order. */
export function readInstant(
  text: string,
  reader: DateReader,
): { readonly value: string } | { readonly problem: InstantProblem } {
  const typed = text.normalize('NFKC').trim()
  if (isoInstant.test(typed)) return momentOf(new Date(typed))
  const time = timeOfDay.exec(typed)
  // "20 4 2026" ends with numbers too: without a colon or am/pm they are a year.
  const isTime = time !== null && (time[2] !== undefined || time[4] !== undefined)
  const day = readDay(isTime ? typed.slice(0, time.index) : typed, reader)
  if (day.kind === 'problem') return { problem: day.code }
  if (!isTime) return { problem: 'no-time' }
  const hour = hourOf(Number(time[1]), time[4]?.toLowerCase())
  const [minute, second] = [Number(time[2] ?? 0), Number(time[3] ?? 0)]
  if (hour === null || hour > 23 || minute > 59 || second > 59) return { problem: 'no-such-time' }
  const local = `${day.date}T${two(hour)}:${two(minute)}:${two(second)}`
  const on = new Date(local)
  // `Date` moves an hour that does not exist to the next one that does.
  return on.getHours() === hour ? momentOf(on) : { problem: 'no-such-time' }
}

const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i

function momentOf(on: Date): ReturnType<typeof readInstant> {
  if (Number.isNaN(on.getTime())) return { problem: 'no-such-time' }
  return { value: on.toISOString().replace('.000Z', 'Z') }
}

/** Hour 0 to 23; null for 0 PM or 13 AM. */
function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return null
  return (hour % 12) + (half === 'p' ? 12 : 0)
}

/** ISO instant → text this reader would type, seconds only where there are any; empty for what is no instant. */
export function instantText(iso: string, language: string): string {
  const on = new Date(iso)
  if (Number.isNaN(on.getTime())) return ''
  const day = new Intl.DateTimeFormat(language, {
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(on)
  const seconds = on.getSeconds() === 0 ? '' : `:${two(on.getSeconds())}`
  return `${day} ${two(on.getHours())}:${two(on.getMinutes())}${seconds}`
}

/** YYYY-MM-DD → numbers in the order of this language, as its people type them. */
export function dayText(date: string, language: string): string {
  const on = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(on.getTime())) return date
  return new Intl.DateTimeFormat(language, {
    calendar: 'gregory',
    numberingSystem: 'latn',
    timeZone: 'UTC',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(on)
}
