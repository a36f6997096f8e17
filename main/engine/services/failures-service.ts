/** Failures: what targets refused, and the ways out. */
import { implement } from '@orpc/server'
import { contract } from '../../contract/contract.ts'
import { ProblemError } from '../../contract/problem.ts'
import type { FailureFilter } from '../../contract/sync.ts'
import type { Core } from '../core.ts'
import { discardFailures, groupFailures, listFailures, retryFailures } from '../store/failures.ts'
import { listTargets } from '../store/targets.ts'
import { targetNamed } from './target-named.ts'

const os = implement(contract).failures

/** @param startRuns asks for a run of these targets, so that a retry goes at once */
export function failureHandlers(core: Core, startRuns: () => Promise<void>) {
  return {
    list: os.list.handler(async ({ input: { limit, after, ...filter } }) => {
      await checkTarget(core, filter)
      const failures = await listFailures(core.reader, filter, limit, after)
      return { failures, next: failures.length === limit ? failures.at(-1)!.id : null }
    }),
    groups: os.groups.handler(async ({ input }) => ({
      groups: await groupFailures(core.reader, input.target),
    })),
    retry: os.retry.handler(async ({ input }) => {
      await checkTarget(core, input)
      const count = await retryFailures(core.db, input)
      checkFound(count, input)
      if (count > 0) await startRuns()
      return { count }
    }),
    discard: os.discard.handler(async ({ input }) => {
      await checkTarget(core, input)
      const count = await discardFailures(core.db, input)
      checkFound(count, input)
      return { count }
    }),
  }
}

/** Throws `ProblemError` for a target that does not exist: nothing found there would look like nothing failed. */
async function checkTarget({ reader }: Core, { target }: FailureFilter): Promise<void> {
  if (target !== undefined) targetNamed(await listTargets(reader), target)
}

/** Throws `ProblemError` when failures were named and there is none of them. */
function checkFound(count: number, { ids }: FailureFilter): void {
  if (count > 0 || !ids || ids.length === 0) return
  throw new ProblemError({
    code: 'not-found',
    message: `There is no failure ${ids.join(', ')}.`,
    fix: 'List the failures again; it may have been sent meanwhile.',
  })
}
