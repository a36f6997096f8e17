import { withWideIntegers, type StatementText } from './statement-text.ts'

/** What a statement may be given. Booleans become 1 and 0; there are no blobs in Marshal. */
export type Parameter = string | number | boolean | null

/** A statement as it goes to `sqlite3`. */
export interface BoundStatement {
  readonly sql: string
  readonly values: readonly (string | number | null)[]
}

const int32Limit = 2 ** 31

/**
 * Checks every parameter and makes integers exact.
 *
 * `sqlite3` 6 binds a BigInt or `undefined` as NULL, an object as `[object Object]`, a Date as a number, and every
 * number beyond 32 bits as REAL: a stamp of 1.76e15 in an expression becomes `1.76e+15`, in a TEXT column
 * `'1760000000000000.0'`. So anything but text, finite numbers, booleans and null is refused, and an integer
 * beyond 32 bits travels as text behind a CAST written into the statement: wherever its `?` stands, SQLite then
 * sees the same 64-bit INTEGER a native binding would have given it.
 *
 * Throws `TypeError` naming the parameter, counted from 1.
 */
export function bindParameters(
  sql: string,
  text: StatementText,
  parameters: readonly unknown[],
): BoundStatement {
  if (parameters.length !== text.parameterCount) {
    throw new TypeError(
      `A statement with ${text.parameterCount} parameters was given ${parameters.length}: ${sql}`,
    )
  }
  const values: (string | number | null)[] = []
  let wide: Set<number> | null = null
  for (let index = 0; index < parameters.length; index += 1) {
    const value = parameters[index]
    if (typeof value === 'string' || value === null) values.push(value)
    else if (typeof value === 'boolean') values.push(value ? 1 : 0)
    else if (typeof value === 'number' && Number.isFinite(value)) {
      if (Number.isInteger(value) && (value >= int32Limit || value < -int32Limit)) {
        if (!Number.isSafeInteger(value))
          refuse(index, `the integer ${value}, which is not exact beyond 2^53`, sql)
        wide ??= new Set()
        wide.add(index)
        values.push(String(value))
      } else values.push(value)
    } else refuse(index, kindOf(value), sql)
  }
  return { sql: wide === null ? sql : withWideIntegers(text, wide), values }
}

function refuse(index: number, what: string, sql: string): never {
  throw new TypeError(
    `Parameter ${index + 1} is ${what}; only text, finite numbers, booleans and null can be stored: ${sql}`,
  )
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (typeof value === 'bigint') return 'a BigInt'
  if (typeof value === 'number') return String(value)
  if (value instanceof Date) return 'a Date'
  if (value instanceof Uint8Array) return 'binary data'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** The columns that hold times end in this. */
const time = /On$/

/**
 * Rows as they can be relied on: `sqlite3` has rounded an integer beyond 2^53 by the time we see it. A time that far away
 * is nobody's and one row of it must not hide all others: it is read as the last one that is exact, in the year 2255, and
 * `marshal check` mends it. Throws `RangeError` for any other: showing or storing back a rounded number would be silent
 * damage.
 */
export function exactIntegers<Row extends Readonly<Record<string, unknown>>>(
  rows: readonly Row[],
): readonly Row[] {
  const first = rows[0]
  if (first === undefined) return rows
  const columns = Object.keys(first)
  let read: Row[] | null = null
  for (const [at, row] of rows.entries()) {
    for (const column of columns) {
      const value = row[column]
      if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) continue
      if (!time.test(column)) {
        throw new RangeError(
          `Column ${column} holds ${value}, which is beyond 2^53 and no longer exact`,
        )
      }
      read ??= [...rows]
      read[at] = { ...read[at]!, [column]: Math.sign(value) * Number.MAX_SAFE_INTEGER }
    }
  }
  return read ?? rows
}
