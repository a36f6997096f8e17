/** One sheet of a workbook as a table. */
import { guessInWords } from '../../../contract/guess-words-en.ts'
import type { BadRow, ImportGuess, ReadingChoices } from '../../../contract/imports.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { findHead, looksLikeHeader, type TableHead } from '../header-line.ts'
import type { RawPage, RawRow } from '../raw-page.ts'
import { isHeader, shapeProblem } from '../row-shape.ts'
import type { Workbook } from './boxed-workbook.ts'
import type { SheetLine, SheetView } from './workbook-messages.ts'

export interface SheetTable {
  readonly sheet: string
  /** 0 when there is none. */
  readonly headerLine: number
  readonly guesses: readonly ImportGuess[]
  read(rowsPerPage: number): AsyncGenerator<RawPage>
}

/** Throws `ProblemError` (`wrong-use`) when the sheet that is asked for is not there, or none holds anything. */
export function sheetTable(workbook: Workbook, reading: ReadingChoices): SheetTable {
  const chosen = chooseSheet(workbook.sheets, reading.sheet)
  const head = findHead(chosen.sheet.start, reading.headerLine)
  return {
    sheet: chosen.sheet.name,
    headerLine: head.headerLine,
    guesses: [...chosen.guesses, ...head.guesses],
    async *read(rowsPerPage) {
      for (let from = 0; from === 0 || from < chosen.sheet.rows; from += rowsPerPage) {
        const lines = await workbook.rows({ sheet: chosen.sheet.name, from, count: rowsPerPage })
        yield pageOf(lines, head)
      }
    },
  }
}

interface ChosenSheet {
  readonly sheet: SheetView
  readonly guesses: readonly ImportGuess[]
}

/** The sheet that looks like a list: with names of columns, else the one with most rows; a hidden one never by itself. */
export function chooseSheet(sheets: readonly SheetView[], asked?: string): ChosenSheet {
  const names = sheets.map(({ name }) => `"${name}"`).join(', ')
  if (asked !== undefined) {
    const wanted = asked.trim().toLowerCase()
    const sheet = sheets.find(({ name }) => name.trim().toLowerCase() === wanted)
    if (sheet !== undefined && sheet.rows > 0) return { sheet, guesses: [] }
    throw new ProblemError({
      code: 'wrong-use',
      message:
        sheet === undefined
          ? `The workbook has no sheet "${asked}".`
          : `The sheet "${sheet.name}" is empty.`,
      fix: `Choose one of its sheets: ${names}.`,
    })
  }
  const filled = sheets.filter(({ rows }) => rows > 0)
  const visible = filled.filter(({ hidden }) => !hidden)
  const [best] = visible.toSorted((a, b) => likeAList(b) - likeAList(a))
  if (best === undefined) {
    throw new ProblemError({
      code: 'wrong-use',
      message:
        filled.length > 0
          ? 'Every sheet of the workbook that holds anything is hidden.'
          : 'The workbook is empty.',
      fix:
        filled.length > 0
          ? `Choose a sheet: ${names}.`
          : 'Choose a workbook with a list in one of its sheets.',
    })
  }
  if (filled.length === 1) return { sheet: best, guesses: [] }
  const others = filled.filter((sheet) => sheet !== best)
  const told = others.map(({ name, hidden, rows }) => ({ name, hidden, rows }))
  return {
    sheet: best,
    guesses: [guessInWords({ code: 'sheet', sheet: best.name, others: told })],
  }
}

function likeAList({ start, rows }: SheetView): number {
  const { columns, headerLine } = findHead(start)
  const named = headerLine > 0 && columns.length > 1 && looksLikeHeader(columns)
  return (named ? 100 : 0) + Math.log2(1 + rows) * Math.min(columns.length, 8)
}

function pageOf(lines: readonly SheetLine[], { columns, headerLine }: TableHead): RawPage {
  const rows: RawRow[] = []
  const bad: BadRow[] = []
  for (const { line, cells, faults = [] } of lines) {
    if (line <= headerLine || (headerLine > 0 && isHeader(cells, columns))) continue
    const problem = shapeProblem(line, cells, columns)
    if (problem !== null) {
      bad.push(problem)
      continue
    }
    for (const at of faults) {
      bad.push({
        line,
        column: columns[at] ?? null,
        value: cells[at] ?? '',
        reason: 'The formula of the cell has no value.',
        fix: 'Correct the formula in the workbook and import it again.',
        kept: true,
      })
    }
    rows.push({
      line,
      cells: columns.map((_, at) => (faults.includes(at) ? '' : (cells[at] ?? ''))),
    })
  }
  return { columns, rows, bad }
}
