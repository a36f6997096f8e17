/** `target sign-in NAME`: a person signs in at a target with a browser on this computer. */
import type { Command } from 'commander'
import { ProblemError } from '../../../contract/problem.ts'
import { openBrowserReturn, type BrowserReturn } from '../../browser-return.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { portOption } from './arguments.ts'

/** Systems send browsers back only to addresses that were entered there, so it is always the same. */
const usualPort = 4780
/** As long as the engine waits for the answer, ms. */
const patienceMs = 10 * 60_000

export function addSignInCommand(target: Command, cli: Cli): void {
  target
    .command('sign-in')
    .description('signs in with a browser, where the target has the sign-in oauth2')
    .argument('<name>', 'name of the target')
    .option(
      '--port <n>',
      'of this computer, where the browser comes back to',
      portOption,
      usualPort,
    )
    .action((name: string, { port }: { port: number }, command: Command) =>
      cli.withEngine(command, async ({ client, terminal, stop }) => {
        const back = await listen(port)
        try {
          const { url, state } = await client.targets.signIn({
            name,
            redirectUri: back.redirectUri,
          })
          terminal.say(`Open this address in a browser on this computer, and sign in:\n${url}`)
          const patience = AbortSignal.any([stop, AbortSignal.timeout(patienceMs)])
          const returned = await back.returned(state, patience).catch((cause: unknown) => {
            throw new ProblemError(
              { code: 'unreachable', message: 'No browser came back.', fix: 'Begin again.' },
              { cause },
            )
          })
          if ('refused' in returned) {
            throw new ProblemError({
              code: 'auth',
              message: `The sign-in at ${name} was refused: ${returned.refused}.`,
              fix: 'Begin again, and allow what is asked for.',
            })
          }
          await client.targets.signedIn({ name, state, code: returned.code })
          terminal.result({ target: name, signedIn: true }, () => `${name} is signed in.`)
          return exitCodes.ok
        } finally {
          back.close()
        }
      }),
    )
}

async function listen(port: number): Promise<BrowserReturn> {
  try {
    return await openBrowserReturn(port)
  } catch (cause) {
    throw new ProblemError(
      {
        code: 'wrong-use',
        message: `The port ${port} of this computer is taken.`,
        fix: 'Give another one with --port, and enter its address at the target.',
      },
      { cause },
    )
  }
}
