/** Which kind of run it is to be. */
import type { EntityName, RunKind } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import type { UnfinishedRun } from '../../store/runs/runs.ts'
import type { Target } from '../../store/runs/targets.ts'
import { bindingsInScope } from '../connect-target.ts'
import { isPolled } from '../inbound/poll-target.ts'
import { plainOptions, type RunOptions } from '../run-context.ts'

interface KindFacts {
  readonly request: { readonly kind?: RunKind | undefined; readonly options: RunOptions }
  readonly unfinished?: UnfinishedRun | undefined
  readonly uncertain: ReadonlySet<EntityName>
}

/** The kind of a run. Where it is not certain what the target has, whatever was asked for has to find that out first. */
export function kindOf(
  core: Pick<Core, 'adapters'>,
  target: Target,
  { request, unfinished, uncertain }: KindFacts,
): RunKind {
  if (mustList(core, target, request.options.entities, uncertain)) return 'initial'
  // A webhook of a target that was never filled is part of its first fill.
  const asked = request.kind === 'webhook' && !target.initialDone ? undefined : request.kind
  if (asked !== undefined) return asked
  const goesOn = unfinished && unfinished.kind !== 'webhook' && isWhole(unfinished.options)
  return goesOn ? unfinished.kind : target.initialDone ? 'delta' : 'initial'
}

/** Whether a listing would tell what is not certain about the entities of a run. */
export function mustList(
  { adapters }: Pick<Core, 'adapters'>,
  target: Target,
  entities: RunOptions['entities'],
  uncertain: ReadonlySet<EntityName>,
): boolean {
  const adapter = uncertain.size > 0 ? adapters.get(target.adapter) : undefined
  if (!adapter) return false
  return bindingsInScope(adapter, target).some(
    (binding) =>
      uncertain.has(binding.entity) &&
      (entities === null || entities.includes(binding.entity)) &&
      isPolled(binding),
  )
}

/** Neither forced nor for chosen records: what was interrupted is what the next run would do, and more. */
function isWhole(options: unknown): boolean {
  return JSON.stringify(options) === JSON.stringify(plainOptions)
}
