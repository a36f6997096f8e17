/** `mock-server`: the testing target, for trying Marshal out without any other system. */
import { once } from 'node:events'
import type { Command } from 'commander'
import { loadStandIn } from '../../../stand-ins/stand-ins.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { portOption } from './arguments.ts'
import { openForCommand, seedOption } from './stand-in.ts'

interface Options {
  readonly port: number
  readonly seed?: number
}

export function addMockServerCommand(program: Command, cli: Cli): void {
  program
    .command('mock-server')
    .description('runs the testing target on this computer until Ctrl-C')
    .option('--port <n>', '0 takes a free one', portOption, 4790)
    .option('--seed <n>', 'starts with generated records, the same for the same number', seedOption)
    .action((options: Options, command: Command) =>
      cli.run(command, async ({ terminal, stop }) => {
        const { port, seed = null } = options
        const server = await openForCommand(await loadStandIn('mock-sync-server'), { port, seed })
        terminal.result({ url: server.url }, () => server.url)
        terminal.say('The testing target is running; its content ends with it. Ctrl-C stops it.')
        if (!stop.aborted) await once(stop, 'abort')
        await server.close()
        return exitCodes.ok
      }),
    )
}
