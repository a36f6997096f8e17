/** `mock-server`: the testing target, for trying Marshal out without any other system. */
import { once } from 'node:events'
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { exitCodes, wrongUse } from '../exit-codes.ts'
import type { LoopbackServer } from '../../../stand-ins/kit/loopback-server.ts'
import { startMockServer } from '../../../stand-ins/mock-sync-server/mock-server.ts'
import { portOption, wholeNumber } from './arguments.ts'

interface Options {
  readonly port: number
  readonly seed?: number
}

export function addMockServerCommand(program: Command, cli: Cli): void {
  program
    .command('mock-server')
    .description('runs the testing target on this computer until Ctrl-C')
    .option('--port <n>', '0 takes a free one', portOption, 4790)
    .option(
      '--seed <n>',
      'starts with generated records, the same for the same number',
      wholeNumber(0, 2 ** 31),
    )
    .action((options: Options, command: Command) =>
      cli.run(command, async ({ terminal, stop }) => {
        const server = await start(options)
        terminal.result({ url: server.url }, () => server.url)
        terminal.say('The testing target is running; its content ends with it. Ctrl-C stops it.')
        if (!stop.aborted) await once(stop, 'abort')
        await server.close()
        return exitCodes.ok
      }),
    )
}

async function start(options: Options): Promise<LoopbackServer> {
  try {
    return await startMockServer(options)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw wrongUse((error as Error).message)
    throw error
  }
}
