/** Pages of rows that travel into a statement as one JSON text, and are read there under the names of their columns. */

/**
 * What a column holds: `json` is read as the text of an object or list, `any` is a value of master data. A question mark says
 * that it may be null.
 */
type ColumnType = 'int' | 'text' | 'json' | 'any' | 'int?' | 'text?' | 'json?'

interface Values {
  readonly int: number
  readonly text: string
  readonly json: object
  readonly any: string | number | boolean | null
}

type ValueOf<Type extends ColumnType> = Type extends `${infer Known extends keyof Values}?`
  ? Values[Known] | null
  : Values[Extract<Type, keyof Values>]

type Columns = Readonly<Record<string, ColumnType>>

type RowOf<Of extends Columns> = { readonly [Name in keyof Of]: ValueOf<Of[Name]> }

/** A row of a page. */
export type PageRow<Some> = Some extends Page<infer Of> ? RowOf<Of> : never

export interface Page<Of extends Columns> {
  /** Names of the columns in their order, for `INSERT INTO … (names) SELECT names FROM …`. */
  readonly names: string
  /**
   * The derived table, with the number of each row, from 0, as `position`. SQLite reads it row by row inside the statement;
   * nothing is copied.
   */
  from(parameter?: string, alias?: string): string
  /** The text that is bound to the parameter. */
  json(rows: readonly RowOf<Of>[]): string
  /** The text of rows of which some may say the same: each stands in it once. */
  distinctJson(rows: readonly RowOf<Of>[]): string
}

/** Declares a page by its columns. A statement reads it as `${page.from('?1')}`, and a column of it as `item.name`. */
export function page<const Of extends Columns>(columns: Of): Page<Of> {
  const names = Object.keys(columns)
  const read = names.map((name, at) => `value ->> ${at} AS ${name}`)
  const valuesOf = (row: RowOf<Of>) => names.map((name) => row[name])
  return {
    names: names.join(', '),
    from: (parameter = '?1', alias = 'item') =>
      `(SELECT ${read.join(', ')}, key AS position FROM jsonb_each(${parameter})) AS ${alias}`,
    json: (rows) => JSON.stringify(rows.map(valuesOf)),
    distinctJson: (rows) =>
      `[${[...new Set(rows.map((row) => JSON.stringify(valuesOf(row))))].join()}]`,
  }
}
