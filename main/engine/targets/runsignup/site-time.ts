/** RunSignup's times: wall times without an offset, in one zone or another, in two orders. Pure. */

const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/
const sorted = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/

const dayMs = 86_400_000

/**
 * The moment a wall time means, in milliseconds since 1970 UTC; null when the text is none. Reads `M/D/YYYY HH:MM`,
 * `YYYY-MM-DD hh:mm:ss` and both without a time (midnight). When the clocks go back an hour happens twice: the first is
 * meant. When they go forward an hour does not happen: the same time after the change is meant.
 * @param zone IANA name. Throws `RangeError` for one nobody knows; see `isZone`.
 */
export function momentOf(text: unknown, zone: string): number | null {
  const wall = typeof text === 'string' ? wallTime(text.trim()) : null
  if (wall === null) return null
  const before = offsetAt(wall - dayMs, zone)
  const after = offsetAt(wall + dayMs, zone)
  const fits = [wall - before, wall - after].filter(
    (moment) => moment + offsetAt(moment, zone) === wall,
  )
  return fits.length > 0 ? Math.min(...fits) : wall - before
}

/** The wall time of a moment in a zone as `YYYY-MM-DD hh:mm:ss`. */
export function wallTimeOf(moment: number, zone: string): string {
  return new Date(moment + offsetAt(moment, zone)).toISOString().slice(0, 19).replace('T', ' ')
}

/** Whether the text names a time zone. */
export function isZone(zone: unknown): zone is string {
  if (typeof zone !== 'string' || zone.trim() === '') return false
  try {
    formatFor(zone)
    return true
  } catch {
    return false
  }
}

/** The wall time as if it were UTC, null when it is not on the calendar. */
function wallTime(text: string): number | null {
  const us = american.exec(text)
  const iso = us ? null : sorted.exec(text)
  const [year, month, day] = us ? [us[3], us[1], us[2]] : [iso?.[1], iso?.[2], iso?.[3]]
  const [hour = 0, minute = 0, second = 0] = (us ?? iso ?? [])
    .slice(4, 7)
    .map((part) => Number(part ?? 0))
  if (year === undefined) return null
  const moment = Date.UTC(Number(year), Number(month) - 1, Number(day), hour, minute, second)
  const back = new Date(moment)
  const isReal =
    back.getUTCMonth() === Number(month) - 1 &&
    back.getUTCDate() === Number(day) &&
    back.getUTCHours() === hour &&
    minute < 60 &&
    second < 60
  return isReal ? moment : null
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, format)
  return format
}

/** How far the wall in a zone is ahead of UTC at a moment, ms. */
function offsetAt(moment: number, zone: string): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatFor(zone).formatToParts(moment)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  return wall - Math.floor(moment / 1000) * 1000
}
