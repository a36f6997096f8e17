/** Bad rows of an import as a file to correct and import again. Pure; for the window and the command alike. */
import { guardCell } from './formula-guard.ts'
import type { ImportReport } from './imports.ts'

/** The column that says what is wrong; no field takes it when the file is imported again. */
const reasonColumn = 'reason'

/**
 * The rows as they stood in their file, each with everything that is wrong with it in a last column. CSV with a byte
 * order mark, which spreadsheets need to read accents; no cell of it is run as a formula.
 */
export function correctionCsv({ columns, rows }: ImportReport['toCorrect']): string {
  // A file that was corrected once has the column already.
  const kept = columns.flatMap((name, at) => (name === reasonColumn ? [] : [at]))
  const line = (cells: readonly string[]) => cells.map(quoted).join(',')
  const lines = rows.map(({ cells, reason }) =>
    line([...kept.map((at) => cells[at] ?? ''), reason]),
  )
  const header = line([...kept.map((at) => columns[at]!), reasonColumn])
  return `\uFEFF${[header, ...lines].join('\r\n')}\r\n`
}

function quoted(cell: string): string {
  const text = guardCell(cell)
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
