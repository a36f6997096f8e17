/** `runs [NAME]`: run history, newest first. */
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { wholeNumber } from './arguments.ts'
import { runLines } from './run-lines.ts'

export function addRunsCommand(program: Command, cli: Cli): void {
  program
    .command('runs')
    .description('what was synced when')
    .argument('[name]', 'only this target')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 500), 50)
    .action((name: string | undefined, options: { readonly limit: number }, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const { runs } = await client.sync.runs({
          limit: options.limit,
          ...(name === undefined ? {} : { name }),
        })
        terminal.result({ runs }, () => runLines(runs))
        return exitCodes.ok
      }),
    )
}
