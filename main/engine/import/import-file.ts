/** Importing a file: read a page while the one before is written. */
import type {
  BadRow,
  CellFix,
  ImportEntity,
  ImportGuess,
  ImportOptions,
  ImportReport,
} from '../../contract/imports.ts'
import type { NamedField } from '../../contract/guess-reasons.ts'
import type { OwnField } from '../../contract/own-fields.ts'
import { ProblemError, type Problem } from '../../contract/problem.ts'
import type { RowReason } from '../../contract/row-reasons.ts'
import { unfitText } from '../../contract/unfit-words-en.ts'
import type { Core } from '../core.ts'
import type { Trx } from '../db/schema.ts'
import { entities, findField } from '../model/entities.ts'
import { normalise } from '../model/normalise.ts'
import { todayOf } from '../model/record.ts'
import type { ColumnMapping, ImportField } from './columns.ts'
import { entityFields, entityImport } from './entity-import.ts'
import { entrantFields } from './entrant-fields.ts'
import { noteDoubles } from '../store/attention/doubles.ts'
import { readImportChoices, writeImportChoices } from '../store/imports/import-choices.ts'
import { toMicros } from '../store/sql/stamps.ts'
import { onlyFixed, withFixes } from './fixes.ts'
import { entrantImport, type EntrantImportOptions } from './entrant-import.ts'
import { recordImport } from './import-record.ts'
import type { PageImport, Row } from './page-import.ts'
import { onePerName, ownColumns, ownEntrantField } from './own-columns.ts'
import { planColumns, type ColumnPlan } from './plan-columns.ts'
import { readAhead } from '../read-ahead.ts'
import type { RawRow } from './raw-page.ts'
import { ReportBuilder, type PageRows, type ToCorrect } from './report.ts'
import { choicesOf, recall } from './remembered.ts'
import { rawName } from './row-name.ts'
import { openTable, type FileFormat, type OpenSource, type Table } from './table.ts'
import { pageWriter, type WrittenPage } from './write-page.ts'

export interface ImportFileOptions extends ImportOptions {
  /** Shown in the history of every record the import changes. */
  readonly fileName: string
  readonly format: FileFormat
  /** Told of every row with something to correct. */
  readonly toCorrect?: ToCorrect
  /** In the transaction of the first page, which an error takes back; told the number of the import. */
  readonly alongFirst?: (trx: Trx, importNo: number) => Promise<void>
}

export interface ImportStep {
  /** Rows done. */
  readonly done: number
}

/** Who looks on while an import goes on, and may end it. */
export interface ImportWatch {
  readonly onProgress?: (step: ImportStep) => void
  readonly signal?: AbortSignal
}

/** What an import of this kind can fill. */
export function importFields(
  entity: ImportEntity,
  own: readonly OwnField[] = [],
): readonly ImportField[] {
  return entity === 'entrant'
    ? [...entrantFields, ...onePerName(own).map(ownEntrantField)]
    : entityFields(entity, own)
}

/**
 * Imports a file. Good rows are in, whatever the bad ones are; those are listed with line and reason. A file that was
 * imported before, or half of it, changes only what differs. Memory is a few pages, whatever the size of the file.
 * A rehearsal does the same work and takes it back page by page.
 *
 * Throws `ProblemError` when the file cannot be read or its columns make no sense, and the signal's reason once
 * `signal` is aborted: pages written before that stay.
 */
export async function importFile(
  core: Core,
  open: OpenSource,
  options: ImportFileOptions,
  { onProgress = () => {}, signal }: ImportWatch = {},
): Promise<ImportReport> {
  const newId = () => core.ports.ids.uuid()
  return core.longWork.run(async (stop) => {
    const opened = await openTable(open, { ...options, clock: core.ports.clock })
    const table = withFixes(opened, options.fixes ?? [])
    const own = await ownColumns(core.reader, options.event)
    const around = { table, options, onProgress, signal: stop }
    try {
      return options.entity === 'entrant'
        ? await run(core, entrantImport({ ...entrantOptions(options, core), own }), around)
        : await run(
            core,
            entityImport(options.entity, newId, { own, today: todayOf(core.ports.clock.now()) }),
            around,
          )
    } finally {
      await table.close()
    }
  }, signal)
}

