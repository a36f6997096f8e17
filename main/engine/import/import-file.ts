/** Importing a file: read a page while the one before is written. */
import type {
  BadRow,
  ImportEntity,
  ImportGuess,
  ImportOptions,
  ImportReport,
} from '../../contract/imports.ts'
import { ProblemError } from '../../contract/problem.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Core } from '../core.ts'
import { entities } from '../model/entities.ts'
import { normalise } from '../model/normalise.ts'
import { todayOf } from '../model/record.ts'
import { mapColumns, type ColumnMapping, type ImportField } from './columns.ts'
import { entityFields, entityImport } from './entity-import.ts'
import { entrantFields } from './entrant-fields.ts'
import { entrantImport } from './entrant-import.ts'
import type { PageImport, Row } from './page-import.ts'
import { readAhead } from '../read-ahead.ts'
import { openTable, type FileFormat, type OpenSource, type Table } from './table.ts'
import { pageWriter } from './write-page.ts'

export interface ImportFileOptions extends ImportOptions {
  /** Shown in the history of every record the import changes. */
  readonly fileName: string
  readonly format: FileFormat
}

export interface ImportStep {
  /** Rows done. */
  readonly done: number
}

/** What an import of this kind can fill. */
export function importFields(entity: ImportEntity): readonly ImportField[] {
  return entity === 'entrant' ? entrantFields : entityFields(entity)
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
  onProgress: (step: ImportStep) => void = () => {},
  signal?: AbortSignal,
): Promise<ImportReport> {
  const newId = () => core.ports.ids.uuid()
  return core.longWork.run(async (stop) => {
    const table = await openTable(open, { ...options, clock: core.ports.clock })
    const around = { table, options, onProgress, signal: stop }
    try {
      return options.entity === 'entrant'
        ? await run(core, entrantImport(eventNameOf(options), newId), around)
        : await run(core, entityImport(options.entity, newId), around)
    } finally {
      await table.close()
    }
  }, signal)
}

