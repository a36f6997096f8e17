/** A look at a file before it is imported: its columns, what they would fill, the first rows. */
import { columnText } from '../../contract/guess-words-en.ts'
import type { ImportEntity, ImportPreview } from '../../contract/imports.ts'
import type { OwnField } from '../../contract/own-fields.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { Clock } from '../ports.ts'
import { columnQuestions } from './column-questions.ts'
import { importFields } from './import-file.ts'
import { planColumns } from './plan-columns.ts'
import { recall } from './remembered.ts'
import { todayOf } from '../model/record.ts'
import { openTable, type OpenSource, type TableOptions } from './table.ts'

export interface PreviewOptions extends TableOptions {
  readonly entity: ImportEntity
  readonly map: Readonly<Record<string, string>>
  readonly event?: string | undefined
  readonly fresh?: boolean | undefined
  readonly clock: Pick<Clock, 'timer' | 'now'>
  /** Answers what was kept under the key of a list's columns. */
  readonly remembered?: (key: string) => Promise<unknown>
  /** Own fields the list can fill. */
  readonly own?: readonly OwnField[]
}

const sampleRows = 10

/**
 * Reads the whole file once, page by page, to count its rows. Throws `ProblemError` for a file that cannot be read and
 * for a mapping to fields or columns that do not exist.
 */
export async function previewFile(
  open: OpenSource,
  { entity, event, remembered = async () => null, own = [], ...given }: PreviewOptions,
): Promise<ImportPreview> {
  let columns: readonly string[] = []
  let rows = 0
  const sample: (readonly FieldValue[])[] = []
  const table = await openTable(open, given)
  try {
    const { options, guesses } = await recall(table, { ...given, entity }, remembered)
    const { map, ...asked } = options
    const available = importFields(entity, own)
    const today = todayOf(asked.clock.now())
    // A required column that is missing is for the person to map, not a reason to show nothing.
    const wishes = { map, event, reading: asked.reading, today, complete: false }
    const plan = await planColumns(table, available, wishes)
    for await (const page of table.pages()) {
      columns = page.columns
      rows += page.rows.length + page.bad.filter(({ kept }) => !kept).length
      for (const row of page.rows.slice(0, sampleRows - sample.length)) sample.push(row.cells)
    }
    const mapping = plan.mappingOf(columns)
    return {
      columns: [...columns],
      mapping: perColumn(columns, (at) => mapping.fields[at]?.name ?? null),
      reasons: perColumn(columns, (at) => {
        const reason = mapping.reasons?.[at]
        return reason ? columnText(reason) : null
      }),
      columnReasons: perColumn(columns, (at) => mapping.reasons?.[at] ?? null),
      questions: [...columnQuestions(columns, mapping, plan.survey, today)],
      fields: available.map(({ name, label }) => ({ name, label })),
      sample: sample.map((cells) => perColumn(columns, (at) => String(cells[at] ?? ''))),
      rows,
      reading: { ...asked.reading, ...table.reading },
      sheets: [...table.sheets],
      guesses: [...table.guesses, ...guesses, ...(mapping.guesses ?? [])],
    }
  } finally {
    await table.close()
  }
}

function perColumn<Value>(
  columns: readonly string[],
  value: (at: number) => Value,
): Record<string, Value> {
  return Object.fromEntries(columns.map((column, at) => [column, value(at)]))
}
