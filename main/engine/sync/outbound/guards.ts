/** Stops before a mass change: counts what would go, and leaves the reason on the run. */
import type { EntityName } from '../../../contract/words.ts'
import {
  countDeletions,
  countLeaving,
  countLinked,
  countOverwrites,
  readOverwrites,
} from '../../store/mass-changes.ts'
import { readDuePage, type DueRecord } from '../../store/sync-records.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import type { RunContext } from '../run-context.ts'
import { planPage } from './page-steps.ts'
import { checkDeletions, checkOverwrites, massLimit } from './safety.ts'
import { isUnchanged, transform } from './transform.ts'

type GuardContext = Pick<RunContext, 'core' | 'target' | 'run' | 'options' | 'adapter' | 'filter'>

const pageSize = 500

/**
 * Whether the due deletions may go, or wait for a person. Who loses the value it is there by, as a member of a list her
 * address, is deleted there too.
 */
export async function mayDelete(
  context: GuardContext,
  bindings: readonly EntityBinding[],
): Promise<boolean> {
  const { core, target, run, options } = context
  let planned = 0
  const affected: EntityName[] = []
  for (const binding of bindings) {
    const { entity } = binding
    const deletions =
      (await countDeletions(core.db, target.id, entity)) + (await countLeavers(context, binding))
    if (deletions > 0) affected.push(entity)
    planned += deletions
  }
  if (planned === 0) return false
  if (options.allowMassChange) return true
  let linked = 0
  for (const entity of affected) linked += await countLinked(core.db, target.id, entity)
  const guard = checkDeletions(planned, linked)
  run.guard ??= guard
  return guard === null
}

/** How many live records of an entity leave the target. Where there are few, how many may. */
async function countLeavers(context: GuardContext, binding: EntityBinding): Promise<number> {
  const { core, target, options } = context
  const { entity, shared } = binding
  if (!shared) return 0
  const atMost = await countLeaving(core.db, target.id, { entity, field: shared.field })
  if (atMost <= massLimit.records || options.allowMassChange) return atMost
  let planned = 0
  for await (const page of duePages(context, binding)) {
    const steps = await planPage(context, binding, page)
    planned += steps.filter(
      ({ kind, due }) => kind === 'delete' && due.record.deletedOn === null,
    ).length
  }
  return planned
}

/** The due records of an entity, page by page. */
async function* duePages(
  { core, target, options }: GuardContext,
  { entity }: EntityBinding,
): AsyncGenerator<readonly DueRecord[]> {
  for (let after = 0; ;) {
    const page = await readDuePage(core.db, target.id, entity, {
      after,
      limit: pageSize,
      selected: options.records,
    })
    const last = page.at(-1)
    if (!last) return
    after = last.rowNo
    yield page
  }
}

/** Whether changes nobody made here by hand may go, or wait for a person. */
export async function mayOverwrite(
  context: GuardContext,
  bindings: readonly EntityBinding[],
): Promise<boolean> {
  const { core, target, run, options } = context
  if (options.allowMassChange) return true
  let atMost = 0
  for (const { entity } of bindings) {
    atMost += await countOverwrites(core.reader, target.id, entity)
  }
  if (atMost <= massLimit.records) return true
  let planned = 0
  let linked = 0
  for (const binding of bindings) {
    const overwrites = await planOverwrites(context, binding)
    if (overwrites === 0) continue
    planned += overwrites
    linked += await countLinked(core.reader, target.id, binding.entity)
  }
  const guard = checkOverwrites(planned, linked)
  run.guard ??= guard
  return guard === null
}

/** How many such changes of one entity would make a difference there. */
async function planOverwrites(context: GuardContext, binding: EntityBinding): Promise<number> {
  const { core, target, options } = context
  let planned = 0
  for await (const page of duePages(context, binding)) {
    const overwrites = await readOverwrites(
      core.reader,
      page.map(({ rowNo }) => rowNo),
    )
    if (overwrites.size === 0) continue
    for (const step of await planPage(context, binding, page)) {
      if (step.kind !== 'update' || !overwrites.has(step.due.rowNo)) continue
      const content = transform(step, binding, target)
      if (options.force || !isUnchanged(step, content, target.mappingVersion)) planned += 1
    }
  }
  return planned
}
