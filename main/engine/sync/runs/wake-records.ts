/** What a run makes due beyond what is due already, because it was asked for more than that. */
import type { Db } from '../../db/schema.ts'
import { markDueAgain, markRecordsDueAgain } from '../../store/links/scope.ts'
import type { Target } from '../../store/runs/targets.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import type { RunOptions } from '../run-context.ts'

/** @param bindings those in scope of the run; what is only received is never sent: made due, it would stay so for ever */
export async function wakeRecords(
  db: Db,
  target: Target,
  bindings: readonly EntityBinding[],
  { force, records }: Pick<RunOptions, 'force' | 'records'>,
): Promise<void> {
  const sent = bindings.filter(({ direction }) => direction !== 'inbound')
  const scope = sent.map(({ entity }) => entity)
  if (records !== null) await markRecordsDueAgain(db, target.id, scope, records)
  else if (force) await markDueAgain(db, target.id, scope)
}
