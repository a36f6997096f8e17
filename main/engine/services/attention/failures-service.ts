/** Failures: what targets refused, and the ways out. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { FailureFilter } from '../../../contract/sync.ts'
import type { Core } from '../../core.ts'
import {
  discardFailures,
  failingTargets,
  groupFailures,
  listFailures,
  retryFailures,
} from '../../store/attention/failures.ts'
import { listTargets } from '../../store/runs/targets.ts'
import { awakeTargets, type PauseControls } from '../sync/awake-targets.ts'
import { readReceived, withNames } from './received-failures.ts'
import { targetNamed } from '../targets/target-named.ts'

const os = implement(contract).failures

export interface FailureControls extends PauseControls {
  /** Asks for a run of every target that has something to do, so that a retry goes at once. */
  readonly startRuns: () => Promise<void>
}

export function failureHandlers(core: Core, controls: FailureControls) {
  return {
    list: os.list.handler(async ({ input: { limit, after, ...filter } }) => {
      await checkTarget(core, filter)
      const failures = await listFailures(core.reader, filter, limit, after)
      const next = failures.length === limit ? failures.at(-1)!.id : null
      return { failures: await withNames(core, failures), next }
    }),
    groups: os.groups.handler(async ({ input }) => {
      const groups = await groupFailures(core.reader, input.target)
      const examples = await withNames(
        core,
        groups.flatMap((group) => group.examples),
      )
      const named = new Map(examples.map((one) => [one.id, one]))
      return {
        groups: groups.map((group) => ({
          ...group,
          examples: group.examples.map((one) => named.get(one.id) ?? one),
        })),
      }
    }),
    received: os.received.handler(async ({ input: { id } }) => {
      const found = (await readReceived(core, [id])).get(id)
      if (found) return found
      throw new ProblemError({
        code: 'not-found',
        message: `There is nothing to read of ${id}.`,
        fix: 'List the failures again; it may have been taken over meanwhile.',
      })
    }),
    retry: os.retry.handler(async ({ input: { resume, ...filter } }) => {
      await checkTarget(core, filter)
      await checkAwake(core, controls, filter, resume)
      const count = await retryFailures(core.db, filter)
      checkFound(count, filter)
      if (count > 0) await controls.startRuns()
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

/** Throws `ProblemError` while none of the targets concerned may run: "tried again" would not be so. */
async function checkAwake(
  core: Core,
  controls: FailureControls,
  filter: FailureFilter,
  resume: boolean,
): Promise<void> {
  const failing = new Set(await failingTargets(core.reader, filter))
  const targets = (await listTargets(core.reader)).filter(({ name }) => failing.has(name))
  if (targets.length > 0) await awakeTargets(core, controls, { targets, named: false, resume })
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
