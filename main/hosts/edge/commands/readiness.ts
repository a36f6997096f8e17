/** `readiness`: is this computer ready for race day, line by line, each with what to do. */
import type { Command } from 'commander'
import { readinessFix, type ReadinessLight } from '../../../contract/readiness.ts'
import { readinessText } from '../../../contract/readiness-words-en.ts'
import type { Cli } from '../cli.ts'
import { exitCodes, wrongUse } from '../exit-codes.ts'

const lights: Readonly<Record<ReadinessLight, string>> = {
  green: 'ok  ',
  amber: 'look',
  red: 'STOP',
  unknown: '?   ',
}

export function addReadinessCommand(program: Command, cli: Cli): void {
  program
    .command('readiness')
    .description('what stands between this computer and race day')
    .option('--event <name>', 'event to look at; else the one nearest in time')
    .action(({ event }: { event?: string }, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const eventId = event === undefined ? null : await eventNamed(client, event)
        const report = await client.readiness.get({ eventId })
        terminal.result(report, () =>
          [
            ...(report.event ? [report.event.name, ''] : []),
            ...report.lines.flatMap((line) => {
              const fix = readinessFix(line)
              return [
                `${lights[line.light]}  ${readinessText(line)}`,
                ...(fix?.command ? [`      ${fix.command}`] : []),
              ]
            }),
          ].join('\n'),
        )
        return report.light === 'red' ? exitCodes.unfinished : exitCodes.ok
      }),
    )
}

async function eventNamed(
  client: Parameters<Parameters<Cli['withEngine']>[1]>[0]['client'],
  name: string,
): Promise<string> {
  const events = await client.desk.events()
  const found = events.find((event) => event.name === name)
  if (found) return found.id
  throw wrongUse(
    `There is no event called ${name}`,
    events.length === 0
      ? 'Import a start list first.'
      : `There are: ${events.map((one) => one.name).join(', ')}.`,
  )
}
