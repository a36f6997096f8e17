/** `matches list|accept|reject`: records on one side that may be one on the other. */
import { Option, type Command } from 'commander'
import {
  matchKind,
  type MatchFilter,
  type MatchKind,
  type MatchView,
} from '../../../contract/conflicts.ts'
import type { Cli, EngineWork } from '../cli.ts'
import { exitCodes, wrongUse } from '../exit-codes.ts'
import { table } from '../table.ts'
import { reportDecisions } from './decision-lines.ts'

interface Options {
  readonly target?: string
  readonly kind?: MatchKind
  readonly all?: boolean
  readonly record?: string
}

const pageSize = 1000

export function addMatchesCommand(program: Command, cli: Cli): void {
  const matches = program.command('matches').description('records that are not linked')

  withFilter(matches.command('list'))
    .description('what is only on one side, and what it may be on the other')
    .action((ids: readonly string[], options: Options, command: Command) =>
      cli.withEngine(command, async (around) => {
        const found = await readAll(around, filter(ids, options))
        around.terminal.result({ matches: found }, () =>
          found.length === 0 ? 'Nothing waits to be matched.' : lines(found),
        )
        return exitCodes.ok
      }),
    )

  withFilter(matches.command('accept'))
    .description('links it, takes it over, or sends it')
    .option('--record <id>', 'our record that it is')
    .option('--all', 'every one')
    .action((ids: readonly string[], options: Options, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const report = await client.matches.accept({
          ...meant(ids, options),
          ...(options.record === undefined ? {} : { recordId: options.record }),
        })
        return reportDecisions(terminal, report, 'accepted')
      }),
    )

  withFilter(matches.command('reject'))
    .description('it is none of those; it stays where it is, or becomes a record of its own')
    .option('--all', 'every one')
    .action((ids: readonly string[], options: Options, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) =>
        reportDecisions(terminal, await client.matches.reject(meant(ids, options)), 'rejected'),
      ),
    )
}

function withFilter(command: Command): Command {
  return command
    .argument('[id...]', 'only these')
    .option('--target <name>', 'only of this target')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(matchKind.options))
}

function filter(ids: readonly string[], { target, kind }: Options): MatchFilter {
  return {
    ...(ids.length === 0 ? {} : { ids: [...ids] }),
    ...(target === undefined ? {} : { target }),
    ...(kind === undefined ? {} : { kind }),
  }
}

/** The same for a decision: everything only when that is said. */
function meant(ids: readonly string[], options: Options): MatchFilter {
  const named = filter(ids, options)
  if (Object.keys(named).length === 0 && options.all !== true)
    throw wrongUse(
      'No unlinked record is named',
      'Name their ids, or --target NAME, --kind KIND, or --all.',
    )
  return named
}

async function readAll(
  { client, stop }: EngineWork,
  asked: MatchFilter,
): Promise<readonly MatchView[]> {
  const found: MatchView[] = []
  let after: string | null = null
  do {
    stop.throwIfAborted()
    const page: Awaited<ReturnType<typeof client.matches.list>> = await client.matches.list({
      ...asked,
      limit: pageSize,
      after,
    })
    found.push(...page.matches)
    after = page.next
  } while (after !== null)
  return found
}

function lines(matches: readonly MatchView[]): string {
  return table(
    ['id', 'target', 'kind', 'record', 'theirs', 'may be', 'why'],
    matches.map(({ id, target, kind, entity, display, remoteId, candidates, reason }) => [
      id,
      target,
      kind,
      `${entity} ${display}`,
      remoteId,
      candidates.map((one) => `${one.display} ${one.recordId}`).join(', '),
      reason,
    ]),
  )
}
