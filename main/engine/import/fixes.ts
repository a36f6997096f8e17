/** Cells that a person corrected in the report, in place of what stands in the file. Pure. */
import type { CellFix } from '../../contract/imports.ts'
import type { RawPage, RawRow } from './raw-page.ts'
import type { Table } from './table.ts'

/** The table as it would be if the file had been corrected. */
export function withFixes(table: Table, fixes: readonly CellFix[]): Table {
  if (fixes.length === 0) return table
  const byLine = Map.groupBy(fixes, ({ line }) => line)
  return {
    ...table,
    async *pages(rowsPerPage) {
      for await (const page of table.pages(rowsPerPage)) yield fixed(page, byLine)
    },
  }
}

function fixed(page: RawPage, byLine: ReadonlyMap<number, readonly CellFix[]>): RawPage {
  if (!page.rows.some(({ line }) => byLine.has(line))) return page
  return {
    ...page,
    rows: page.rows.map((row) => fixedRow(row, page.columns, byLine.get(row.line) ?? [])),
  }
}

function fixedRow(row: RawRow, columns: readonly string[], fixes: readonly CellFix[]): RawRow {
  if (fixes.length === 0) return row
  const cells = columns.map((_, at) => row.cells[at] ?? null)
  for (const { column, value } of fixes) {
    const at = columns.indexOf(column)
    if (at >= 0) cells[at] = value
  }
  return { ...row, cells }
}

/** The page with nothing but the corrected lines. */
export function onlyFixed(page: RawPage, fixes: readonly CellFix[]): RawPage {
  const lines = new Set(fixes.map(({ line }) => line))
  const isFixed = ({ line }: { readonly line: number }) => lines.has(line)
  return { ...page, rows: page.rows.filter(isFixed), bad: page.bad.filter(isFixed) }
}
