/** Reading and changing in one transaction, where all of it happens or nothing does. */
import type { EntityName } from '../contract/words.ts'
import type { Core } from './core.ts'
import type { Trx } from './db/schema.ts'
import {
  changeRecords,
  type Change,
  type ChangeContext,
  type ChangeOutcome,
} from './store/writer/record-change.ts'
import { toMicros } from './store/sql/stamps.ts'

/** The one writer inside the transaction that is open. */
export type ChangeInside = (changes: readonly Change[]) => Promise<readonly ChangeOutcome[]>

/** What changing takes. */
export interface ChangeTools extends Pick<Core, 'db' | 'live' | 'onChange' | 'who'> {
  readonly ports: Pick<Core['ports'], 'clock'>
}

/**
 * Runs `work` in one transaction; what it changes is told to the window and the scheduler once it is durable.
 * Whatever `work` throws undoes everything and is thrown on.
 */
export async function changeTogether<Result>(
  core: ChangeTools,
  work: (trx: Trx, change: ChangeInside) => Promise<Result>,
  context: Partial<ChangeContext> = {},
): Promise<Result> {
  const touched = new Set<EntityName>()
  const result = await core.db.transaction().execute((trx: Trx) =>
    work(trx, async (changes) => {
      const outcomes = await changeRecords(trx, changes, {
        who: core.who(),
        origin: 'operator',
        source: null,
        now: toMicros(core.ports.clock.now()),
        ...context,
      })
      outcomes.forEach(({ status }, at) => {
        if (status !== 'refused' && status !== 'unchanged') touched.add(changes[at]!.entity)
      })
      return outcomes
    }),
  )
  if (touched.size > 0) {
    core.live.emit({ type: 'data', entities: [...touched] })
    core.onChange([...touched])
  }
  return result
}

/** Changes master data in a transaction of its own; a refused change leaves the others alone. */
export function applyChanges(
  core: ChangeTools,
  changes: readonly Change[],
  context: Partial<ChangeContext> = {},
): Promise<readonly ChangeOutcome[]> {
  return changeTogether(core, (_trx, change) => change(changes), context)
}
