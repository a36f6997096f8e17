/** Which line of a table names its columns: the first, one below a title, or none. Pure. */
import { guessInWords, lineText, shownCells } from '../../contract/guess-words-en.ts'
import type { ImportGuess, ReadingChoices } from '../../contract/imports.ts'
import { ProblemError } from '../../contract/problem.ts'
import { isHeaderWord } from './header-words.ts'

/** A line that is not blank, and where it begins, counted from 1. */
export interface TableLine {
  readonly line: number
  readonly cells: readonly string[]
}

export interface TableHead {
  readonly columns: readonly string[]
  /** Rows begin below this line; 0 when the first line is a row already. */
  readonly headerLine: number
  readonly guesses: readonly ImportGuess[]
}

/** Lines that may stand above the header. */
const mostAbove = 25

/**
 * @param lines the beginning of the table; at least one
 * @param asked what a person chose
 * Throws `ProblemError` (`wrong-use`) when the line asked for is not there.
 */
export function findHead(
  lines: readonly TableLine[],
  asked?: ReadingChoices['headerLine'],
): TableHead {
  if (asked === 'none') return { ...numbered(lines), guesses: [] }
  if (asked !== undefined) {
    const at = lines.findIndex(({ line }) => line === asked)
    if (at >= 0) return { ...named(lines, at), guesses: [] }
    throw new ProblemError({
      code: 'wrong-use',
      message: `Line ${asked} is not a line with names of columns: it is blank, part of another line, or too far down.`,
      fix: `Name the line as an editor counts it, one of ${lines
        .slice(0, 8)
        .map(({ line }) => line)
        .join(', ')}; or none.`,
    })
  }
  const at = headerAt(lines)
  if (at === null) return { ...numbered(lines), guesses: [noHeader(lines[0]!)] }
  if (at === 0) return { ...named(lines, 0), guesses: [] }
  return { ...named(lines, at), guesses: [below(lines, at)] }
}

/** True for cells that are names of columns rather than somebody's data. */
export function looksLikeHeader(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '')
  const words = filled.filter(isHeaderWord).length
  const data = filled.filter((cell) => kindOf(cell) !== 'word').length
  return filled.length > 0 && (words > data || data === 0)
}

/** Index of the line, null when the first line is data. */
function headerAt(lines: readonly TableLine[]): number | null {
  const facts = lines.slice(0, mostAbove).map(({ cells }, at) => {
    const filled = cells.filter((cell) => cell.trim() !== '')
    const words = filled.filter(isHeaderWord).length
    return { filled: filled.length, words, data: dataCells(lines, at) }
  })
  let best = -1
  for (const [at, { filled, words, data }] of facts.entries()) {
    if (words < 2 || words < filled * 0.3 || data >= words) continue
    if (best < 0 || words > facts[best]!.words) best = at
  }
  // Nobody's row may be taken for a title.
  const least = facts[best]?.filled ?? 0
  const titles = facts.slice(0, Math.max(0, best))
  if (best >= 0 && titles.every(({ data, filled }) => data === 0 || filled * 2 <= least))
    return best
  const width = usualWidth(lines)
  const first = facts.findIndex(({ filled, data }) => data > 0 || filled * 2 > width)
  const { words, data } = facts[Math.max(0, first)]!
  if (data > 0 && words < data) return null
  if (facts[0]!.data > 0 && facts[0]!.words < facts[0]!.data) return null
  if (words === 0 && isListOfNames(lines.slice(Math.max(0, first)))) throw cannotTell(lines[0]!)
  return Math.max(0, first)
}

