/** `sync [NAME…]`: runs now and tells how it went. */
import { Option, type Command } from 'commander'
import { errorMeanings } from '../../../contract/error-meanings.ts'
import type { CompareReport, RunView, SyncInput } from '../../../contract/sync.ts'
import type { TargetStatus, TargetView } from '../../../contract/targets.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Cli, EngineWork } from '../cli.ts'
import { exitCodes, sayingHowToResume, type ExitCode } from '../exit-codes.ts'
import { runProgressLine } from '../progress-line.ts'
import { entityArgument, repeated } from './arguments.ts'
import { sensitiveFields } from '../sensitive-fields.ts'
import { comparisonLines } from './comparison-lines.ts'
import { runLines } from './run-lines.ts'
import { sensitiveWords } from './target.ts'

interface Options {
  readonly kind?: 'initial' | 'delta' | 'reconcile'
  readonly force?: boolean
  readonly rehearse?: boolean
  readonly entity?: readonly EntityName[]
  readonly record?: readonly string[]
  readonly allowMassChange?: boolean
  readonly resume?: boolean
}

export function addSyncCommand(program: Command, cli: Cli): void {
  program
    .command('sync')
    .description('runs now: the named targets, or all that are not paused')
    .argument('[name...]', 'targets')
    .addOption(
      new Option('--kind <kind>', 'default: initial the first time, then delta').choices([
        'initial',
        'delta',
        'reconcile',
      ]),
    )
    .option('--force', 'ignores hashes and cursors')
    .option('--rehearse', 'sends nothing and writes nothing but the report')
    .option('--entity <entity>', 'only this kind of data (repeatable)', repeated(entityArgument))
    .option('--record <id>', 'only this record (repeatable)', repeated(String))
    .option('--resume', 'resumes what is paused first')
    .option('--allow-mass-change', 'lifts the guard against deleting much for this run')
    .action((names: readonly string[], options: Options, command: Command) =>
      cli.withEngine(command, (around) => sync(around, names, options)),
    )
}

async function sync(
  { session, client, terminal, stop }: EngineWork,
  names: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const input: SyncInput = {
    targets: [...names],
    force: options.force ?? false,
    rehearse: options.rehearse ?? false,
    allowMassChange: options.allowMassChange ?? false,
    resume: options.resume ?? false,
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(options.entity === undefined ? {} : { entities: [...options.entity] }),
    ...(options.record === undefined ? {} : { records: [...options.record] }),
  }
  const unsubscribe = session.engine.onLive((event) => {
    if (event.type === 'progress') terminal.progress(runProgressLine(event.progress))
  })
  const cancel = () => void cancelRuns(client)
  stop.addEventListener('abort', cancel, { once: true })
  try {
    const { runs } = await client.sync.run(input).catch((error: unknown) => {
      throw sayingHowToResume(error, ['marshal sync --resume', ...names].join(' '))
    })
    const { targets } = await client.status.get()
    if (input.rehearse && input.kind === 'reconcile') {
      const comparisons = await compareAll(client, runs)
      const isSensitive = await sensitiveFields(client)
      terminal.result({ runs, comparisons }, () =>
        comparisons.flatMap((report) => comparisonLines(report, isSensitive)).join('\n'),
      )
      return exitCodes.ok
    }
    if (input.rehearse) {
      const sensitive = await sensitiveOf(client, runs)
      terminal.result(
        {
          runs,
          sensitive: sensitive.map(({ config, sensitiveLeftOut }) => ({
            target: config.name,
            travels: config.sensitive,
            leftOut: sensitiveLeftOut,
          })),
        },
        () =>
          [
            runLines(runs),
            ...sensitive.map(
              (view) => `${view.config.name}: sensitive fields: ${sensitiveWords(view)}`,
            ),
          ].join('\n'),
      )
    } else terminal.result({ runs }, () => runLines(runs))
    if (runs.length === 0) terminal.say('No target to sync: none is connected, or all are paused.')
    const touched = new Set(runs.map((run) => run.target))
    return syncExitCode(
      runs,
      targets.filter(({ name }) => touched.has(name)),
    )
  } finally {
    stop.removeEventListener('abort', cancel)
    unsubscribe()
  }
}

/** What a rehearsal has to show besides its runs: the sensitive fields that would travel. */
async function sensitiveOf(
  client: EngineWork['client'],
  runs: readonly RunView[],
): Promise<readonly TargetView[]> {
  const views: TargetView[] = []
  for (const { target } of runs) views.push(await client.targets.get({ name: target }))
  return views
}

/** A rehearsed reconcile is the comparison: what it would repair, and nothing written on either side. */
async function compareAll(
  client: EngineWork['client'],
  runs: readonly RunView[],
): Promise<readonly CompareReport[]> {
  const reports: CompareReport[] = []
  for (const { target } of runs) reports.push(await client.sync.compare({ name: target }))
  return reports
}

async function cancelRuns(client: EngineWork['client']): Promise<void> {
  const { targets } = await client.status.get()
  // A target without a run has nothing to cancel and says so; that is no news.
  await Promise.allSettled(targets.map(({ name }) => client.sync.cancel({ name })))
}

/**
 * 3 when a target as a whole did not answer, could take nothing or refused the sign-in, 2 when its configuration or that of this computer
 * (a keychain that cannot be used) is wrong, 1 when records
 * are left failed, held or in conflict or the run did not come to its end, else 0.
 */
export function syncExitCode(runs: readonly RunView[], targets: readonly TargetStatus[]): ExitCode {
  const wholeTarget = runs.flatMap((run) => (run.result === 'error' ? blameOf(run) : []))
  const meanings = wholeTarget.map(({ code }) => errorMeanings[code])
  if (meanings.some(({ about, pauses }) => about === 'moment' || pauses))
    return exitCodes.unreachable
  if (meanings.some(({ mend }) => mend === 'setup')) return exitCodes.wrongUse
  const left = targets.some(({ held, failed, conflicts }) => held + failed + conflicts > 0)
  const unfinished = runs.some(
    ({ result, guard, outbound, inbound }) =>
      result !== 'success' &&
      (result !== 'warning' ||
        guard !== null ||
        outbound.failed + outbound.held + outbound.waiting + inbound.failed + inbound.conflicts >
          0),
  )
  return left || unfinished ? exitCodes.unfinished : exitCodes.ok
}

/** Why a run failed: what stopped it, else what kept each of its records from arriving. */
function blameOf({ errors }: RunView): RunView['errors'] {
  const whole = errors.filter(({ recordId, remoteId }) => recordId === null && remoteId === null)
  return whole.length > 0 ? whole : errors
}
