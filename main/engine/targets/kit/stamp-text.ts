/** Stamps (integer microseconds since 1970 UTC) as the ISO 8601 text other systems read and write. */

const zoned = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)$/i

/** `2026-04-20T09:00:00.123Z`: milliseconds, so that texts compare like times. */
export function isoFromStamp(stamp: number): string {
  return new Date(Math.floor(stamp / 1000)).toISOString()
}

/** Microseconds since 1970, null when the text is no instant with a time zone. Digits below a microsecond are cut. */
export function stampFromIso(text: unknown): number | null {
  const match = typeof text === 'string' ? zoned.exec(text.trim()) : null
  if (!match) return null
  const [, date, time, fraction = '', zone] = match
  const ms = Date.parse(`${date}T${time}${zone}`)
  if (Number.isNaN(ms)) return null
  return ms * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}
