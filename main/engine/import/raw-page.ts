/** Rows of a file before anybody knows what they mean. */
import type { BadRow, ImportGuess } from '../../contract/imports.ts'
import type { FieldValue } from '../../contract/records.ts'

/**
 * Records read, planned and written together: each page waits once for the disk. Much larger ones are hardly faster and
 * keep the desk waiting longer.
 */
export const pageRecords = 1_000

export interface RawRow {
  /** Where the row begins in the file, counted from 1. */
  readonly line: number
  /** One value per column; a row of a JSON file may be shorter. */
  readonly cells: readonly FieldValue[]
}

export interface RawPage {
  /** Names of the columns; those of a JSON file may grow from page to page, at the end. */
  readonly columns: readonly string[]
  readonly rows: readonly RawRow[]
  /** Rows that could not be read at all. */
  readonly bad: readonly BadRow[]
  /** What reading took for granted. */
  readonly guesses?: readonly ImportGuess[]
}
