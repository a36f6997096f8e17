/** Failures: what targets refused, and the ways out. */
import { implement } from '@orpc/server'
import { contract } from '../../contract/contract.ts'
import type { Core } from '../core.ts'
import { discardFailures, groupFailures, listFailures, retryFailures } from '../store/failures.ts'

const os = implement(contract).failures

/** @param startRuns asks for a run of these targets, so that a retry goes at once */
export function failureHandlers(core: Core, startRuns: () => Promise<void>) {
  return {
    list: os.list.handler(async ({ input: { limit, ...filter } }) => ({
      failures: await listFailures(core.reader, filter, limit),
    })),
    groups: os.groups.handler(async ({ input }) => ({
      groups: await groupFailures(core.reader, input.target),
    })),
    retry: os.retry.handler(async ({ input }) => {
      const count = await retryFailures(core.db, input)
      if (count > 0) await startRuns()
      return { count }
    }),
    discard: os.discard.handler(async ({ input }) => ({
      count: await discardFailures(core.db, input),
    })),
  }
}
