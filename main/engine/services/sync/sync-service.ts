/** Running, rehearsing and following syncs. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { toProblemCode } from '../../../contract/error-meanings.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { CompareReport, RunView, syncInput } from '../../../contract/sync.ts'
import { entityNames, type RunTrigger } from '../../../contract/words.ts'
import type { z } from 'zod'
import type { Core } from '../../core.ts'
import { listRunErrors } from '../../store/runs/run-errors.ts'
import { readRecords } from '../../store/sql/records.ts'
import { listRuns } from '../../store/runs/runs.ts'
import { listTargets, type Target } from '../../store/runs/targets.ts'
import { createBreaker } from '../../sync/breaker.ts'
import { compareTarget } from '../../sync/runs/compare-target.ts'
import { rehearseRun, type RehearsalRequest } from '../../sync/runs/rehearse-run.ts'
import type { RunRequest } from '../../sync/runs/execute-run.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { awakeTargets, type PauseControls } from './awake-targets.ts'
import { targetNamed } from '../targets/target-named.ts'

const os = implement(contract).sync

type SyncRequest = z.output<typeof syncInput>

export interface SyncControls extends PauseControls {
  /** Runs a target now, ahead of its schedule; resolves when the run has ended. */
  readonly request: (target: string, request: RunRequest) => Promise<RunView | null>
  readonly cancel: (target: string) => Promise<void>
}

export function syncHandlers(core: Core, controls: SyncControls) {
  return {
    run: os.run.handler(async ({ input, signal }) => {
      await checkRecords(core, input.records ?? [])
      const targets = input.rehearse
        ? await rehearsable(core, input.targets)
        : await runnable(core, controls, input)
      const runs = await Promise.all(
        targets.map((target) =>
          input.rehearse
            ? rehearsed(core, target, input, signal)
            : controls.request(target.name, toRequest(input, 'manual')),
        ),
      )
      return { runs: runs.filter((run) => run !== null) }
    }),
    start: os.start.handler(async ({ input }) => {
      if (input.rehearse) {
        throw new ProblemError({
          code: 'wrong-use',
          message: 'A rehearsal cannot be started in the background: its report is the answer.',
          fix: 'Rehearse with a request that waits for the answer.',
        })
      }
      await checkRecords(core, input.records ?? [])
      const targets = await runnable(core, controls, input)
      for (const { name } of targets) {
        controls.request(name, toRequest(input, 'manual')).catch((error: unknown) =>
          core.ports.log.error('A run could not be started', {
            target: name,
            error: String(error),
          }),
        )
      }
      return { targets: targets.map((target) => target.name) }
    }),
    rehearse: os.rehearse.handler(async ({ input, signal }) => {
      const target = targetNamed(await someTargets(core), input.name)
      const { limit, requests, force } = input
      return preview(core, target, { limit, requests, force }, signal)
    }),
    cancel: os.cancel.handler(async ({ input }) => {
      void controls.cancel(input.name)
      return { ok: true as const }
    }),
    runs: os.runs.handler(async ({ input: { limit, name } }) => {
      const target =
        name === undefined ? {} : { target: targetNamed(await listTargets(core.reader), name).name }
      return { runs: [...(await listRuns(core.reader, { limit, ...target }))] }
    }),
    runErrors: os.runErrors.handler(async ({ input: { id, after, limit } }) => {
      const page = await listRunErrors(core.reader, id, Number(after) || 0, limit)
      if (page) {
        return { errors: [...page.errors], next: page.last === null ? null : String(page.last) }
      }
      throw new ProblemError({
        code: 'not-found',
        message: `There is no run ${id} in the log.`,
        fix: 'List the runs again; old ones are forgotten.',
      })
    }),
    compare: os.compare.handler(async ({ input, signal }) => {
      const target = targetNamed(await someTargets(core), input.name)
      return compare(core, target, input.limit, signal ?? new AbortController().signal)
    }),
    pauseAll: os.pauseAll.handler(async ({ input }) => {
      await controls.pauseAll(input.paused)
      return { ok: true as const }
    }),
  }
}

/** The targets of a run; all that are not paused when none is named. */
async function runnable(
  core: Core,
  controls: SyncControls,
  { targets: names, resume }: SyncRequest,
): Promise<readonly Target[]> {
  const all = await someTargets(core)
  const named = names.length > 0
  const targets = named ? names.map((name) => targetNamed(all, name)) : all
  return awakeTargets(core, controls, { targets, named, resume })
}

/** The targets of a rehearsal. It sends and writes nothing, so a pause is no reason against one that is named. */
async function rehearsable(core: Core, names: readonly string[]): Promise<readonly Target[]> {
  const all = await someTargets(core)
  if (names.length > 0) return names.map((name) => targetNamed(all, name))
  const awake = all.filter(({ pausedReason }) => pausedReason === null)
  return awake.length > 0 ? awake : all
}

async function someTargets(core: Core): Promise<readonly Target[]> {
  const all = await listTargets(core.reader)
  if (all.length > 0) return all
  throw new ProblemError({
    code: 'wrong-use',
    message: 'There is no target to sync with yet.',
    fix: 'Add one first.',
  })
}

/** Throws `ProblemError` for an id no record has: a run without it would look as if it had gone. */
async function checkRecords(core: Core, ids: readonly string[]): Promise<void> {
  const unknown = new Set(ids)
  for (const entity of entityNames) {
    if (unknown.size === 0) return
    for (const id of (await readRecords(core.reader, entity, [...unknown])).keys()) {
      unknown.delete(id)
    }
  }
  if (unknown.size === 0) return
  throw new ProblemError({
    code: 'not-found',
    message: `There is no record ${[...unknown].join(', ')}.`,
    fix: 'Look the record up again.',
  })
}

function toRequest(input: SyncRequest, trigger: RunTrigger): RunRequest {
  return {
    trigger,
    ...(input.kind === undefined ? {} : { kind: input.kind }),
    options: {
      force: input.force,
      entities: input.entities ?? null,
      records: input.records ?? null,
      allowMassChange: input.allowMassChange,
    },
  }
}

async function rehearsed(
  core: Core,
  target: Target,
  input: SyncRequest,
  signal: AbortSignal | undefined,
): Promise<RunView> {
  const { kind, entities, records, allowMassChange, force } = input
  const asked = { limit: 0, allowMassChange, force, ...(kind ? { kind } : {}) }
  const only = { entities: entities ?? null, records: records ?? null }
  return (await preview(core, target, { ...asked, ...only }, signal)).run
}

async function compare(
  core: Core,
  target: Target,
  limit: number,
  signal: AbortSignal,
): Promise<CompareReport> {
  try {
    const breaker = createBreaker(core.ports.clock)
    return await compareTarget(core, target, { breaker, limit, signal })
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    throw new ProblemError({
      code: toProblemCode(error.code),
      message: `${target.name} could not be compared: ${error.message}`,
      fix: 'Nothing was changed. Try again when it answers.',
    })
  }
}

async function preview(
  core: Core,
  target: Target,
  asked: Partial<RehearsalRequest> & Pick<RehearsalRequest, 'limit'>,
  signal: AbortSignal | undefined,
) {
  try {
    return await rehearseRun(core, target, {
      kind: target.initialDone ? 'delta' : 'initial',
      trigger: 'manual',
      entities: null,
      records: null,
      allowMassChange: false,
      force: false,
      signal: signal ?? new AbortController().signal,
      ...asked,
    })
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    throw new ProblemError({ code: 'wrong-use', message: error.message })
  }
}
