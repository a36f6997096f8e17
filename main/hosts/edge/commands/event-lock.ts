/** `event-lock`: until a day, no update changes the database; and how it is lifted when a newer version has to go on. */
import { join } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { isLocked } from '../../../contract/event-lock.ts'
import { liftEventLock } from '../../../engine/engine.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { own } from '../session.ts'

interface Options {
  readonly until?: string
  readonly off?: boolean
}

export function addEventLockCommand(program: Command, cli: Cli): void {
  program
    .command('event-lock')
    .description('until when no update may change the database')
    .option('--until <day>', 'sets it, up to and with this day, as 2026-05-17', dayArgument)
    .addOption(
      new Option('--off', 'lifts it, also for a version that has to change the database').conflicts(
        'until',
      ),
    )
    .action(async ({ until, off }: Options, command: Command) => {
      if (off) return lift(cli, command)
      return cli.withEngine(command, async ({ client, terminal }) => {
        const { lockedUntil } = until
          ? await client.settings.set({ lockedUntil: until })
          : await client.settings.get()
        const locked = isLocked(lockedUntil, Date.now())
        terminal.result({ lockedUntil, locked }, () => wordsOf(lockedUntil, locked))
        return exitCodes.ok
      })
    })
}

function wordsOf(lockedUntil: string | null, locked: boolean): string {
  if (lockedUntil === null) return 'There is no event lock.'
  return locked ? `Locked until ${lockedUntil}.` : `The event lock ended on ${lockedUntil}.`
}

/** Without an engine: the one of this version may be what the lock keeps out. */
function lift(cli: Cli, command: Command): Promise<void> {
  return cli.run(command, async ({ dataDir, terminal }) => {
    const ownership = await own(dataDir)
    try {
      await liftEventLock(join(dataDir, 'marshal.db'))
      terminal.result(
        { lockedUntil: null, locked: false },
        () => 'There is no event lock any more.',
      )
      return exitCodes.ok
    } finally {
      await ownership.release()
    }
  })
}

function dayArgument(text: string): string {
  const date = new Date(`${text}T00:00:00Z`)
  if (!Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text) return text
  throw new InvalidArgumentError('It is no day, as 2026-05-17.')
}
