import { isSilent } from '../../../contract/error-meanings.ts'
import type { RunView } from '../../../contract/sync.ts'
import { table } from '../table.ts'

/** Runs as a table for people, each with its first errors below. */
export function runLines(runs: readonly RunView[]): string {
  if (runs.length === 0) return 'No runs.'
  const rows = runs.map((run) => [
    run.startedOn,
    run.target,
    run.rehearsal ? `${run.kind} (rehearsal)` : run.kind,
    resultOf(run),
    run.outbound.created,
    run.outbound.updated,
    run.outbound.deleted,
    run.outbound.skipped,
    run.outbound.held,
    run.outbound.failed,
    run.outbound.waiting,
    run.inbound.created + run.inbound.updated + run.inbound.deleted,
    run.inbound.conflicts,
  ])
  const columns = [
    'started',
    'target',
    'kind',
    'result',
    'created',
    'updated',
    'deleted',
    'skipped',
    'held',
  ]
  return [
    table([...columns, 'failed', 'waiting', 'received', 'conflicts'], rows),
    ...runs.flatMap(remarks),
  ].join('\n')
}

/** A target that did not answer is no error of the run; `--json` keeps the plain result. */
function resultOf({ result, errors }: RunView): string {
  const silent = errors.some(
    ({ code, entity, recordId, remoteId }) =>
      isSilent(code) && (entity ?? recordId ?? remoteId) === null,
  )
  return result === 'error' && silent ? 'not reachable' : (result ?? 'running')
}

const shownErrors = 10

function remarks(run: RunView): readonly string[] {
  const guard = run.guard
    ? [
        run.guard.limit === 0
          ? `${run.target}: ${run.guard.reason} To confirm: marshal sync ${run.target} --allow-mass-change.`
          : `${run.target}: stopped before changing too much: ${run.guard.reason} (planned ${run.guard.planned}, limit ${run.guard.limit}).`,
      ]
    : []
  const errors = run.errors.slice(0, shownErrors).map(({ entity, recordId, code, message }) => {
    const what = entity === null ? '' : ` ${entity} ${recordId ?? ''}`
    return `${run.target}:${what} ${code}: ${message}`
  })
  const more =
    run.errors.length > shownErrors ? [`${run.target}: and more; see "marshal failures list".`] : []
  return [...guard, ...errors, ...more]
}
