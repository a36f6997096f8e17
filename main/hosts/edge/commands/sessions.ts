/** `sessions`: who is signed in to `marshal serve` in a browser. Works beside a running `serve`. */
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { exitCodes, wrongUse } from '../exit-codes.ts'
import { openSessions } from '../http/sessions.ts'
import { table } from '../table.ts'

export function addSessionsCommand(program: Command, cli: Cli): void {
  const sessions = program
    .command('sessions')
    .description('browsers that are signed in to "marshal serve"; also while it runs')

  sessions
    .command('list')
    .description('who is signed in, and when they were used last')
    .action((_options: unknown, command: Command) =>
      cli.run(command, async ({ dataDir, terminal }) => {
        const found = (await openSessions({ dataDir, now: () => Date.now() })).list()
        terminal.result({ sessions: found }, () =>
          found.length === 0
            ? 'No browser is signed in.'
            : table(
                ['id', 'signed in', 'last used', 'browser'],
                found.map(({ id, createdOn, lastUsedOn, browser }) => [
                  ...[id, createdOn, lastUsedOn, browser],
                ]),
              ),
        )
        return exitCodes.ok
      }),
    )

  sessions
    .command('revoke')
    .description('signs browsers out; they need a new link')
    .argument('[ids...]', 'of these sessions')
    .option('--all', 'of all of them')
    .action((ids: readonly string[], options: { readonly all?: boolean }, command: Command) =>
      cli.run(command, async ({ dataDir, terminal }) => {
        if (ids.length > 0 === (options.all === true))
          throw wrongUse(
            'It is not said which browsers to sign out',
            'Give ids of "marshal sessions list", or --all.',
          )
        const open = await openSessions({ dataDir, now: () => Date.now() })
        const known = new Set(open.list().map(({ id }) => id))
        const unknown = ids.filter((id) => !known.has(id))
        if (unknown.length > 0)
          throw wrongUse(
            `There is no session ${unknown.join(', ')}; nobody was signed out`,
            'Look with "marshal sessions list".',
          )
        const count = await open.end(options.all ? undefined : ids)
        terminal.result({ count }, () =>
          count === 1 ? 'One browser is signed out.' : `${count} browsers are signed out.`,
        )
        return exitCodes.ok
      }),
    )
}
