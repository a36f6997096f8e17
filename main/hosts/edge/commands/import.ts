/** `import FILE`: a CSV or JSON file into the master data. */
import { createReadStream } from 'node:fs'
import { access, rename, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { correctionCsv } from '../../../contract/correction-csv.ts'
import type { ImportEntity, ImportReport, RowToCorrect } from '../../../contract/imports.ts'
import type { Cli } from '../cli.ts'
import { exitCodes, wrongUse, type ExitCode } from '../exit-codes.ts'
import { shareLine } from '../progress-line.ts'
import { sensitiveFields } from '../sensitive-fields.ts'
import { amount } from '../table.ts'
import { importableArgument, pairOption } from './arguments.ts'
import { addReadingOptions, readingOf, type ReadingOptions } from './reading-options.ts'
import { importLines } from './import-lines.ts'
import { addImportUndo } from './import-undo.ts'

interface Options extends ReadingOptions {
  readonly entity?: ImportEntity
  readonly event?: string
  readonly map?: Readonly<Record<string, string>>
  readonly rehearse?: boolean
  readonly bad?: string
  readonly fresh?: boolean
  readonly move?: boolean
  readonly deletedToo?: boolean
}

export function addImportCommand(program: Command, cli: Cli): void {
  const command = program.command('import')
  addImportUndo(program, command, cli)
  command
    .description(
      'reads a CSV, XLSX, ODS or JSON file; a second import of the same file changes nothing',
    )
    .argument('<file>')
    // Not required of `import undo`, so it is asked for below.
    .option('--entity <entity>', 'kind of data; "entrant" for a start list', importableArgument)
    .option('--event <name>', 'event the entrants belong to; made when it does not exist')
    .option(
      '--map <column=field>',
      'field a column fills, empty to leave it out (repeatable)',
      pairOption,
    )
    .option('--move', 'who is listed in another race leaves the only one they are in')
    .option('--deleted-too', 'enters those again whose entry in the event was deleted here')
    .option('--bad <file>', 'writes the rows with something to correct into this CSV file')
    .option('--fresh', 'forgets what was chosen for the last list with the same columns')
    .option('--rehearse', 'tells what would happen and changes nothing')
  addReadingOptions(command).action((file: string, options: Options, asked: Command) =>
    cli.withEngine(asked, async ({ session, client, terminal, stop }): Promise<ExitCode> => {
      const { entity } = options
      if (entity === undefined)
        throw wrongUse(
          'The option --entity <entity> is missing',
          'Say what the file holds: --entity entrant for a start list.',
        )
      const path = resolve(file)
      const reading = readingOf(options)
      const found = await stat(path)
      if (found.isDirectory()) throw wrongUse(`${path} is a folder`, 'Name a file in it.')
      const badFile = options.bad === undefined ? null : resolve(options.bad)
      if (badFile === path) throw wrongUse('--bad names the file itself', 'Name another one.')
      if (badFile !== null) await access(dirname(badFile))
      const toCorrect: RowToCorrect[] = []
      let readBytes = () => 0
      const open = () => {
        const bytes = createReadStream(path)
        readBytes = () => bytes.bytesRead
        return bytes
      }
      const report = await session.engine.importFile(
        {
          name: basename(path),
          open,
          ...(badFile !== null && { toCorrect: (_columns, row) => void toCorrect.push(row) }),
        },
        {
          entity,
          map: { ...options.map },
          rehearse: options.rehearse ?? false,
          move: options.move ?? false,
          again: options.deletedToo ?? false,
          ...(options.event === undefined ? {} : { event: options.event }),
          ...(reading === undefined ? {} : { reading }),
          ...(options.fresh && { fresh: true }),
        },
        (done) => terminal.progress(shareLine('Importing', done, readBytes() / found.size)),
        stop,
      )
      const isSensitive = await sensitiveFields(client)
      terminal.result(contractForm(report), () =>
        importLines(report, { rehearsed: options.rehearse ?? false, isSensitive }),
      )
      if (badFile !== null) terminal.say(await writeBadRows(badFile, report.toCorrect, toCorrect))
      if (report.ignoredColumns.length > 0)
        terminal.say(`Columns nothing was taken from: ${report.ignoredColumns.join(', ')}.`)
      return report.bad.length > 0 ? exitCodes.unfinished : exitCodes.ok
    }),
  )
}

/** The document scripts rely on; what follows `bad` is an addition. `--bad` has the rows themselves. */
function contractForm(report: ImportReport): Omit<ImportReport, 'toCorrect'> {
  const { entity, rows, created, updated, unchanged, bad, asked, toCorrect: _, ...more } = report
  return { entity, rows, created, updated, unchanged, bad, asked, ...more }
}

/** Writes the rows to correct; without any there is no file. */
async function writeBadRows(
  file: string,
  { columns }: ImportReport['toCorrect'],
  rows: readonly RowToCorrect[],
): Promise<string> {
  if (rows.length === 0) return `Nothing to correct: ${file} was not written.`
  const draft = `${file}.part`
  await writeFile(draft, correctionCsv({ columns, rows: [...rows] }), { mode: 0o600 })
  await rename(draft, file)
  const are = rows.length === 1 ? 'One row' : `${amount(rows.length)} rows`
  return `${are} to correct: ${file}. Correct it there and import that file.`
}
