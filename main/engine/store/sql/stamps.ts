/** Stamps: strictly increasing over the whole database, whatever the clock does. */
import type { Trx } from '../../db/schema.ts'
import { value } from './statement.ts'

/** Milliseconds of a host clock as the microseconds every time in the database is kept in. */
export function toMicros(milliseconds: number): number {
  return Math.round(milliseconds * 1000)
}

/** A stamp or time of the database as ISO 8601 UTC, null where it never happened (null, 0 or below). */
export function toIso(micros: number | null | undefined): string | null {
  if (micros === null || micros === undefined || micros <= 0) return null
  return new Date(Math.floor(micros / 1000)).toISOString()
}

/**
 * Takes `count` stamps: `max(now, last + 1)` and the ones after it. Must run in the transaction that uses them.
 * @param now microseconds since 1970 UTC
 * @returns the first of them
 */
export async function takeStamps(trx: Trx, count: number, now: number): Promise<number> {
  const last = await value<number>(
    trx,
    `UPDATE clock SET last = max(CAST(?1 AS INTEGER), last + 1) + CAST(?2 AS INTEGER) - 1 WHERE id = 1
     RETURNING last AS value`,
    now,
    count,
  )
  if (last === undefined) throw new Error('The clock row is missing from the database')
  return last - count + 1
}
