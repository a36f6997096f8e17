/** `target sign-in NAME`: a person signs in at a target with a browser on this computer. */
import type { Command } from 'commander'
import { ProblemError } from '../../../contract/problem.ts'
import { usualReturnPort } from '../../../contract/targets.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { portOption } from './arguments.ts'

export function addSignInCommand(target: Command, cli: Cli): void {
  target
    .command('sign-in')
    .description('signs in with a browser, where the target has the sign-in oauth2')
    .argument('<name>', 'name of the target')
    .option(
      '--port <n>',
      'of this computer, where the browser comes back to',
      portOption,
      usualReturnPort,
    )
    .action((name: string, { port }: { port: number }, command: Command) =>
      cli.withEngine(command, async ({ client, terminal, stop }) => {
        for await (const told of await client.targets.connect({ name, port }, { signal: stop })) {
          switch (told.step) {
            case 'waiting':
              terminal.say(
                `Open this address in a browser on this computer, and sign in:\n${told.url}`,
              )
              break
            case 'done':
              terminal.result({ target: name, signedIn: true }, () => `${name} is signed in.`)
              return exitCodes.ok
            case 'refused':
              throw new ProblemError({
                code: 'auth',
                message: `The sign-in at ${name} was refused: ${told.why}.`,
                fix: 'Begin again, and allow what is asked for.',
              })
            case 'failed':
              throw new ProblemError(told.problem)
            case 'timed-out':
              break
          }
        }
        throw new ProblemError({
          code: 'unreachable',
          message: 'No browser came back.',
          fix: 'Begin again.',
        })
      }),
    )
}
