/** Unlinked records, for the window and the command line. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { Core } from '../../core.ts'
import { countMatches, readMatches } from '../../store/attention/matches.ts'
import { listTargets } from '../../store/runs/targets.ts'
import { acceptMatches, rejectMatches } from './match-decisions.ts'
import { chosenMatches, fieldsAt, viewMatches } from './match-views.ts'
import { readNames } from '../data/referred-names.ts'

const os = implement(contract).matches

export function matchHandlers(core: Core) {
  return {
    list: os.list.handler(async ({ input: { limit, after, ...filter } }) => {
      const targets = await listTargets(core.reader)
      const choice = chosenMatches(targets, filter)
      const found = await readMatches(core.reader, choice, Number(after) || 0, limit)
      const matches = await viewMatches(core.reader, targets, found)
      return {
        matches,
        names: await readNames(
          core.reader,
          matches.flatMap(({ entity, theirs, candidates }) =>
            [theirs ?? {}, ...candidates.map(({ fields }) => fields)].flatMap((fields) =>
              fieldsAt(entity, fields),
            ),
          ),
        ),
        total: await countMatches(core.reader, choice),
        next: found.length === limit ? String(found.at(-1)!.rowNo) : null,
      }
    }),
    accept: os.accept.handler(async ({ input: { recordId, ...filter } }) => {
      if (recordId !== undefined && filter.ids?.length !== 1) {
        throw new ProblemError({
          code: 'wrong-use',
          message: 'A record can be linked to one record of a target only.',
          fix: 'Name exactly one of them.',
        })
      }
      return acceptMatches(core, filter, recordId ?? null)
    }),
    reject: os.reject.handler(({ input }) => rejectMatches(core, input)),
  }
}
