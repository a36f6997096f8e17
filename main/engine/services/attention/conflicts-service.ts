/** Conflicts, for the window and the command line. */
import { implement } from '@orpc/server'
import type { ConflictGroup } from '../../../contract/conflicts.ts'
import { contract } from '../../../contract/contract.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { Core } from '../../core.ts'
import { fieldOf } from '../../model/entities.ts'
import {
  countConflicts,
  foldConflicts,
  readConflicts,
  readSettled,
} from '../../store/attention/conflicts.ts'
import { listTargets } from '../../store/runs/targets.ts'
import { readNames } from '../data/referred-names.ts'
import { chosenConflicts, groupKeyOf, viewConflicts } from './conflict-views.ts'
import { settleConflicts, settledWords } from './settle-conflicts.ts'

const os = implement(contract).conflicts

const examplesPerGroup = 5

export function conflictHandlers(core: Core) {
  return {
    list: os.list.handler(async ({ input: { limit, after, ...filter } }) => {
      const targets = await listTargets(core.reader)
      const choice = chosenConflicts(targets, filter)
      const found = await readConflicts(core.reader, choice, Number(after) || 0, limit)
      const conflicts = await viewConflicts(core.reader, targets, found)
      return {
        conflicts,
        names: await readNames(
          core.reader,
          conflicts.flatMap(({ entity, fields }) =>
            fields.flatMap(({ field, base, ours, theirs }) =>
              [base, ours, theirs].map((value) => ({ entity, field, value })),
            ),
          ),
        ),
        total: await countConflicts(core.reader, choice),
        next: found.length === limit ? String(found.at(-1)!.id) : null,
      }
    }),
    get: os.get.handler(async ({ input: { id } }) => {
      const found = await readConflicts(core.reader, { ids: [id] }, 0, 1)
      const [view] = await viewConflicts(core.reader, await listTargets(core.reader), found)
      if (view) return view
      const settled = (await readSettled(core.reader, [id])).get(id)
      throw new ProblemError({
        code: 'not-found',
        message: settled ? settledWords(settled) : `There is no conflict ${id}.`,
        fix: 'List the conflicts again.',
      })
    }),
    groups: os.groups.handler(async ({ input: { target } }) => ({
      groups: await groups(core, target),
    })),
    resolve: os.resolve.handler(async ({ input: { keep, fields, ...filter } }) => {
      if (keep === undefined && Object.keys(fields ?? {}).length === 0) {
        throw new ProblemError({
          code: 'wrong-use',
          message: 'Nothing was decided: neither a side for all fields nor for a single one.',
          fix: 'Say whether ours or theirs is kept.',
        })
      }
      return settleConflicts(core, filter, { keep, fields })
    }),
  }
}

async function groups(core: Core, target: string | undefined): Promise<ConflictGroup[]> {
  const targets = await listTargets(core.reader)
  const { targetId } = chosenConflicts(targets, target === undefined ? {} : { target })
  const folded = await foldConflicts(core.reader, targetId)
  const result: ConflictGroup[] = []
  for (const group of folded) {
    const choice = { targetId: group.targetId, group }
    const examples = await readConflicts(core.reader, choice, 0, examplesPerGroup)
    const name = targets.find(({ id }) => id === group.targetId)!.name
    result.push({
      key: groupKeyOf(name, group.entity, group.fields),
      target: name,
      entity: group.entity,
      fields: group.fields.map((field) => ({ field, label: fieldOf(group.entity, field).label })),
      count: group.count,
      examples: await viewConflicts(core.reader, targets, examples),
    })
  }
  return result
}
