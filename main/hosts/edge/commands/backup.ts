/** `backup [FILE]` and `restore FILE`. */
import { access, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { migrations, restoreDatabase } from '../../../engine/engine.ts'
import type { Cli } from '../cli.ts'
import { exitCodes, wrongUse } from '../exit-codes.ts'
import { own, type Session } from '../session.ts'
import { systemClock } from '../../system-clock.ts'
import { version } from '../version.ts'

export function addBackupCommands(program: Command, cli: Cli): void {
  program
    .command('backup')
    .description('writes a verified copy of the database')
    .argument('[file]', 'left out: beside the daily ones, where readiness and restoring find it')
    .action((name: string | undefined, _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ session, client, terminal }) => {
        const file =
          name === undefined
            ? (await client.settings.backup()).file
            : await backUpTo(session, resolve(name))
        const { size } = await stat(file)
        terminal.result({ file, bytes: size }, () => `Backup written and verified: ${file}`)
        return exitCodes.ok
      }),
    )

  program
    .command('restore')
    .description('puts a backup in place of the database, which is kept aside')
    .argument('<file>')
    .action((name: string, _options: unknown, command: Command) =>
      cli.run(command, async ({ dataDir, terminal }) => {
        const file = resolve(name)
        await access(file)
        const ownership = await own(dataDir)
        try {
          const { asideFile } = await restoreDatabase({
            file: join(dataDir, 'marshal.db'),
            from: file,
            clock: systemClock(),
            steps: migrations,
            appVersion: version,
          })
          terminal.result({ restored: file, aside: asideFile }, () =>
            asideFile === null
              ? `Restored from ${file}.`
              : `Restored from ${file}. The database so far is kept as ${asideFile}.`,
          )
          return exitCodes.ok
        } finally {
          await ownership.release()
        }
      }),
    )
}

async function backUpTo({ engine }: Session, file: string): Promise<string> {
  if (await exists(file))
    throw wrongUse(`${file} exists already`, 'Choose another name, or remove it first.')
  await engine.backupTo(file)
  return file
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}
