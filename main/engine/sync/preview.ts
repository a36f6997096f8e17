/**
 * Rehearsal: the same plan as a real run, with nothing sent and nothing written. It has no connection to send with,
 * and works on the connection that can only read.
 */
import type { RehearsalLine, RehearsalReport, RunView } from '../../contract/sync.ts'
import type { EntityName, RunKind, RunTrigger } from '../../contract/words.ts'
import type { Core } from '../core.ts'
import { createFilter, passAll } from '../expressions/record-filter.ts'
import { readDisplayNames } from '../store/records.ts'
import { readDuePage } from '../store/sync-records.ts'
import type { Target } from '../store/targets.ts'
import { SyncError } from '../targets/kit/sync-error.ts'
import { bindingsInScope } from './connect-target.ts'
import { planPage } from './outbound/page-steps.ts'
import { mayDelete, mayOverwrite } from './outbound/guards.ts'
import { isUnchanged, transform } from './outbound/transform.ts'
import type { Step } from './outbound/plan.ts'
import type { EntityBinding } from '../targets/kit/adapter.ts'
import { plainOptions } from './run-context.ts'
import { createRunRecorder } from './runs/run-recorder.ts'

const pageSize = 500

export interface PreviewRequest {
  readonly kind: RunKind
  readonly trigger: RunTrigger
  readonly entities: readonly EntityName[] | null
  readonly records: readonly string[] | null
  /** Lines to answer; counts are of everything. */
  readonly limit: number
}

/** What a run would send. Throws `SyncError` `config` for an unknown adapter or a filter that cannot be used. */
export async function previewRun(
  core: Core,
  target: Target,
  request: PreviewRequest,
): Promise<RehearsalReport> {
  const adapter = core.adapters.get(target.adapter)
  if (!adapter) throw new SyncError('config', `There is no adapter named ${target.adapter}.`)
  const { clock, ids, log } = core.ports
  const startedOn = new Date(clock.now()).toISOString()
  const readOnly: Core = { ...core, db: core.reader }
  const filter = target.filter ? createFilter(target.filter, clock) : passAll
  const recorder = createRunRecorder({
    id: ids.uuid(),
    targetName: target.name,
    live: { emit: () => {}, on: () => () => {} },
    clock,
  })
  const lines: RehearsalLine[] = []
  const bindings = bindingsInScope(adapter, target).filter(
    ({ entity, direction }) =>
      direction !== 'inbound' && (request.entities === null || request.entities.includes(entity)),
  )
  try {
    const options = { ...plainOptions, records: request.records }
    const guarded = { core: readOnly, target, adapter, filter, run: recorder, options }
    await mayDelete(guarded, bindings)
    await mayOverwrite(guarded, bindings)
    for (const binding of bindings) {
      for (let after = 0; ;) {
        const page = await readDuePage(
          core.reader,
          target.id,
          binding.entity,
          after,
          pageSize,
          request.records,
        )
        if (page.length === 0) break
        after = page.at(-1)!.rowNo
        const steps = await planPage(
          { core: readOnly, target, adapter, filter },
          binding,
          page,
          true,
        )
        const rehearsed = steps.map((step) => rehearseStep(step, binding, target))
        for (const line of rehearsed) count(recorder, line.action)
        lines.push(...rehearsed.slice(0, request.limit - lines.length))
      }
    }
  } finally {
    await filter.close()
  }
  log.debug('Rehearsal', { target: target.name, ...recorder.outbound })
  const run: RunView = {
    id: recorder.id,
    target: target.name,
    kind: request.kind,
    trigger: request.trigger,
    rehearsal: true,
    result: recorder.guard ? 'warning' : 'success',
    startedOn,
    endedOn: new Date(clock.now()).toISOString(),
    outbound: recorder.outbound,
    inbound: recorder.inbound,
    guard: recorder.guard,
    errors: [],
  }
  return { run, lines: await named(core, lines) }
}

function rehearseStep(step: Step, binding: EntityBinding, target: Target): RehearsalLine {
  const line = {
    entity: binding.entity,
    recordId: step.due.recordId,
    display: '',
    reason: step.reason,
  }
  switch (step.kind) {
    case 'create':
    case 'update': {
      const content = transform(step, binding, target)
      return isUnchanged(step, content, target.mappingVersion)
        ? { ...line, action: 'skip', reason: 'the target has this content already' }
        : { ...line, action: step.kind, payload: content.body }
    }
    case 'delete':
      return { ...line, action: 'delete' }
    case 'hold':
      return { ...line, action: 'hold' }
    case 'skip':
    case 'ignore':
      return { ...line, action: 'skip' }
  }
}

function count(
  recorder: ReturnType<typeof createRunRecorder>,
  action: RehearsalLine['action'],
): void {
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

async function named(core: Core, lines: readonly RehearsalLine[]): Promise<RehearsalLine[]> {
  const names = new Map<string, string>()
  for (const [entity, items] of Map.groupBy(lines, (line) => line.entity)) {
    const found = await readDisplayNames(
      core.reader,
      entity,
      items.map((line) => line.recordId),
    )
    for (const [id, display] of found) names.set(id, display)
  }
  return lines.map((line) => ({ ...line, display: names.get(line.recordId) ?? line.recordId }))
}
