/** `import undo ID` and `imports list`: an import as one thing that can be taken back. */
import type { Command } from 'commander'
import type { ImportRun, UndoReport } from '../../../contract/imports.ts'
import type { Cli } from '../cli.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { progressLine } from '../progress-line.ts'
import { amount, table } from '../table.ts'
import { wholeNumber } from './arguments.ts'

/** So much of what stays is listed; a terminal is no place for a thousand. */
const listed = 20

/** @param importCommand the command `import`, whose word `undo` is */
export function addImportUndo(program: Command, importCommand: Command, cli: Cli): void {
  importCommand
    .command('undo')
    .description('takes an import back; what was changed since stays and is named')
    .argument('<id>', 'as "marshal imports list" names it')
    .action((id: string, _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal, stop }): Promise<ExitCode> => {
        let report: UndoReport | null = null
        for await (const step of await client.imports.undo({ id }, { signal: stop })) {
          terminal.progress(progressLine('Taking back', step.done, step.total))
          report = step.report
        }
        const told = report
        if (told === null) return exitCodes.unfinished
        terminal.result({ importId: id, ...told }, () => undoLines(told))
        terminal.say('Targets are told with their next run.')
        return told.keptTotal > 0 ? exitCodes.unfinished : exitCodes.ok
      }),
    )

  const imports = program.command('imports').description('imports that changed something')
  imports
    .command('list')
    .description('newest first')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 200), 20)
    .action(({ limit }: { readonly limit: number }, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const { imports: found } = await client.imports.list({ limit })
        terminal.result({ imports: found }, () =>
          found.length === 0 ? 'No import has changed anything.' : runLines(found),
        )
        return exitCodes.ok
      }),
    )
}

function undoLines({ deleted, restored, kept, keptTotal }: UndoReport): string {
  const entities = [...new Set([...Object.keys(deleted), ...Object.keys(restored)])]
  const counts = table(
    ['', 'deleted', 'as before'],
    entities.map((name) => [name, deleted[name] ?? 0, restored[name] ?? 0]),
  )
  const left = keptTotal - Math.min(kept.length, listed)
  const stays = [
    `Stays (${amount(keptTotal)})`,
    ...kept.slice(0, listed).map(({ entity, message }) => `${entity}: ${message}`),
    ...(left > 0 ? [`and ${amount(left)} more; --json lists them`] : []),
  ]
  return [
    entities.length > 0 ? counts : 'Nothing was left to take back.',
    ...(keptTotal > 0 ? [stays.join('\n')] : []),
  ].join('\n\n')
}

function runLines(found: readonly ImportRun[]): string {
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((total, count) => total + count, 0)
  return table(
    ['id', 'on', 'by', 'file', 'rows', 'made', 'changed', 'taken back'],
    found.map((run) => [
      run.id,
      run.startedOn,
      run.who,
      run.fileName,
      run.rows,
      sum(run.created),
      sum(run.updated),
      run.undo === null ? '' : run.undo === 'begun' ? 'stopped half-way' : run.undoneOn,
    ]),
  )
}
