/** How many records a filter lets through. Pages of records are judged, nothing is kept. */
import { ProblemError } from '../../../contract/problem.ts'
import type { MatchCount } from '../../../contract/targets.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import { mentionedEntities } from '../../expressions/conditions.ts'
import { createFilter, type RecordFilter } from '../../expressions/record-filter.ts'
import { listRecords } from '../../store/sql/records.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'

/** Records judged at once. */
const pageSize = 500

/**
 * The live records of each kind the filter is about, and how many of them pass.
 * Throws `ProblemError` `wrong-use` at `filter` for one that cannot be used.
 * @param signal stops the counting after the page it is at; what was counted by then is answered
 */
export async function countMatches(
  core: Core,
  expression: unknown,
  signal: AbortSignal,
): Promise<MatchCount[]> {
  let filter: RecordFilter | null = null
  try {
    filter = createFilter(expression, core.ports.clock)
    const counts: MatchCount[] = []
    for (const entity of mentionedEntities(expression)) {
      counts.push(await countOf(core, entity, filter, signal))
    }
    return counts
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    const { message } = error
    throw new ProblemError(
      { code: 'wrong-use', message, fields: { filter: message } },
      { cause: error },
    )
  } finally {
    await filter?.close()
  }
}

async function countOf(
  { reader }: Core,
  entity: EntityName,
  filter: RecordFilter,
  signal: AbortSignal,
): Promise<MatchCount> {
  const count = { entity, matching: 0, all: 0 }
  for (let after: number | null = 0; after !== null && !signal.aborted;) {
    const page = await listRecords(reader, entity, {
      ...{ after, limit: pageSize, deleted: false, where: {} },
    })
    const matches = await filter.matches(
      entity,
      page.records.map(({ fields }) => fields),
    )
    count.all += matches.length
    count.matching += matches.filter(Boolean).length
    after = page.last
  }
  return count
}
