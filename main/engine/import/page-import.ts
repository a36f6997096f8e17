/** What an import of one kind does with a page of rows; `write-page.ts` does the rest. */
import type { BadRow, ImportGuess, PossibleMatch } from '../../contract/imports.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Db, Trx } from '../db/schema.ts'
import type { Change } from '../store/writer/change.ts'
import type { Pair } from '../store/attention/doubles.ts'
import type { ColumnMapping, ImportField } from './columns.ts'
import type { RawRow } from './raw-page.ts'

/** A row that could be read. */
export interface Row {
  readonly line: number
  /** Cells that do not fit their fields: the row is taken without them. */
  readonly leftOut?: readonly BadRow[]
  /** Cells that were taken and that a person should look at. */
  readonly asked?: readonly BadRow[]
}

/** Whom a row speaks of, for the report. */
export interface RowName {
  readonly display: string
  readonly bib: string | null
}

export interface PlannedRow {
  /** The row it was planned from. */
  readonly row: Row
  /** All of them happen or none. Empty when the row says nothing new. */
  readonly changes: readonly Change[]
}

export interface PagePlan {
  /** Creations that several rows use: event, race, club. */
  readonly shared: readonly Change[]
  readonly rows: readonly PlannedRow[]
  /** In a rehearsal: creations of rows that rows of later pages may count on. */
  readonly lasting?: readonly Change[]
  /** Rows refused by the plan itself; `column` is the name of an import field. */
  readonly bad: readonly BadRow[]
  /** Rows that may mean somebody who is here: taken as somebody new. */
  readonly possible?: readonly PossibleMatch[]
  /** The same as ids of persons, to be decided by a person. */
  readonly doubles?: readonly Pair[]
  /** What a row says and was not taken, the row being in; `column` is the name of an import field. */
  readonly asked?: readonly BadRow[]
  /** Cells that do not fit what their row turned out to be about: taken without them. `column` is the name of an import field. */
  readonly leftOut?: readonly BadRow[]
  /** What the plan took for granted. */
  readonly guesses?: readonly ImportGuess[]
  /** Called once the page is written: what later pages must know of it. */
  readonly settle: () => void
}

/** Thrown by a plan that cannot decide before the whole file was looked through. */
export class LookFirst extends Error {}

/** One kind of import, for one file: it remembers what earlier pages of the file said. */
export interface PageImport<Field extends ImportField, Read extends Row> {
  readonly fields: readonly Field[]
  /** Rows read, planned and written together. */
  readonly rowsPerPage: number
  /** Entities a file with these columns touches, for the report. */
  touches(mapping: ColumnMapping<Field>): readonly EntityName[]
  /** @param today YYYY-MM-DD, see `todayOf` */
  reader(
    columns: readonly string[],
    mapping: ColumnMapping<Field>,
    today: string,
  ): (row: RawRow) => Read | BadRow | readonly BadRow[]
  /** Whom a row speaks of. */
  named(row: Read): RowName
  /** The kind a row is about: whether it was made decides whether the row brought somebody new. */
  readonly main: EntityName
  /** Decides on a page; reads, but writes nothing. Throws `ProblemError` when the whole import makes no sense. */
  plan(trx: Trx, rows: readonly Read[]): Promise<PagePlan>
  /** Reads the whole file for what one row says of another; asked for by throwing `LookFirst`. Outside a transaction. */
  lookThrough?(db: Db, pages: AsyncIterable<readonly Read[]>): Promise<void>
  /** The file's name of the column that filled a field of the model, null when unknown. */
  columnOf(
    entity: EntityName,
    field: string,
    columns: readonly string[],
    mapping: ColumnMapping<Field>,
  ): string | null
}
