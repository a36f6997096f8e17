/** A look at a file before it is imported: its columns, what they would fill, the first rows. */
import type { ImportEntity, ImportPreview } from '../../contract/imports.ts'
import { ProblemError } from '../../contract/problem.ts'
import type { FieldValue } from '../../contract/records.ts'
import { mapColumns } from './columns.ts'
import { importFields } from './import-file.ts'
import { openTable, type OpenSource, type TableOptions } from './table.ts'

export interface PreviewOptions extends TableOptions {
  readonly entity: ImportEntity
  readonly map: Readonly<Record<string, string>>
}

const sampleRows = 10

/**
 * Reads the whole file once, page by page, to count its rows. Throws `ProblemError` for a file that cannot be read and
 * for a mapping to fields or columns that do not exist.
 */
export async function previewFile(
  open: OpenSource,
  { entity, map, ...asked }: PreviewOptions,
): Promise<ImportPreview> {
  let columns: readonly string[] = []
  let rows = 0
  const sample: (readonly FieldValue[])[] = []
  const table = await openTable(open, asked)
  try {
    for await (const page of table.pages()) {
      columns = page.columns
      rows += page.rows.length + page.bad.filter(({ kept }) => !kept).length
      for (const row of page.rows.slice(0, sampleRows - sample.length)) sample.push(row.cells)
    }
  } finally {
    await table.close()
  }
  // A required column that is missing is for the person to map, not a reason to show nothing.
  const available = importFields(entity).map(({ name, label }) => ({ name, label }))
  const mapped = mapColumns(columns, available, map)
  if (!mapped.ok) throw new ProblemError(mapped.problem)
  const { fields } = mapped.mapping
  return {
    columns: [...columns],
    mapping: Object.fromEntries(columns.map((column, at) => [column, fields[at]?.name ?? null])),
    fields: available,
    sample: sample.map((cells) =>
      Object.fromEntries(columns.map((column, at) => [column, String(cells[at] ?? '')])),
    ),
    rows,
    guesses: [...table.guesses],
  }
}