/** Every cell of the first line is written as the names below it are: it may be one more of them, or not. */
function isListOfNames([first, ...below]: readonly TableLine[]): boolean {
  const written = (cell: string) => /^\p{Lu}[\p{L}\p{M}' .-]*$/u.test(cell.trim())
  const columns = first!.cells.flatMap((cell, at) => (cell.trim() === '' ? [] : [at]))
  const names = below.slice(0, mostAbove)
  return (
    columns.length > 1 &&
    names.length > 0 &&
    columns.every((at) => written(first!.cells[at]!)) &&
    names.every(({ cells }) =>
      columns.every((at) => (cells[at] ?? '').trim() === '' || written(cells[at]!)),
    )
  )
}

function cannotTell({ line, cells }: TableLine): ProblemError {
  return new ProblemError({
    code: 'wrong-use',
    message: `It cannot be told whether line ${line} names the columns or is the first row: ${lineText(beginning(cells))}.`,
    fix: `Say that it names the columns with --header-line ${line}, or that it is a row with --header-line none.`,
  })
}

/** Cells of a line that are data, as the cells below them are: a number above numbers, a date above dates. */
function dataCells(lines: readonly TableLine[], at: number): number {
  const below = lines.slice(at + 1, at + 1 + mostAbove)
  return lines[at]!.cells.filter((cell, column) => {
    const kind = kindOf(cell)
    if (kind === 'word' || kind === 'blank') return false
    const kinds = below
      .map(({ cells }) => kindOf(cells[column] ?? ''))
      .filter((one) => one !== 'blank')
    if (kinds.length === 0) return kind !== 'letter' && below.length === 0
    return kinds.filter((one) => one === kind).length * 2 >= kinds.length
  }).length
}

type Kind = 'blank' | 'number' | 'date' | 'e-mail' | 'phone' | 'time' | 'letter' | 'word'

function kindOf(cell: string): Kind {
  const text = cell.trim()
  if (text === '') return 'blank'
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return 'e-mail'
  if (/^\d{1,2}:\d{2}(?::\d{2})?$/.test(text)) return 'time'
  if (/^\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}(?:[ T].*)?$/.test(text)) return 'date'
  if (/^\d{1,2}[. -]+\p{L}{3,}[. -]+\d{2,4}$/u.test(text)) return 'date'
  if (/^#?\d+(?:[.,]\d+)?$/.test(text)) return 'number'
  if (/^\+?[\d ()/.-]{6,}$/.test(text)) return 'phone'
  if (/^[mfwdhkvxžм]$/i.test(text)) return 'letter'
  return 'word'
}

/** Cells that most lines fill. */
function usualWidth(lines: readonly TableLine[]): number {
  const widths = lines.map(({ cells }) => cells.filter((cell) => cell.trim() !== '').length)
  const sorted = widths.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

function named(lines: readonly TableLine[], at: number): Omit<TableHead, 'guesses'> {
  const { cells, line } = lines[at]!
  const width = Math.max(
    filledWidth(cells),
    ...lines.slice(at + 1).map((row) => filledWidth(row.cells)),
  )
  // A cell without a name is a column only where the header goes on that far; a longer row is told as such.
  const columns = cells
    .slice(0, Math.max(1, width))
    .map((cell, column) => cell.trim().replace(/\s+/g, ' ') || `column ${column + 1}`)
  return { columns, headerLine: line }
}

function numbered(lines: readonly TableLine[]): Omit<TableHead, 'guesses'> {
  const width = Math.max(1, ...lines.map(({ cells }) => filledWidth(cells)))
  return {
    columns: Array.from({ length: width }, (_, at) => `column ${at + 1}`),
    headerLine: 0,
  }
}

function filledWidth(cells: readonly string[]): number {
  return cells.findLastIndex((cell) => cell.trim() !== '') + 1
}

function noHeader({ cells }: TableLine): ImportGuess {
  return guessInWords({ code: 'no-header', cells: beginning(cells) })
}

function below(lines: readonly TableLine[], at: number): ImportGuess {
  return guessInWords({
    code: 'header-below',
    line: lines[at]!.line,
    cells: beginning(lines[at]!.cells),
    above: lines.slice(0, Math.min(at, 3)).map(({ cells }) => beginning(cells)),
  })
}

/** The first cells that hold anything, and one more where there are more than are shown. */
function beginning(cells: readonly string[]): readonly string[] {
  const filled = cells.filter((cell) => cell.trim() !== '').map((cell) => cell.trim().slice(0, 60))
  return filled.slice(0, shownCells + 1)
}
