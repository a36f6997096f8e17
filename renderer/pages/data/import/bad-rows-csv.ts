/** Bad rows and cells of an import as a CSV file for whoever puts the list right. Pure. */
import type { BadRow } from '../../../../main/contract/imports.ts'

/** A spreadsheet takes text that begins so for a formula; an apostrophe before it keeps it text. */
const formula = /^[=+\-@\t\r]/

/** With a byte order mark, which Excel needs to read accents. */
export function badRowsCsv(rows: readonly BadRow[]): string {
  const lines = rows.map(({ line, column, reason, value, kept }) =>
    [String(line), cell(column ?? ''), cell(reason), cell(value ?? ''), kept ? 'cell' : 'row'].join(
      ',',
    ),
  )
  return `\uFEFF${['line,column,reason,value,left_out', ...lines].join('\r\n')}\r\n`
}

function cell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
