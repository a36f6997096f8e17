/** `doubles list|merge|different`: persons here who may be one. */
import type { Command } from 'commander'
import type { DoubleSide, DoubleView } from '../../../contract/doubles.ts'
import { likenessText } from '../../../contract/words-en.ts'
import type { Cli, EngineWork } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { table } from '../table.ts'

const pageSize = 200

export function addDoublesCommand(program: Command, cli: Cli): void {
  const doubles = program.command('doubles').description('persons here who may be one')

  doubles
    .command('list')
    .description('who may be the same person, and what speaks for it')
    .action((_options: unknown, command: Command) =>
      cli.withEngine(command, async (around) => {
        const found = await readAll(around)
        around.terminal.result({ doubles: found }, () =>
          found.length === 0 ? 'Nobody here may be somebody else here.' : lines(found),
        )
        return exitCodes.ok
      }),
    )

  doubles
    .command('merge')
    .argument('<id>', 'of the pair')
    .requiredOption('--keep <person>', 'id of the person whose record stays')
    .description('the same person: entries and consents of the other become theirs')
    .action((id: string, { keep }: { readonly keep: string }, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const done = await client.doubles.merge({ id, keep })
        terminal.result(done, () => 'Merged: the two are one person now.')
        return exitCodes.ok
      }),
    )

  doubles
    .command('different')
    .argument('<id>', 'of the pair')
    .description('different people: nobody is asked about the two again')
    .action((id: string, _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const done = await client.doubles.different({ id })
        terminal.result(done, () => 'Noted: they are different people.')
        return exitCodes.ok
      }),
    )
}

async function readAll({ client, stop }: EngineWork): Promise<readonly DoubleView[]> {
  const found: DoubleView[] = []
  let after: string | null = null
  do {
    stop.throwIfAborted()
    const page: Awaited<ReturnType<typeof client.doubles.list>> = await client.doubles.list({
      limit: pageSize,
      after,
    })
    found.push(...page.doubles)
    after = page.next
  } while (after !== null)
  return found
}

function lines(doubles: readonly DoubleView[]): string {
  return table(
    ['id', 'person', 'may be', 'because', 'found in'],
    doubles.map((double) => [
      double.id,
      named(double.sides[0]),
      named(double.sides[1]),
      likenessText(double),
      double.source,
    ]),
  )
}

const named = ({ display, id, entries }: DoubleSide) =>
  [
    display,
    ...entries.map(({ event, bib }) => `${event}${bib === null ? '' : ` ${bib}`}`),
    id,
  ].join(' · ')