function entrantOptions(options: ImportFileOptions, { ports }: Core): EntrantImportOptions {
  return {
    eventName: eventNameOf(options),
    move: options.move ?? false,
    again: options.again ?? false,
    rehearse: options.rehearse,
    today: todayOf(ports.clock.now()),
    newId: () => ports.ids.uuid(),
  }
}

function eventNameOf({ event }: ImportOptions): string | undefined {
  if (event === undefined) return undefined
  const [definition] = entities.event.fields
  const name = normalise(definition!, event)
  if (name.ok && typeof name.value === 'string') return name.value
  throw new ProblemError({
    code: 'invalid',
    message: name.ok
      ? 'The name of the event is empty.'
      : `The name of the event ${unfitText(name.reason)}.`,
    fix: 'Give the event a name.',
  })
}

interface Around {
  readonly table: Table
  readonly options: ImportFileOptions
  readonly onProgress: (step: ImportStep) => void
  readonly signal: AbortSignal | undefined
}

async function run<Field extends ImportField, Read extends Row>(
  core: Core,
  kind: PageImport<Field, Read>,
  { table, options: asked, onProgress, signal }: Around,
): Promise<ImportReport> {
  const { key, options, guesses } = await recall(table, asked, (columns) =>
    readImportChoices(core.reader, columns),
  )
  const report = new ReportBuilder(options.entity, options.toCorrect)
  const today = todayOf(core.ports.clock.now())
  const wishes = { ...options, today, complete: true }
  const reading = { today, only: options.onlyFixed ? (options.fixes ?? []) : null }
  const plan = await planColumns(table, kind.fields, wishes, signal)
  const record = options.rehearse ? null : await recordImport(core, options)
  const write = pageWriter(core, {
    plan: kind.plan,
    main: kind.main,
    tellsChanges: () => report.tellsChanges,
    look: async () => kind.lookThrough?.(core.reader, rowsOf(readRows(table, kind, plan, reading))),
    context: {
      origin: 'import',
      source: options.fileName,
      ...(record && { importNo: record.number }),
    },
    rehearse: options.rehearse,
    beforeCommit: async (trx, page, number) => {
      await record?.wrote(trx, page)
      if (record && number === 1) await options.alongFirst?.(trx, record.number)
      const on = toMicros(core.ports.clock.now())
      await noteDoubles(trx, page.doubles, { on, source: options.fileName })
      await core.ports.probe?.(`import:page:${number}`)
    },
  })
  for (const guess of [...table.guesses, ...guesses]) report.guess(guess)
  const read = readAhead(readRows(table, kind, plan, reading))
  let changed = false
  try {
    for await (const page of read) {
      signal?.throwIfAborted()
      tell(report, page, page.rows.length > 0 ? await write(page.rows) : null, kind)
      onProgress({ done: report.done })
    }
  } finally {
    changed = (await record?.end(report.done)) ?? false
  }
  const choices = choicesOf(options)
  if (record && key !== null && choices !== null) {
    const on = toMicros(core.ports.clock.now())
    await writeImportChoices(core.db, key, { choices, on })
  }
  return report.finish(changed ? record!.id : null)
}

function tell<Field extends ImportField, Read extends Row>(
  report: ReportBuilder,
  page: ReadPage<Field, Read>,
  written: WrittenPage | null,
  kind: PageImport<Field, Read>,
): void {
  report.columns(page.columns, page.mapping.ignored, kind.touches(page.mapping))
  report.rows(page.count)
  for (const guess of [...page.guesses, ...(written?.guesses ?? [])]) report.guess(guess)
  const names = new Map(page.rows.map((row) => [row.line, kind.named(row)]))
  const rows: PageRows = {
    columns: page.columns,
    raw: page.raw,
    named: (line) => names.get(line) ?? rawName(page.mapping.fields, page.raw.get(line)),
  }
  if (written) {
    report.count(written.created, written.updated)
    const lost = new Set(
      [...written.bad, ...written.refused.map(({ row }) => row)].map(({ line }) => line),
    )
    report.asked(page.rows.filter(({ line }) => !lost.has(line)))
    const columnOf = columnsOf(page)
    const kept = written.asked.map((cell) => ({ ...cell, column: columnOf(cell.column) }))
    report.asked([{ line: 0, asked: kept }])
    report.taken(written.rows, written.names, { page: rows, possible: written.possible })
  }
  report.bad(problemsOf(page, written, kind), rows)
}

