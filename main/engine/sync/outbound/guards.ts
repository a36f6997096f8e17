/** Stops before a mass change: counts what would go, and leaves the reason on the run. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import {
  countDeletions,
  countLeaving,
  countLinked,
  countOverwrites,
  readOverwrites,
} from '../../store/links/mass-changes.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import type { RunContext } from '../run-context.ts'
import { plannedPages, planPage, type PlanContext, type Walk } from './page-steps.ts'
import { checkDeletions, checkOverwrites, massLimit } from './decide/safety.ts'
import { isUnchanged, transform } from './decide/transform.ts'

type GuardContext = PlanContext & Pick<RunContext, 'run' | 'options'>

const pageSize = 500

/**
 * Whether the due deletions may go, or wait for a person. Who loses the value it is there by, as a member of a list her
 * address, is deleted there too.
 */
export async function mayDelete(
  db: Db,
  context: GuardContext,
  bindings: readonly EntityBinding[],
): Promise<boolean> {
  const { target, run, options } = context
  let planned = 0
  const affected: EntityName[] = []
  for (const binding of bindings) {
    const { entity } = binding
    const deletions =
      (await countDeletions(db, target.id, entity)) + (await countLeavers(db, context, binding))
    if (deletions > 0) affected.push(entity)
    planned += deletions
  }
  if (planned === 0) return false
  if (options.allowMassChange) return true
  let linked = 0
  for (const entity of affected) linked += await countLinked(db, target.id, entity)
  const guard = checkDeletions(planned, linked)
  run.guard ??= guard
  return guard === null
}

/** How many live records of an entity leave the target. Where there are few, how many may. */
async function countLeavers(
  db: Db,
  context: GuardContext,
  binding: EntityBinding,
): Promise<number> {
  const { target, options } = context
  const { entity, shared } = binding
  if (!shared) return 0
  const atMost = await countLeaving(db, target.id, { entity, field: shared.field })
  if (atMost <= massLimit.records || options.allowMassChange) return atMost
  let planned = 0
  const walk = { binding, limit: pageSize, selected: options.records }
  for await (const { steps } of plannedPages(db, context, walk)) {
    planned += steps.filter(
      ({ kind, due }) => kind === 'delete' && due.record.deletedOn === null,
    ).length
  }
  return planned
}

/** Whether changes nobody made here by hand may go, or wait for a person. */
export async function mayOverwrite(
  db: Db,
  context: GuardContext,
  bindings: readonly EntityBinding[],
): Promise<boolean> {
  const { target, run, options } = context
  if (options.allowMassChange) return true
  let atMost = 0
  for (const { entity } of bindings) {
    atMost += await countOverwrites(db, target.id, entity)
  }
  if (atMost <= massLimit.records) return true
  let planned = 0
  let linked = 0
  for (const binding of bindings) {
    const overwrites = await planOverwrites(db, context, binding)
    if (overwrites === 0) continue
    planned += overwrites
    linked += await countLinked(db, target.id, binding.entity)
  }
  const guard = checkOverwrites(planned, linked)
  run.guard ??= guard
  return guard === null
}

/** How many such changes of one entity would make a difference there. */
async function planOverwrites(
  db: Db,
  context: GuardContext,
  binding: EntityBinding,
): Promise<number> {
  const { target, options } = context
  const walk: Walk = {
    ...{ binding, limit: pageSize, selected: options.records },
    // Only a page that has some is planned.
    async plan(read) {
      const due = await read()
      const rowNos = due.map(({ rowNo }) => rowNo)
      const overwrites = await readOverwrites(db, rowNos)
      if (overwrites.size === 0) return { due, steps: [] }
      const steps = await planPage(db, context, binding, due)
      return { due, steps: steps.filter((step) => overwrites.has(step.due.rowNo)) }
    },
  }
  let planned = 0
  for await (const { steps } of plannedPages(db, context, walk)) {
    for (const step of steps) {
      if (step.kind !== 'update') continue
      const content = transform(step, binding, target)
      if (options.force || !isUnchanged(step, content, target.mappingVersion)) planned += 1
    }
  }
  return planned
}
