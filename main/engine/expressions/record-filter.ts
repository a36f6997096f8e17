/** Which records a target is about: its filter, evaluated in a box of its own. */
import type { EntityName } from '../../contract/words.ts'
import type { Fields } from '../model/record.ts'
import type { Clock } from '../ports.ts'
import { SyncError } from '../targets/kit/sync-error.ts'
import { createBox, workerFile, type BoxLimits } from './boxed-worker.ts'
import { checkFilter } from './check-filter.ts'
import { conditionsFor, mentionedEntities, mentionedFields } from './conditions.ts'
import type { PageToJudge, WorkerAnswer, WorkerStart } from './worker-messages.ts'

const limits: BoxLimits = { pageMs: 250, memoryMb: 64 }

export interface RecordFilter {
  /**
   * Whether each record belongs to the target, in order. Entities the filter does not mention all do. A condition that
   * cannot be computed for a record does not hold for it.
   * Throws `SyncError` `config` when a page is beyond the limits of time or memory.
   */
  matches(entity: EntityName, records: readonly Fields[]): Promise<readonly boolean[]>
  /** Ends the thread, if there is one. */
  close(): Promise<void>
}

const todo = 'Nothing was sent; make the filter simpler.'

/** No filter: every record belongs. */
export const passAll: RecordFilter = {
  matches: async (_entity, records) => records.map(() => true),
  close: async () => {},
}

/**
 * A filter from JSON Logic. No thread is started before the first record that needs one.
 * Throws `SyncError` `config` when the expression cannot be used (`checkFilter` has the words).
 * @param worker file of the worker thread, for tests of the built program
 */
export function createFilter(
  expression: unknown,
  clock: Pick<Clock, 'timer'>,
  worker?: string | URL,
): RecordFilter {
  const fault = checkFilter(expression)
  if (fault !== null) throw new SyncError('config', fault)
  const mentioned = mentionedEntities(expression)
  const fields = new Map(
    mentioned.map((entity) => [entity, mentionedFields(expression, entity)] as const),
  )
  const start: WorkerStart = {
    conditions: Object.fromEntries(
      mentioned.map((entity) => [entity, conditionsFor(expression, entity)]),
    ),
  }
  const box = createBox<PageToJudge, WorkerAnswer>(
    {
      ...{ file: worker ?? workerFile('worker.ts', 'expression-worker.js'), start, limits },
      name: 'marshal-filter',
      tooSlow: ({ rows }) =>
        `The filter took longer than ${limits.pageMs} ms for ${rows.length} records and was stopped. ${todo}`,
      tooLarge: () =>
        `The filter needs more than ${limits.memoryMb} MB of memory and was stopped. ${todo}`,
    },
    clock,
  )
  return {
    async matches(entity, records) {
      const names = fields.get(entity)
      if (!names || records.length === 0) return records.map(() => true)
      const rows = records.map((record) => names.map((name) => record[name] ?? null))
      const answer = await box.ask({ entity, fields: names, rows })
      const kept = answer.kind === 'judged' ? answer.kept : []
      if (kept.length !== records.length) throw new Error('A page was not judged completely')
      return kept
    },
    close: () => box.close(),
  }
}
