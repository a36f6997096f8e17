/** Exporting records page by page: CSV that no spreadsheet runs, JSON, or a workbook. All go back in as they came out. */
import { stringify } from 'csv-stringify/sync'
import type { ExportFormat, ImportEntity } from '../../contract/imports.ts'
import type { OwnField } from '../../contract/own-fields.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Core } from '../core.ts'
import { entities } from '../model/entities.ts'
import type { FieldDefinition } from '../model/field.ts'
import { onePerName } from '../import/own-columns.ts'
import { definitionOf, ownFieldsOf } from '../model/own-fields.ts'
import { entrantColumns, readEntrantPage } from '../store/desk/entrant-export.ts'
import { readOwnFields } from '../store/sql/own-fields.ts'
import { listRecords } from '../store/sql/records.ts'
import { guardCell } from './formula-guard.ts'
import { odsParts, xlsxParts } from './workbook-parts.ts'
import { zipArchive } from './zip-stream.ts'

export interface ExportOptions {
  /** Also identity numbers, emergency contacts, medical conditions and sensitive own fields; left out unless asked for. */
  readonly sensitive?: boolean
}

/** Read and written together; the same whatever the number of records. */
const pageRecords = 500

interface Table {
  readonly columns: readonly string[]
  readonly pages: AsyncIterable<readonly (readonly FieldValue[])[]>
}

/**
 * The text of an export in pieces. `entrant` writes the columns an import of start lists understands; other entities
 * their fields and `id`. Deleted records are left out.
 */
export async function* exportRecords(
  core: Core,
  entity: ImportEntity,
  format: 'csv' | 'json',
  options: ExportOptions = {},
): AsyncGenerator<string> {
  const table = await tableOf(core, entity, options)
  if (format === 'csv') yield* csvText(table)
  else yield* jsonText(entity, table)
}

/** The bytes of an export as a workbook, in pieces. */
export async function* exportWorkbook(
  core: Core,
  entity: ImportEntity,
  format: 'xlsx' | 'ods',
  options: ExportOptions = {},
): AsyncGenerator<Uint8Array> {
  const content = { name: entity, ...(await tableOf(core, entity, options)) }
  yield* zipArchive(format === 'xlsx' ? xlsxParts(content) : odsParts(content))
}

/** An export in any format: text, or the bytes of a workbook. */
export function exportFile(
  core: Core,
  entity: ImportEntity,
  format: ExportFormat,
  options: ExportOptions = {},
): AsyncGenerator<string | Uint8Array> {
  return format === 'xlsx' || format === 'ods'
    ? exportWorkbook(core, entity, format, options)
    : exportRecords(core, entity, format, options)
}

async function tableOf(
  core: Core,
  entity: ImportEntity,
  { sensitive = false }: ExportOptions,
): Promise<Table> {
  const all = onePerName(await readOwnFields(core.reader))
  const own = all.filter((field) => sensitive || !field.sensitive)
  return entity === 'entrant'
    ? entrantTable(core, sensitive, own)
    : entityTable(core, entity, exportedFields(entity, sensitive, own))
}

/** Columns of an export of one entity. */
function exportedFields(
  entity: EntityName,
  sensitive: boolean,
  own: readonly OwnField[],
): readonly FieldDefinition[] {
  return [
    ...entities[entity].fields.filter((field) => sensitive || field.sensitive !== true),
    ...(entity === ownFieldsOf ? own.map(definitionOf) : []),
  ]
}

function entityTable(core: Core, entity: EntityName, fields: readonly FieldDefinition[]): Table {
  async function* pages() {
    let after: number | null = 0
    while (after !== null) {
      const page: Awaited<ReturnType<typeof listRecords>> = await listRecords(core.reader, entity, {
        after,
        limit: pageRecords,
        deleted: false,
        where: {},
      })
      yield page.records.map((record) => [
        record.id,
        ...fields.map(({ name }) => record.fields[name] ?? null),
      ])
      after = page.last
    }
  }
  return { columns: ['id', ...fields.map(({ name }) => name)], pages: pages() }
}

function entrantTable(core: Core, sensitive: boolean, own: readonly OwnField[]): Table {
  async function* pages() {
    let after: number | null = 0
    while (after !== null) {
      const page: Awaited<ReturnType<typeof readEntrantPage>> = await readEntrantPage(
        core.reader,
        after,
        { limit: pageRecords, sensitive, own },
      )
      yield page.rows
      after = page.last
    }
  }
  return { columns: entrantColumns(sensitive, own), pages: pages() }
}

async function* csvText({ columns, pages }: Table): AsyncGenerator<string> {
  // The mark tells spreadsheet programs that it is UTF-8; without it they read other letters.
  yield `\uFEFF${stringify([columns])}`
  for await (const rows of pages) yield stringify(rows.map((row) => row.map(csvCell)))
}

/** A value as a cell: text is guarded, numbers and yes/no need not be. Null is an empty cell. */
export function csvCell(value: FieldValue): string {
  if (value === null) return ''
  return typeof value === 'string' ? guardCell(value) : String(value)
}

async function* jsonText(entity: ImportEntity, { columns, pages }: Table): AsyncGenerator<string> {
  let between = `{"entity":${JSON.stringify(entity)},"records":[\n`
  for await (const rows of pages) {
    let piece = ''
    for (const row of rows) {
      const record = Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null]))
      piece += between + JSON.stringify(record)
      between = ',\n'
    }
    yield piece
  }
  yield between === ',\n' ? '\n]}\n' : `${between}]}\n`
}
