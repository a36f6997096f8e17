/** `check`: integrity of the database and the invariants of the sync. */
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'

export function addCheckCommand(program: Command, cli: Cli): void {
  program
    .command('check')
    .description('verifies database and sync records')
    .action((_options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const report = await client.settings.check()
        terminal.result(report, () =>
          [
            ...(report.mended ?? []).map(({ message }) => `Mended: ${message}`),
            ...report.problems.map(({ code, message }) => `${code}: ${message}`),
            ...(report.ok ? ['All well.'] : []),
          ].join('\n'),
        )
        return report.ok ? exitCodes.ok : exitCodes.database
      }),
    )
}
