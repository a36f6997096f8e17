/** What makes a row of a table no row: cells beyond its columns, marks that are no letters. Pure. */
import type { BadRow } from '../../contract/imports.ts'
import { rowInWords } from '../../contract/row-words-en.ts'

/** What no text holds: control characters, and the mark of a byte that is no letter. Tab and line ends are text. */
const noText = /[^\P{Cc}\t\n\r]|\uFFFD/u

/** Null for a row that can be read. What is missing at its end is blank. */
export function shapeProblem(
  line: number,
  cells: readonly string[],
  columns: readonly string[],
): BadRow | null {
  const damaged = cells.findIndex((cell) => noText.test(cell))
  if (damaged >= 0) {
    const replaced = cells[damaged]!.includes('\uFFFD')
    return rowInWords(
      { line, column: columns[damaged] ?? null, value: visible(cells[damaged]!) },
      { code: replaced ? 'lost-letters' : 'control-characters' },
    )
  }
  if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) {
    return rowInWords(
      { line, column: null },
      { code: 'more-cells', cells: cells.length, columns: columns.length },
    )
  }
  return null
}

/** True for a row that names the columns once more. */
export function isHeader(cells: readonly string[], columns: readonly string[]): boolean {
  return (
    columns.length > 1 &&
    columns.every((column, at) => (cells[at] ?? '').trim().replace(/\s+/g, ' ') === column)
  )
}

function visible(text: string): string {
  return text.slice(0, 200).replace(/[^\P{Cc}\t\n\r]/gu, '\uFFFD')
}
