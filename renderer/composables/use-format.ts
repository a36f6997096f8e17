/** Numbers, dates and durations in the reader's language. */
import { useI18n } from 'vue-i18n'
import { useNow } from './use-now.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** Largest unit that says it in a small number; seconds stay seconds below one minute. */
function inUnits(seconds: number): readonly [number, Intl.RelativeTimeFormatUnit] {
  const size = Math.abs(seconds)
  if (size < minute) return [Math.round(seconds), 'second']
  if (size < hour) return [Math.round(seconds / minute), 'minute']
  if (size < day) return [Math.round(seconds / hour), 'hour']
  return [Math.round(seconds / day), 'day']
}

/** Formatting functions; those that depend on the present are reactive when used in a template. */
export function useFormat() {
  const { locale, t } = useI18n()
  const now = useNow()

  /** 31,984 */
  const number = (value: number, options?: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale.value, options).format(value)
  /** 0.42 → 42 % */
  const percent = (share: number) =>
    number(share, { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 })
  /** ISO date (YYYY-MM-DD) → 4 May 1987; read as a calendar day, never shifted by a time zone. */
  const date = (iso: string) =>
    new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeZone: 'UTC' }).format(
      new Date(`${iso.slice(0, 10)}T00:00:00Z`),
    )
  /** ISO instant → date and time of day here. */
  const dateTime = (iso: string) =>
    new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'short' }).format(
      new Date(iso),
    )
  /** ISO instant → time of day here, hours and minutes. */
  const clockTime = (iso: string) =>
    new Intl.DateTimeFormat(locale.value, { timeStyle: 'short' }).format(new Date(iso))
  /** ISO instant → time of day here, with seconds. */
  const time = (iso: string) =>
    new Intl.DateTimeFormat(locale.value, { timeStyle: 'medium' }).format(new Date(iso))
  /** ISO instant → "12 sec. ago", "in 3 min.", "yesterday". */
  const relative = (iso: string) => {
    const [value, unit] = inUnits((Date.parse(iso) - now.value) / 1000)
    // What is still to come has not just been.
    if (unit === 'second' && Math.abs(value) < 3)
      return t(value > 0 ? 'common.now' : 'common.justNow')
    return new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto', style: 'short' }).format(
      value,
      unit,
    )
  }
  /** Seconds until an ISO instant, never below 0; null for null. */
  const secondsUntil = (iso: string | null) =>
    iso === null ? null : Math.max(0, Math.ceil((Date.parse(iso) - now.value) / 1000))
  /** Seconds → "45 sec", "3 min", "2 hr". */
  const duration = (seconds: number) => {
    const [value, unit] = inUnits(seconds)
    return number(value, { style: 'unit', unit, unitDisplay: 'short' })
  }
  /** Bytes → 1.2 MB */
  const bytes = (size: number) => {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
    const step = Math.min(Math.floor(Math.log10(Math.max(size, 1)) / 3), units.length - 1)
    return number(size / 1000 ** step, {
      style: 'unit',
      unit: units[step] ?? 'byte',
      unitDisplay: 'short',
      maximumFractionDigits: step === 0 ? 0 : 1,
    })
  }
  return {
    number,
    percent,
    date,
    dateTime,
    clockTime,
    time,
    relative,
    secondsUntil,
    duration,
    bytes,
    now,
  }
}