function eventNameOf({ event }: ImportOptions): string | undefined {
  if (event === undefined) return undefined
  const [definition] = entities.event.fields
  const name = normalise(definition!, event)
  if (name.ok && typeof name.value === 'string') return name.value
  throw new ProblemError({
    code: 'invalid',
    message: name.ok ? 'The name of the event is empty.' : `The name of the event ${name.reason}.`,
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
  { table, options, onProgress, signal }: Around,
): Promise<ImportReport> {
  const write = pageWriter(core, {
    plan: kind.plan,
    context: { origin: 'import', source: options.fileName },
    rehearse: options.rehearse,
    beforeCommit: (page) => core.ports.probe?.(`import:page:${page}`),
  })
  const report = new ReportBuilder(options.entity)
  report.guessed(table.guesses)
  const today = todayOf(core.ports.clock.now())
  const read = readAhead(readRows(table, kind, options, today))
  for await (const { rows, count, bad, columns, mapping } of read) {
    signal?.throwIfAborted()
    report.columns(mapping.ignored, kind.touches(mapping))
    report.rows(count)
    report.bad(bad)
    const columnOf = (field: string | null) =>
      columns[mapping.fields.findIndex((candidate) => candidate?.name === field)] ?? null
    if (rows.length > 0) {
      const page = await write(rows)
      report.count(page.created, page.updated, page.unchanged)
      report.bad(page.bad.map((row) => ({ ...row, column: columnOf(row.column) })))
      report.bad(
        page.refused.map(({ row, entity, problem }) => {
          const [field] = Object.keys(problem.fields ?? {})
          const column = field === undefined ? null : kind.columnOf(entity, field, columns, mapping)
          return { line: row.line, column, reason: problem.message }
        }),
      )
      const lost = new Set(
        [...page.bad, ...page.refused.map(({ row }) => row)].map(({ line }) => line),
      )
      report.cells(rows, lost)
    }
    onProgress({ done: report.done })
  }
  return report.finish()
}

interface ReadPage<Field extends ImportField, Read extends Row> {
  readonly columns: readonly string[]
  readonly mapping: ColumnMapping<Field>
  readonly rows: readonly Read[]
  /** Rows of the file on this page, bad ones included. */
  readonly count: number
  readonly bad: readonly BadRow[]
}

/** Reads and normalises; the mapping is made again whenever a JSON file brings new columns. */
async function* readRows<Field extends ImportField, Read extends Row>(
  table: Table,
  kind: PageImport<Field, Read>,
  { map }: ImportFileOptions,
  today: string,
): AsyncGenerator<ReadPage<Field, Read>> {
  let known = -1
  let mapping: ColumnMapping<Field> = { fields: [], ignored: [] }
  let read = kind.reader([], mapping, today)
  for await (const page of table.pages(kind.rowsPerPage)) {
    if (page.columns.length !== known) {
      const mapped = mapColumns(page.columns, kind.fields, map, !table.growing)
      if (!mapped.ok) throw new ProblemError(mapped.problem)
      known = page.columns.length
      mapping = mapped.mapping
      read = kind.reader(page.columns, mapping, today)
    }
    const rows: Read[] = []
    const bad = [...page.bad]
    for (const raw of page.rows) {
      const row = read(raw)
      if ('reason' in row) bad.push(row)
      else rows.push(row)
    }
    const count = page.rows.length + page.bad.filter(({ kept }) => !kept).length
    yield { columns: page.columns, mapping, rows, count, bad }
  }
}

/** A list of small children asks about each; nobody reads on beyond this. */
const mostAsked = 1_000

type Counts = Partial<Record<EntityName, number>>

class ReportBuilder {
  done = 0
  readonly #entity: string
  readonly #created: Counts = {}
  readonly #updated: Counts = {}
  readonly #bad: BadRow[] = []
  readonly #asked: BadRow[] = []
  readonly #guesses: ImportGuess[] = []
  #unchanged = 0
  #ignored: readonly string[] = []

  constructor(entity: string) {
    this.#entity = entity
  }

  columns(ignored: readonly string[], touched: readonly EntityName[]): void {
    this.#ignored = ignored
    for (const entity of touched) {
      this.#created[entity] ??= 0
      this.#updated[entity] ??= 0
    }
  }

  guessed(guesses: readonly ImportGuess[]): void {
    this.#guesses.push(...guesses)
  }

  rows(count: number): void {
    this.done += count
  }

  bad(rows: readonly BadRow[]): void {
    for (const row of rows) this.#bad.push(row)
  }

  /** Cells left out, and cells to look at, of the rows that are in. */
  cells(rows: readonly Row[], lost: ReadonlySet<number>): void {
    for (const { line, leftOut = [], asked = [] } of rows) {
      if (lost.has(line)) this.bad(leftOut)
      else {
        this.bad(leftOut.map((cell) => ({ ...cell, kept: true })))
        if (this.#asked.length < mostAsked) this.#asked.push(...asked)
      }
    }
  }

  count(
    created: ReadonlyMap<EntityName, number>,
    updated: ReadonlyMap<EntityName, number>,
    unchanged: number,
  ): void {
    for (const [entity, count] of created)
      this.#created[entity] = (this.#created[entity] ?? 0) + count
    for (const [entity, count] of updated)
      this.#updated[entity] = (this.#updated[entity] ?? 0) + count
    this.#unchanged += unchanged
  }

  finish(): ImportReport {
    return {
      entity: this.#entity,
      rows: this.done,
      created: { ...this.#created } as Record<string, number>,
      updated: { ...this.#updated } as Record<string, number>,
      unchanged: this.#unchanged,
      bad: this.#bad.toSorted((a, b) => a.line - b.line),
      asked: this.#asked,
      possible: [],
      changes: [],
      guesses: this.#guesses,
      ignoredColumns: [...this.#ignored],
    }
  }
}
