/** `import FILE`: a CSV or JSON file into the master data. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { ImportEntity, ImportReport } from '../../../contract/imports.ts'
import type { Cli } from '../cli.ts'
import { exitCodes, wrongUse, type ExitCode } from '../exit-codes.ts'
import { shareLine } from '../progress-line.ts'
import { amount, table } from '../table.ts'
import { importableArgument, pairOption } from './arguments.ts'

interface Options {
  readonly entity: ImportEntity
  readonly event?: string
  readonly map?: Readonly<Record<string, string>>
  readonly rehearse?: boolean
}

export function addImportCommand(program: Command, cli: Cli): void {
  program
    .command('import')
    .description('reads a CSV or JSON file; a second import of the same file changes nothing')
    .argument('<file>')
    .requiredOption(
      '--entity <entity>',
      'kind of data; "entrant" for a start list',
      importableArgument,
    )
    .option('--event <name>', 'event the entrants belong to; made when it does not exist')
    .option(
      '--map <column=field>',
      'field a column fills, empty to leave it out (repeatable)',
      pairOption,
    )
    .option('--rehearse', 'tells what would happen and changes nothing')
    .action((file: string, options: Options, command: Command) =>
      cli.withEngine(command, async ({ session, terminal, stop }): Promise<ExitCode> => {
        const path = resolve(file)
        const found = await stat(path)
        if (found.isDirectory()) throw wrongUse(`${path} is a folder`, 'Name a file in it.')
        let readBytes = () => 0
        const open = () => {
          const bytes = createReadStream(path)
          readBytes = () => bytes.bytesRead
          return bytes
        }
        const report = await session.engine.importFile(
          { name: basename(path), open },
          {
            entity: options.entity,
            map: { ...options.map },
            rehearse: options.rehearse ?? false,
            ...(options.event === undefined ? {} : { event: options.event }),
          },
          (done) => terminal.progress(shareLine('Importing', done, readBytes() / found.size)),
          stop,
        )
        terminal.result(contractForm(report), () => lines(report, options.rehearse ?? false))
        if (report.ignoredColumns.length > 0)
          terminal.say(`Columns nothing was taken from: ${report.ignoredColumns.join(', ')}.`)
        return report.bad.length > 0 ? exitCodes.unfinished : exitCodes.ok
      }),
    )
}

/** The document scripts rely on; what follows `bad` is an addition. */
function contractForm(report: ImportReport): ImportReport {
  const { entity, rows, created, updated, unchanged, bad, asked, ...more } = report
  return { entity, rows, created, updated, unchanged, bad, asked, ...more }
}

function lines(report: ImportReport, rehearsed: boolean): string {
  const entities = [...new Set([...Object.keys(report.created), ...Object.keys(report.updated)])]
  const counts = table(
    ['', 'created', 'updated'],
    entities.map((name) => [name, report.created[name] ?? 0, report.updated[name] ?? 0]),
  )
  const cells = report.bad.filter(({ kept }) => kept).length
  const title =
    `${amount(report.rows)} rows ${rehearsed ? 'rehearsed, nothing was changed' : 'read'}, ` +
    `${amount(report.unchanged)} unchanged, ${amount(report.bad.length - cells)} bad` +
    (cells > 0 ? `, ${amount(cells)} single cells left out.` : '.')
  const bad = table(
    ['line', 'column', 'value', 'reason', 'left out'],
    report.bad.map(({ line, column, value, reason, kept }) => [
      line,
      column,
      value ?? '',
      reason,
      kept ? 'the cell' : 'the row',
    ]),
  )
  const asked = table(
    ['line', 'column', 'value', 'taken; correct it if it is not so'],
    report.asked.map(({ line, column, value, reason }) => [line, column, value ?? '', reason]),
  )
  return [
    title,
    entities.length > 0 ? counts : '',
    report.bad.length > 0 ? bad : '',
    report.asked.length > 0 ? asked : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
