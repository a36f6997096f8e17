/** `diagnostics`: what helps those who look after Marshal, without secrets and without data of people. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'

export function addDiagnosticsCommand(program: Command, cli: Cli): void {
  program
    .command('diagnostics')
    .description('versions, settings, counts, runs and log; no secrets, nothing about people')
    .option('--out <file>', 'into this file instead of stdout')
    .action(({ out }: { out?: string }, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const bundle = await client.settings.diagnostics()
        const text = JSON.stringify(bundle, null, 2)
        if (out === undefined) {
          terminal.result(bundle, () => text)
          return exitCodes.ok
        }
        const file = resolve(out)
        // Never over something that is there.
        await writeFile(file, `${text}\n`, { mode: 0o600, flag: 'wx' })
        terminal.result({ file }, () => `Written: ${file}`)
        return exitCodes.ok
      }),
    )
}
