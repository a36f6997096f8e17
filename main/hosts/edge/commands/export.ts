/** `export ENTITY`: formula-safe CSV, JSON, or a workbook. */
import { createWriteStream } from 'node:fs'
import { access, rename, rm, stat } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import { exportFormat, type ExportFormat, type ImportEntity } from '../../../contract/imports.ts'
import type { Cli, EngineWork } from '../cli.ts'
import { exitCodes, wrongUse, type ExitCode } from '../exit-codes.ts'
import { importableArgument } from './arguments.ts'

interface Options {
  readonly format?: ExportFormat
  readonly out?: string
  readonly sensitive?: true
}

/** What an export with `--sensitive` has beyond others, by kind of data; the others have no sensitive fields. */
const sensitiveFields: Partial<Record<ImportEntity, string>> = {
  person: 'identity numbers, emergency contacts and medical conditions',
  entrant: 'identity numbers, emergency contacts, medical conditions and sensitive own fields',
  eventParticipant: 'sensitive own fields',
}

export function addExportCommand(program: Command, cli: Cli): void {
  program
    .command('export')
    .description('writes one kind of data as CSV, JSON or a workbook')
    .argument('<entity>', 'kind of data; "entrant" for a start list', importableArgument)
    .addOption(
      new Option(
        '--format <format>',
        'csv, json, xlsx or ods; by the name of the file when left out, else csv',
      ).choices(exportFormat.options),
    )
    .option('--out <file>', 'into this file instead of stdout')
    .option('--sensitive', `also ${sensitiveFields.entrant}; left out when not given`)
    .action((entity: ImportEntity, options: Options, command: Command) =>
      cli.withEngine(command, (around) =>
        options.out === undefined
          ? toStdout(around, entity, options)
          : toFile(around, entity, { ...options, out: resolve(options.out) }),
      ),
    )
}

async function toStdout(
  { session, terminal, stop }: EngineWork,
  entity: ImportEntity,
  options: Options,
): Promise<ExitCode> {
  if (options.format === 'xlsx' || options.format === 'ods')
    throw wrongUse('A workbook is no text for stdout', 'Add --out FILE.')
  if (terminal.json && options.format === 'csv')
    throw wrongUse(
      '--json and --format csv want different things on stdout',
      'Add --out FILE, or leave one out.',
    )
  const format = options.format ?? (terminal.json ? 'json' : 'csv')
  for await (const piece of session.engine.exportRecords(entity, format, options))
    if (stop.aborted || !(await terminal.piece(String(piece)))) break
  return stop.aborted ? exitCodes.unfinished : exitCodes.ok
}

function formatOf(file: string): ExportFormat {
  const ending = extname(file).slice(1).toLowerCase()
  return exportFormat.options.find((format) => format === ending) ?? 'csv'
}

/** Appears under its name only when it is complete. */
async function toFile(
  { session, terminal, stop }: EngineWork,
  entity: ImportEntity,
  options: Options & { readonly out: string },
): Promise<ExitCode> {
  const { out: file, format = formatOf(file) } = options
  await access(dirname(file))
  if ((await stat(file).catch(() => null))?.isDirectory())
    throw wrongUse(`${file} is a folder`, 'Name a file in it.')
  const draft = `${file}.part`
  let bytes = 0
  async function* counted(): AsyncGenerator<string | Uint8Array> {
    for await (const piece of session.engine.exportRecords(entity, format, options)) {
      bytes += Buffer.byteLength(piece)
      yield piece
    }
  }
  try {
    await pipeline(counted(), createWriteStream(draft, { mode: 0o600 }), { signal: stop })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  terminal.result({ entity, format, file, bytes }, () => '')
  terminal.say(`Written to ${file}.`)
  const has = sensitiveFields[entity]
  if (options.sensitive && has !== undefined)
    terminal.say(`It has columns with ${has}: give it only to those who need them.`)
  return exitCodes.ok
}
