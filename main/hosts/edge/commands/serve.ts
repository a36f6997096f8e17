/** `serve`: the headless host. */
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { serveEngine, type ServingOptions } from '../serving.ts'
import { portOption, repeated } from './arguments.ts'

export function addServeCommand(program: Command, cli: Cli): void {
  withServingOptions(
    program
      .command('serve')
      .description('scheduler, window and HTTP interface until SIGTERM or Ctrl-C'),
  )
    .option('--hub', 'lets desks in that were invited with "marshal hub invite"')
    .option('--hub-host <address>', 'address the hub listens on', '0.0.0.0')
    .option('--hub-port <n>', '0 takes a free one', portOption, 4782)
    .action((options: ServingOptions, command: Command) =>
      serveAgainAndAgain(cli, command, options),
    )
}

/** Serves until somebody stops it. After a restore it starts anew, at the same addresses and with the same tokens. */
async function serveAgainAndAgain(
  cli: Cli,
  command: Command,
  options: ServingOptions,
): Promise<void> {
  let next: ServingOptions | null = options
  while (next !== null) {
    const serving: ServingOptions = next
    next = null
    const restart = new AbortController()
    await cli.withEngine(
      command,
      (around) =>
        serveEngine(
          { ...around, stop: AbortSignal.any([around.stop, restart.signal]) },
          serving,
          async ({ again }) => {
            restart.signal.addEventListener('abort', () => {
              if (!around.stop.aborted) next = again()
            })
          },
        ),
      { schedule: true, restart: () => restart.abort() },
    )
  }
}

/** Where to listen and how to be reached. */
export function withServingOptions(command: Command): Command {
  return command
    .option(
      '--host <address>',
      'address to listen on; any but this computer needs TLS files',
      '127.0.0.1',
    )
    .option('--port <n>', '0 takes a free one', portOption, 4780)
    .option('--tls-cert <file>', 'certificate chain, PEM')
    .option('--tls-key <file>', 'its private key, PEM')
    .option(
      '--name <name>',
      'further name this server is reached by (repeatable)',
      repeated(String),
    )
    .option('--show-token', 'prints the API token for "Authorization: Bearer"')
}
