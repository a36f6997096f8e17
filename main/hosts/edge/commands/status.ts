/** `status`: every target's state, and how much data there is. */
import type { Command } from 'commander'
import type { TargetStatus } from '../../../contract/targets.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { stateWords } from '../state-words.ts'
import { amount, table } from '../table.ts'

export function addStatusCommand(program: Command, cli: Cli): void {
  program
    .command('status')
    .description('state of every target')
    .action((_options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const status = await client.status.get()
        terminal.result(status, () =>
          [targetLines(status.targets), recordLine(status.records)].join('\n\n'),
        )
        return exitCodes.ok
      }),
    )
}

function targetLines(targets: readonly TargetStatus[]): string {
  if (targets.length === 0) return 'No targets yet. Connect one with "marshal target add FILE".'
  return table(
    [
      'target',
      'adapter',
      'state',
      'pending',
      'held',
      'failed',
      'conflicts',
      'last success',
      'last error',
    ],
    targets.map((target) => [
      target.name,
      target.adapter,
      stateWords(target),
      target.pending,
      target.held,
      target.failed,
      target.conflicts,
      target.lastSuccessOn ?? 'never',
      target.pausedReason ?? target.lastError,
    ]),
  )
}

function recordLine(records: Readonly<Record<string, number>>): string {
  const present = Object.entries(records).filter(([, count]) => count > 0)
  if (present.length === 0) return 'No records yet.'
  return `Records: ${present.map(([entity, count]) => `${entity} ${amount(count)}`).join(', ')}.`
}
