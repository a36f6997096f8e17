/** `backups`: what copies there are and what they hold; with `--test`, whether the newest could be restored. */
import type { Command } from 'commander'
import type { BackupView } from '../../../contract/settings.ts'
import type { Cli } from '../cli.ts'
import { exitCodes, wrongUse } from '../exit-codes.ts'
import { amount, table } from '../table.ts'

export function addBackupsCommand(program: Command, cli: Cli): void {
  program
    .command('backups')
    .description('backups there are, and what each holds')
    .option('--test', 'tries out the newest one: whether it could be restored')
    .action(({ test }: { test?: boolean }, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const backups = await client.settings.backups()
        if (!test) {
          terminal.result({ backups }, () =>
            backups.length === 0 ? 'No backups yet.' : linesOf(backups),
          )
          return exitCodes.ok
        }
        const [newest] = backups
        if (!newest)
          throw wrongUse('There is no backup to try out', 'Make one with "marshal backup FILE".')
        const tried = await client.settings.tryBackup({ file: newest.file })
        terminal.result({ file: newest.file, ...tried }, () =>
          [
            `${newest.file} was opened and checked: it can be restored.`,
            tried.changesSince === null
              ? 'It is not of the history here: what would be missing after restoring it cannot be told.'
              : `Changes of records since then: ${amount(tried.changesSince)}.`,
          ].join('\n'),
        )
        return exitCodes.ok
      }),
    )
}

function linesOf(backups: readonly BackupView[]): string {
  return table(
    ['made', 'persons', 'newest change', 'bytes', 'file'],
    backups.map(({ on, contents, bytes, file }) => [
      on,
      contents ? (contents.records.person ?? 0) : 'not readable',
      contents?.newestOn,
      bytes,
      file,
    ]),
  )
}
