/**
 * Rehearsal: the same plan as a real run, with nothing sent and nothing written. Receiving is tried on a copy of the
 * database; what would be sent is planned on that copy, or on the connection that can only read.
 */
import type { RehearsalLine, RehearsalReport, RunView } from '../../../contract/sync.ts'
import type { PlanReason } from '../../../contract/reasons.ts'
import { guardInWords, planText } from '../../../contract/words-en.ts'
import type { EntityName, RunKind, RunTrigger } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import type { Db } from '../../db/schema.ts'
import { createFilter, passAll } from '../../expressions/record-filter.ts'
import { labelsOf } from '../../model/entities.ts'
import { readUncertain } from '../../store/links/certainty.ts'
import { nextRetryOn, releaseRetries } from '../../store/links/sync-records.ts'
import { listRuns } from '../../store/runs/runs.ts'
import type { Target } from '../../store/runs/targets.ts'
import { adapterFor, bindingsInScope } from '../connect-target.ts'
import { namesOf } from '../display-names.ts'
import { plannedPages } from '../outbound/page-steps.ts'
import { batchSizeOf } from '../outbound/deliver.ts'
import { mayDelete, mayOverwrite } from '../outbound/guards.ts'
import { isUnchanged, transform } from '../outbound/decide/transform.ts'
import type { Step } from '../outbound/decide/plan.ts'
import type { Adapter, EntityBinding } from '../../targets/kit/adapter.ts'
import { asSet } from '../../targets/kit/as-set.ts'
import { sensitiveChoices } from '../../targets/kit/sensitive.ts'
import { rehearseRequests, type FirstPage } from './rehearse-requests.ts'
import { rehearsePull } from './rehearse-pull.ts'
import type { RunOptions } from '../run-context.ts'
import { createRunRecorder, type RunRecorder } from './run-recorder.ts'
import { kindOf, mustList } from './kind-of.ts'
import { wakeRecords } from './wake-records.ts'

const pageSize = 500

export interface RehearsalRequest {
  readonly kind: RunKind
  readonly trigger: RunTrigger
  readonly entities: readonly EntityName[] | null
  readonly records: readonly string[] | null
  /** A person lifts the guard. */
  readonly allowMassChange: boolean
  /** As a run that sends everything again, also what did not change. */
  readonly force: boolean
  /** Lines to answer; counts are of everything. */
  readonly limit: number
  /** Also the exact requests of the first page. */
  readonly requests?: boolean
  readonly signal: AbortSignal
}

/**
 * What a run would do. A target that cannot be asked is an error of the run: what would be sent is then planned from
 * what is known. Throws `SyncError` `config` for an unknown adapter or a filter that cannot be used.
 */
export async function rehearseRun(
  core: Core,
  target: Target,
  request: RehearsalRequest,
): Promise<RehearsalReport> {
  const adapter = adapterFor(core, target)
  const { clock, ids } = core.ports
  const run = createRunRecorder({
    id: ids.uuid(),
    targetName: target.name,
    live: { emit: () => {}, on: () => () => {} },
    clock,
  })
  const uncertain = await readUncertain(core.reader, target.id)
  const options = optionsOf(request)
  const lists = mustList(core, target, request.entities, uncertain)
  const kind = kindOf(core, target, { request: { kind: request.kind, options }, uncertain })
  const rehearsal = {
    core,
    whole: asSet(core.adapters.get(target.adapter) ?? adapter, target),
    target,
    adapter,
    request,
    kind,
    run,
    startedOn: new Date(clock.now()).toISOString(),
  }
  const receives = bindingsInScope(adapter, target).some(
    ({ direction, changes }) => direction !== 'outbound' && changes !== 'none',
  )
  const asks = lists || (receives && request.records === null)
  const hasRetries = (await nextRetryOn(core.reader, target.id)) !== null
  if (!asks && !hasRetries && !request.force && request.records === null) {
    return rehearsePush(core.reader, rehearsal, [])
  }
  const copy = await core.scratch()
  try {
    const { signal } = request
    // A person who asks for a run waits for no time that was set.
    await releaseRetries(copy.db, target.id, null)
    await wakeRecords(copy.db, target, bindingsAsked(rehearsal), options)
    if (!asks) return await rehearsePush(copy.db, rehearsal, [])
    const facts = { kind, uncertain, options, run, signal }
    const error = await rehearsePull(core, copy.db, target, facts)
    const [seen] = await listRuns(copy.db, { ids: [run.id], limit: 1 })
    const about = { entity: null, recordId: null, remoteId: null }
    const stop = error ? [{ ...about, code: error.code, message: error.message }] : []
    return await rehearsePush(copy.db, rehearsal, [...stop, ...(seen?.errors ?? [])])
  } finally {
    await copy.discard()
  }
}

interface Rehearsal {
  readonly core: Core
  readonly target: Target
  readonly adapter: Adapter
  /** With what the target does not get, too. */
  readonly whole: Adapter
  readonly request: RehearsalRequest
  readonly kind: RunKind
  readonly run: RunRecorder
  readonly startedOn: string
}

