/** Decisions about many records: a page in a transaction, so that the database is free for others in between. */
import type { DecisionReport } from '../../../contract/conflicts.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'

/** Records decided in one transaction. */
export const pageRows = 250

/** What became of one page. */
export interface DecidedPage extends DecisionReport {
  /** Kinds of the records that were decided. */
  readonly entities: readonly EntityName[]
  /** Number of the last row of the page, null after the last page. */
  readonly next: number | null
}

/**
 * Decides page after page and tells the window and the scheduler once: also where nothing changed here, as something may
 * have to be sent now, and what waited for one of the decided records comes in or goes with the next run.
 * @param refused what cannot be decided, known beforehand
 * @param decidePage decides the page after a row number, in its own transactions
 */
export async function decideInPages(
  core: Pick<Core, 'live' | 'onChange'>,
  refused: DecisionReport['refused'],
  decidePage: (after: number) => Promise<DecidedPage>,
): Promise<DecisionReport> {
  const report: DecisionReport = { count: 0, refused: [...refused] }
  const touched = new Set<EntityName>()
  for (let after: number | null = 0; after !== null;) {
    const page: DecidedPage = await decidePage(after)
    report.count += page.count
    report.refused.push(...page.refused)
    for (const entity of page.entities) touched.add(entity)
    after = page.next
  }
  if (report.count > 0) {
    core.live.emit({ type: 'data', entities: [...touched] })
    core.onChange([...touched])
  }
  return report
}

/** Where the next page begins: after the last row, unless this page was not full. */
export function nextPage<Row>(found: readonly Row[], numberOf: (row: Row) => number) {
  const last = found.length === pageRows ? found.at(-1) : undefined
  return last === undefined ? null : numberOf(last)
}
