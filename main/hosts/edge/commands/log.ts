/** `log [--record ID]`: who changed what, when, and from where. */
import type { Command } from 'commander'
import type { AuditEntry } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { hiddenValue, sensitiveFields, type IsSensitive } from '../sensitive-fields.ts'
import { entityArgument, wholeNumber } from './arguments.ts'

interface Options {
  readonly record?: string
  readonly entity?: EntityName
  readonly limit: number
}

export function addLogCommand(program: Command, cli: Cli): void {
  program
    .command('log')
    .description('history of the master data, newest first')
    .option('--record <id>', 'only this record')
    .option('--entity <entity>', 'only this kind of data', entityArgument)
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1000), 100)
    .action((options: Options, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const { entries } = await client.records.history({
          limit: options.limit,
          ...(options.record === undefined ? {} : { id: options.record }),
          ...(options.entity === undefined ? {} : { entity: options.entity }),
        })
        const isSensitive = await sensitiveFields(client)
        terminal.result({ entries }, () =>
          entries.length === 0
            ? 'No changes.'
            : entries.map((entry) => line(entry, isSensitive)).join('\n'),
        )
        return exitCodes.ok
      }),
    )
}

function line(
  { on, who, origin, from, entity, display, action, changes }: AuditEntry,
  isSensitive: IsSensitive,
): string {
  const source = from === null ? origin : `${origin} ${from}`
  const what = changes
    .map(({ field, before, after }) => {
      const shown = (value: unknown) =>
        value === null ? '-' : isSensitive(entity, field) ? hiddenValue : String(value)
      return `${field}: ${shown(before)} → ${shown(after)}`
    })
    .join('; ')
  return `${on}  ${who} (${source})  ${action} ${entity} "${display}"  ${what}`
}
