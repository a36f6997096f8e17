/** A look through a file before it is taken in: what stands in its columns, in a few facts each. */
import type { FieldValue } from '../../contract/records.ts'
import { dateFacts, type DateFacts } from './date-columns.ts'
import type { RawPage } from './raw-page.ts'

/** Different values kept of a column; a column with more is not one of a few words. */
const mostValues = 50

/** What is known of one column. */
export interface ColumnFacts {
  /** Cells that are not empty, on the pages looked at. */
  filled: number
  /** Value → how often, as it stands there; the first fifty different ones. */
  readonly values: Map<string, number>
  /** There are more different values than were kept. */
  more: boolean
  readonly dates: DateFacts
}

export interface Survey {
  readonly columns: readonly string[]
  readonly facts: readonly ColumnFacts[]
}

/** What of a column must be known: nothing beyond the first page, its different values, or its dates. */
export type Wanted = 'nothing' | 'values' | 'dates'

/**
 * Looks at the first page whole and reads on only for columns whose meaning depends on all of their cells. Memory is a
 * few values a column, whatever the size of the file.
 * @param wanted what of each column must be known
 */
export async function surveyPages(
  pages: AsyncGenerator<RawPage>,
  wanted: (survey: Survey) => readonly Wanted[],
  signal?: AbortSignal,
): Promise<Survey> {
  const facts: ColumnFacts[] = []
  let columns: readonly string[] = []
  let needed: readonly Wanted[] = []
  let first = true
  for await (const page of pages) {
    signal?.throwIfAborted()
    const grown = page.columns.length > columns.length
    for (let at = facts.length; at < page.columns.length; at++) facts.push(emptyFacts())
    columns = page.columns
    const looked = columns.flatMap((_, at) =>
      first || at >= needed.length || needed[at] !== 'nothing' ? [at] : [],
    )
    for (const { cells } of page.rows) for (const at of looked) note(facts[at]!, cells[at])
    if (first || grown) needed = wanted({ columns, facts })
    first = false
    if (needed.every((want) => want === 'nothing')) break
  }
  return { columns, facts }
}

function emptyFacts(): ColumnFacts {
  return { filled: 0, values: new Map(), more: false, dates: dateFacts() }
}

function note(facts: ColumnFacts, cell: FieldValue | undefined): void {
  if (cell === undefined || cell === null || cell === '') return
  const text = String(cell)
  const count = facts.values.get(text)
  if (count === undefined && text.trim() === '') return
  facts.filled += 1
  if (count !== undefined) facts.values.set(text, count + 1)
  else {
    if (facts.values.size < mostValues) facts.values.set(text, 1)
    else facts.more = true
    facts.dates.note(text)
  }
}