/** Everything that is wrong on a page: rows that could not be read, planned or written, and cells left out. */
function problemsOf<Field extends ImportField, Read extends Row>(
  page: ReadPage<Field, Read>,
  written: WrittenPage | null,
  kind: PageImport<Field, Read>,
): readonly BadRow[] {
  const { columns, mapping, rows, bad } = page
  const columnOf = columnsOf(page)
  const planned = (written?.bad ?? []).map((row) => ({ ...row, column: columnOf(row.column) }))
  const refused = (written?.refused ?? []).map(({ row, entity, problem }) => {
    const [field] = Object.keys(problem.fields ?? {})
    const column = field === undefined ? null : kind.columnOf(entity, field, columns, mapping)
    const at = column === null ? -1 : columns.indexOf(column)
    const filled = mapping.fields[at] ?? findField(entity, field)
    const facts = refusal(problem, filled && { name: filled.name, label: filled.label })
    return { line: row.line, column, reason: problem.message, ...withFix(problem), facts }
  })
  const lost = new Set([...planned, ...refused].map(({ line }) => line))
  const later = (written?.leftOut ?? []).map((cell) => ({
    ...cell,
    column: columnOf(cell.column),
  }))
  const cells = [...rows.flatMap(({ leftOut = [] }) => leftOut), ...later]
  const named = cells.map((cell) => (lost.has(cell.line) ? cell : { ...cell, kept: true as const }))
  return [...bad, ...planned, ...refused, ...named]
}

const withFix = ({ fix }: Problem) => (fix === undefined ? {} : { fix })

/** Why the writer refused a row; words only where its rule has no code. @param field the first it is about */
function refusal({ message, holder, unfit }: Problem, field: NamedField | undefined): RowReason {
  const [reason] = Object.values(unfit ?? {})
  if (field !== undefined && reason !== undefined) return { code: 'unfit', field, reason }
  if (field !== undefined && holder !== undefined)
    return { code: 'taken', field, by: holder.display }
  return { code: 'said', said: message }
}

/** The file's name of the column that fills an import field. */
const columnsOf =
  ({ columns, mapping }: Pick<ReadPage<ImportField, Row>, 'columns' | 'mapping'>) =>
  (field: string | null): string | null =>
    columns[mapping.fields.findIndex((candidate) => candidate?.name === field)] ?? null

async function* rowsOf<Read>(
  pages: AsyncIterable<{ readonly rows: readonly Read[] }>,
): AsyncGenerator<readonly Read[]> {
  for await (const { rows } of pages) yield rows
}

interface ReadPage<Field extends ImportField, Read extends Row> {
  readonly columns: readonly string[]
  readonly mapping: ColumnMapping<Field>
  readonly rows: readonly Read[]
  /** Rows of the file on this page, bad ones included. */
  readonly count: number
  readonly bad: readonly BadRow[]
  /** By line, the rows as they stood in the file. */
  readonly raw: ReadonlyMap<number, RawRow>
  readonly guesses: readonly ImportGuess[]
}

/** Reads and normalises; the mapping is made again whenever a JSON file brings new columns. */
async function* readRows<Field extends ImportField, Read extends Row>(
  table: Table,
  kind: PageImport<Field, Read>,
  plan: ColumnPlan<Field>,
  { today, only }: { readonly today: string; readonly only: readonly CellFix[] | null },
): AsyncGenerator<ReadPage<Field, Read>> {
  let known = -1
  let mapping: ColumnMapping<Field> = { fields: [], ignored: [] }
  let read = kind.reader([], mapping, today)
  for await (const whole of table.pages(kind.rowsPerPage)) {
    const page = only === null ? whole : onlyFixed(whole, only)
    if (page.columns.length !== known) {
      known = page.columns.length
      mapping = plan.mappingOf(page.columns)
      read = kind.reader(page.columns, mapping, today)
    }
    const rows: Read[] = []
    const bad = [...page.bad]
    for (const raw of page.rows) {
      const row = read(raw)
      if (Array.isArray(row)) bad.push(...(row as readonly BadRow[]))
      else if ('reason' in row) bad.push(row)
      else rows.push(row as Read)
    }
    yield {
      columns: page.columns,
      mapping,
      rows,
      count: page.rows.length + page.bad.filter(({ kept }) => !kept).length,
      bad,
      raw: new Map(page.rows.map((row) => [row.line, row])),
      guesses: [...(page.guesses ?? []), ...(mapping.guesses ?? [])],
    }
  }
}