function optionsOf(request: RehearsalRequest): RunOptions {
  const { entities, records, allowMassChange, force } = request
  return { force, entities, records, allowMassChange }
}

/** What a run would be about. */
function bindingsAsked({
  adapter,
  target,
  request: { entities },
}: Rehearsal): readonly EntityBinding[] {
  return bindingsInScope(adapter, target).filter(
    ({ entity }) => entities === null || entities.includes(entity),
  )
}

/** What would be sent, after what was received. */
async function rehearsePush(
  db: Db,
  rehearsal: Rehearsal,
  errors: RunView['errors'],
): Promise<RehearsalReport> {
  const { core, target, adapter, whole, request, kind, run, startedOn } = rehearsal
  const { clock, log } = core.ports
  const filter = target.filter ? createFilter(target.filter, clock) : passAll
  const lines: RehearsalLine[] = []
  const firstPages: FirstPage[] = []
  const bindings = bindingsAsked(rehearsal).filter(({ direction }) => direction !== 'inbound')
  try {
    const guarded = { target, adapter, filter, run, options: optionsOf(request) }
    await mayDelete(db, guarded, bindings)
    await mayOverwrite(db, guarded, bindings)
    const context = { target, adapter, filter, rehearsal: true }
    const batch = batchSizeOf({ adapter, target })
    for (const binding of bindings) {
      const walk = { binding, limit: pageSize, selected: request.records }
      let isFirst = true
      for await (const { steps } of plannedPages(db, context, walk)) {
        if (isFirst && request.requests) firstPages.push({ binding, steps: steps.slice(0, batch) })
        isFirst = false
        const rehearsed = steps.map((step) => rehearseStep(step, binding, rehearsal))
        for (const line of rehearsed) count(run, line.action)
        lines.push(...rehearsed.slice(0, request.limit - lines.length))
      }
    }
  } finally {
    await filter.close()
  }
  log.debug('Rehearsal', { target: target.name, ...run.outbound })
  const view: RunView = {
    id: run.id,
    target: target.name,
    kind,
    trigger: request.trigger,
    rehearsal: true,
    result: resultOf(run, errors),
    startedOn,
    endedOn: new Date(clock.now()).toISOString(),
    outbound: run.outbound,
    inbound: run.inbound,
    guard: run.guard && guardInWords(run.guard, target.name),
    errors: [...errors],
  }
  const choices = sensitiveChoices(whole, target.mapping)
  const inScope = choices.filter((field) =>
    bindings.some(({ entity }) => field.startsWith(`${entity}.`)),
  )
  const sensitive = {
    travels: inScope.filter((field) => target.sensitive.includes(field)),
    leftOut: inScope.filter((field) => !target.sensitive.includes(field)),
  }
  const { limit, signal } = request
  const requests = request.requests
    ? await rehearseRequests(core, target, firstPages, { limit, signal })
    : undefined
  return {
    ...{ run: view, lines: await named(db, lines), sensitive },
    ...(requests ? { requests } : {}),
  }
}

function resultOf(run: RunRecorder, errors: RunView['errors']): RunView['result'] {
  if (errors.some(({ entity }) => entity === null)) return 'error'
  return run.guard || run.inbound.failed + run.inbound.conflicts > 0 ? 'warning' : 'success'
}

function rehearseStep(
  step: Step,
  binding: EntityBinding,
  { target, request: { force } }: Rehearsal,
): RehearsalLine {
  const line = {
    entity: binding.entity,
    recordId: step.due.recordId,
    display: '',
    ...inWords(step.reason, binding.entity),
  }
  switch (step.kind) {
    case 'create':
    case 'update': {
      const content = transform(step, binding, target)
      if (!isUnchanged(step, content, target.mappingVersion)) {
        return { ...line, action: step.kind, payload: content.body }
      }
      return force
        ? {
            ...{ ...line, action: step.kind, payload: content.body },
            ...inWords({ code: 'again' }, binding.entity),
          }
        : { ...line, action: 'skip', ...inWords({ code: 'same' }, binding.entity) }
    }
    case 'delete':
      return { ...line, action: 'delete' }
    case 'hold':
    case 'refuse':
      return { ...line, action: 'hold' }
    case 'skip':
    case 'ignore':
    case 'swap':
    case 'wait':
      return { ...line, action: 'skip' }
  }
}

const inWords = (cause: PlanReason, entity: EntityName) => ({
  cause,
  reason: planText(cause, labelsOf(entity)),
})

function count(recorder: RunRecorder, action: RehearsalLine['action']): void {
  switch (action) {
    case 'create':
      return recorder.countOutbound({ created: 1 })
    case 'update':
      return recorder.countOutbound({ updated: 1 })
    case 'delete':
      return recorder.countOutbound({ deleted: 1 })
    case 'hold':
      return recorder.countOutbound({ held: 1 })
    case 'skip':
      return recorder.countOutbound({ skipped: 1 })
  }
}

async function named(db: Db, lines: readonly RehearsalLine[]): Promise<RehearsalLine[]> {
  const names = await namesOf(db, lines)
  return lines.map((line) => ({ ...line, display: names.get(line.recordId) ?? line.recordId }))
}
