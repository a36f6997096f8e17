/** Puts together what a run works with, once it is connected: the same for a run and for its rehearsal. */
import type { EntityName } from '../../../contract/words.ts'
import type { Target } from '../../store/runs/targets.ts'
import type { Connected } from '../connect-target.ts'
import type { RunContext, RunTools } from '../run-context.ts'

/** What differs from run to run. */
export interface RunFacts extends Pick<
  RunContext,
  'clockOffset' | 'options' | 'listings' | 'defined' | 'run' | 'signal'
> {
  readonly target: Target
  readonly connected: Pick<Connected, 'adapter' | 'connection' | 'filter' | 'bindings'>
  readonly uncertain: ReadonlySet<EntityName>
}

/** The context of a run: bindings of the entities it was asked for, and sets of its own that it may change. */
export function openRun(tools: RunTools, facts: RunFacts): RunContext {
  const { db, reader, live, onChange, ports } = tools
  const { target, connected, uncertain, clockOffset, options, listings, run, signal } = facts
  const { defined = null } = facts
  const { adapter, connection, filter } = connected
  const { entities } = options
  return {
    ...{ db, reader, live, onChange, ports },
    ...{ target, adapter, connection, filter },
    bindings: connected.bindings.filter(
      ({ entity }) => entities === null || entities.includes(entity),
    ),
    uncertain: new Set(uncertain),
    torn: new Set(),
    ...{ clockOffset, options, listings, defined, run, signal },
  }
}
