/** Figures for a monitoring system, in the Prometheus text format. Pure. */
import type { StatusView } from '../../../contract/sync.ts'
import { targetState } from '../../../contract/words.ts'

const label = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

interface Metric {
  readonly name: string
  readonly help: string
  readonly values: readonly (readonly [labels: string, value: number])[]
}

function write({ name, help, values }: Metric): string {
  const lines = values.map(([labels, value]) => `${name}{${labels}} ${value}`)
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines].join('\n')
}

/** Counters and states of every target, and live records per entity. */
export function prometheusText(status: StatusView, version: string): string {
  const { targets, records } = status
  const perTarget = (
    name: string,
    help: string,
    value: (target: (typeof targets)[number]) => number,
  ) =>
    write({
      name,
      help,
      values: targets.map((target) => [`target="${label(target.name)}"`, value(target)]),
    })
  const metrics = [
    write({
      name: 'marshal_info',
      help: 'Version of Marshal.',
      values: [[`version="${label(version)}"`, 1]],
    }),
    write({
      name: 'marshal_records',
      help: 'Live records of master data.',
      values: Object.entries(records).map(([entity, count]) => [`entity="${entity}"`, count]),
    }),
    write({
      name: 'marshal_target_state',
      help: 'One for the state the target is in.',
      values: targets.flatMap((target) =>
        targetState.options.map(
          (state) =>
            [
              `target="${label(target.name)}",state="${state}"`,
              target.state === state ? 1 : 0,
            ] as const,
        ),
      ),
    }),
    perTarget('marshal_target_pending', 'Records waiting to be sent.', (target) => target.pending),
    perTarget('marshal_target_held', 'Records waiting for their parent.', (target) => target.held),
    perTarget('marshal_target_failed', 'Records the target refused.', (target) => target.failed),
    perTarget(
      'marshal_target_conflicts',
      'Records changed on both sides.',
      (target) => target.conflicts,
    ),
    perTarget(
      'marshal_target_last_success_seconds',
      'Time of the last complete run, seconds since 1970; 0 for never.',
      (target) => (target.lastSuccessOn === null ? 0 : Date.parse(target.lastSuccessOn) / 1000),
    ),
  ]
  return `${metrics.join('\n')}\n`
}
