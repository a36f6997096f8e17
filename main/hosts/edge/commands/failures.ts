/** `failures list|retry|discard`: records a target refused. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { syncErrorCodes, type SyncErrorCode } from '../../../contract/words.ts'
import type { FailureFilter, FailureView } from '../../../contract/sync.ts'
import type { Cli, EngineWork } from '../cli.ts'
import { exitCodes, sayingHowToResume } from '../exit-codes.ts'
import { amount, table } from '../table.ts'

const pageSize = 1000

interface Options {
  readonly target?: string
  readonly code?: SyncErrorCode
  readonly since?: string
  readonly until?: string
  readonly resume?: boolean
}

export function addFailuresCommand(program: Command, cli: Cli): void {
  const failures = program.command('failures').description('records a target refused')

  withFilter(failures.command('list').description('what failed and why')).action(
    (ids: readonly string[], options: Options, command: Command) =>
      cli.withEngine(command, async (around) => {
        const { terminal } = around
        const found = await readAll(around, filter(ids, options))
        terminal.result({ failures: found }, () =>
          found.length === 0
            ? 'No failures.'
            : table(
                ['id', 'target', 'record', 'code', 'message', 'tries', 'last tried'],
                found.map((one) => [
                  one.id,
                  one.target,
                  `${one.entity} ${one.display}`,
                  one.code,
                  one.message,
                  one.attempts,
                  one.lastTriedOn,
                ]),
              ),
        )
        return exitCodes.ok
      }),
  )

  withFilter(failures.command('retry').description('sends them again with the next run'))
    .option('--resume', 'resumes what is paused first')
    .action((ids: readonly string[], options: Options, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const asked = { ...filter(ids, options), resume: options.resume ?? false }
        const { count } = await client.failures.retry(asked).catch((error: unknown) => {
          throw sayingHowToResume(error, 'the same command and --resume')
        })
        terminal.result({ count }, () => `${amount(count)} will be sent again with the next run.`)
        return exitCodes.ok
      }),
    )

  withFilter(failures.command('discard').description('gives up sending this state of them')).action(
    (ids: readonly string[], options: Options, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const { count } = await client.failures.discard(filter(ids, options))
        terminal.result({ count }, () => `${amount(count)} discarded; the records themselves stay.`)
        return exitCodes.ok
      }),
  )
}

async function readAll(
  { client, stop }: EngineWork,
  asked: FailureFilter,
): Promise<readonly FailureView[]> {
  const found: FailureView[] = []
  let after: string | null = null
  do {
    stop.throwIfAborted()
    const page: Awaited<ReturnType<typeof client.failures.list>> = await client.failures.list({
      ...asked,
      limit: pageSize,
      after,
    })
    found.push(...page.failures)
    after = page.next
  } while (after !== null)
  return found
}

function withFilter(command: Command): Command {
  return command
    .argument('[id...]', 'only these')
    .option('--target <name>', 'only of this target')
    .addOption(new Option('--code <code>', 'only with this code').choices(syncErrorCodes))
    .option('--since <time>', 'only tried then or later, as 2026-05-17T09:30', timeArgument)
    .option('--until <time>', 'only tried then or before', timeArgument)
}

/** A time of this computer, or of the zone it names. */
function timeArgument(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text) ? new Date(text) : null
  if (time !== null && !Number.isNaN(time.getTime())) return time.toISOString()
  throw new InvalidArgumentError('It is no time, as 2026-05-17T09:30.')
}

function filter(ids: readonly string[], { target, code, since, until }: Options): FailureFilter {
  return {
    ...(ids.length === 0 ? {} : { ids: [...ids] }),
    ...(target === undefined ? {} : { target }),
    ...(code === undefined ? {} : { code }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
}
