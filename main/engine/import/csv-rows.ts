/** Reading a CSV file page by page. */
import { parse } from 'csv-parse/sync'
import { guessInWords } from '../../contract/guess-words-en.ts'
import type { BadRow, ImportGuess, ReadingChoices } from '../../contract/imports.ts'
import { ProblemError } from '../../contract/problem.ts'
import { unguardCell } from '../export/formula-guard.ts'
import { askedSeparator, detectSeparator, separatorLine } from './csv-dialect.ts'
import { findHead, type TableHead, type TableLine } from './header-line.ts'
import { pageRecords, type RawPage, type RawRow } from './raw-page.ts'
import { isHeader, shapeProblem } from './row-shape.ts'
import { recordSplitter, type RecordText } from './split-records.ts'

/** How one CSV file is written, as its beginning shows. */
export interface CsvLayout extends TableHead {
  readonly separator: string
  /** Characters of a first line that names the separator, and how many lines that is. */
  readonly skip: number
  /** Lines end with a carriage return alone, as on the old Macintosh. */
  readonly oldMac: boolean
  /** Puts right what went through two encodings; left out where nothing did. */
  readonly mend?: (cell: string) => string
}

/** Lines in which the header is looked for, and the width of rows. */
const looked = 200

/**
 * @param start the beginning of the text, without a byte order mark; all of it when it is shorter than that
 * @param complete nothing follows
 * Throws `ProblemError` (`wrong-use`) for a file that is empty or not CSV, or whose header cannot be read.
 */
export function csvLayout(
  start: string,
  complete: boolean,
  { separator: asked, headerLine }: ReadingChoices = {},
): CsvLayout {
  refuseOthers(start)
  const oldMac = !start.includes('\n') && start.includes('\r')
  const text = oldMac ? start.replaceAll('\r', '\n') : start
  const [first = ''] = text.split('\n', 1)
  const told = separatorLine(first.replace(/\r$/, ''))
  const skip = told === null ? 0 : Math.min(text.length, first.length + 1)
  const body = text.slice(skip)
  const separator = asked === undefined ? (told ?? detectSeparator(body)) : askedSeparator(asked)
  const guesses: ImportGuess[] = []
  if (asked === undefined && told === null && !/[,;\t]/.test(separator)) {
    guesses.push(guessInWords({ code: 'separator', separator }))
  }
  const splitter = recordSplitter(separator, skip > 0 ? 2 : 1)
  const records = [...splitter.push(body)]
  if (complete || records.length === 0) records.push(...splitter.end())
  const lines = readLines(records, separator, headerLine)
  const head = findHead(lines, headerLine)
  return { ...head, guesses: [...guesses, ...head.guesses], separator, skip, oldMac }
}

function readLines(
  records: readonly RecordText[],
  separator: string,
  headerLine: ReadingChoices['headerLine'],
): readonly TableLine[] {
  const lines: TableLine[] = []
  for (const record of records) {
    if ('reason' in record) {
      if (lines.length > 0 || headerLine !== undefined) continue
      throw new ProblemError({
        code: 'wrong-use',
        message: `The line with the column names cannot be read. ${record.reason}`,
        fix: 'Correct the first line of the file.',
      })
    }
    const [cells = []] = parseRecords(record.text, separator)
    if (cells.some((cell) => cell.trim() !== '')) lines.push({ line: record.line, cells })
    if (lines.length === looked) break
  }
  // Nothing but separators: a table whose columns have no names.
  return lines.length > 0 ? lines : [{ line: 1, cells: [''] }]
}

function refuseOthers(start: string): void {
  if (start.trim() === '') {
    throw new ProblemError({
      code: 'wrong-use',
      message: 'The file is empty: it has not even a line with column names.',
      fix: 'Choose a file whose first line names the columns.',
    })
  }
  if (/^\s*(?:[[{]|<(?:!doctype|html|\?xml|table))/i.test(start)) {
    throw new ProblemError({
      code: 'wrong-use',
      message: `This is not CSV but ${/^\s*[[{]/.test(start) ? 'JSON' : 'a web page or XML'}.`,
      fix: 'Choose a CSV file, or give a JSON file a name that ends in .json. A web page that is called .xls: open it in a spreadsheet program and save it as XLSX.',
    })
  }
}

/** Pages of a CSV file; at least one, so that a file with nothing but a header still names its columns. */
export async function* readCsv(
  text: AsyncIterable<string>,
  layout: CsvLayout,
  rowsPerPage: number = pageRecords,
): AsyncGenerator<RawPage> {
  const reader = new CsvReader(layout)
  const splitter = recordSplitter(layout.separator, layout.skip > 0 ? 2 : 1)
  let begun = false
  let skip = layout.skip
  for await (let piece of text) {
    if (!begun && piece !== '') {
      if (piece.startsWith('\uFEFF')) piece = piece.slice(1)
      begun = true
    }
    const skipped = Math.min(skip, piece.length)
    skip -= skipped
    piece = piece.slice(skipped)
    reader.take(splitter.push(layout.oldMac ? piece.replaceAll('\r', '\n') : piece))
    while (reader.waiting >= rowsPerPage) yield reader.page(rowsPerPage)
  }
  reader.take(splitter.end())
  let page = reader.page(rowsPerPage)
  while (reader.waiting > 0) {
    yield page
    page = reader.page(rowsPerPage)
  }
  yield page
}

class CsvReader {
  #records: RecordText[] = []
  readonly #layout: CsvLayout

  constructor(layout: CsvLayout) {
    this.#layout = layout
  }

  take(records: readonly RecordText[]): void {
    for (const record of records) {
      if ('text' in record && record.text.trim() === '') continue
      if (record.line > this.#layout.headerLine) this.#records.push(record)
    }
  }

  get waiting(): number {
    return this.#records.length
  }

  page(count: number): RawPage {
    const { columns, mend } = this.#layout
    const records = this.#records.splice(0, count)
    const bad: BadRow[] = []
    const texts: { line: number; text: string }[] = []
    for (const record of records) {
      if ('text' in record) texts.push(record)
      else bad.push({ line: record.line, column: null, reason: record.reason })
    }
    const rows: RawRow[] = []
    for (const { line, cells: found } of this.#cells(texts, bad)) {
      const cells = mend ? found.map(mend) : found
      const problem = shapeProblem(line, cells, columns)
      if (problem !== null) bad.push(problem)
      else if (cells.some((cell) => cell.trim() !== '') && !this.#isHeader(cells))
        rows.push({ line, cells: columns.map((_, at) => unguardCell(cells[at] ?? '')) })
    }
    return { columns, rows, bad }
  }

  /** A list made of several repeats its header. */
  #isHeader(cells: readonly string[]): boolean {
    const { columns, headerLine } = this.#layout
    return headerLine > 0 && isHeader(cells, columns)
  }

  /** All rows at once; one by one only when one of them cannot be read. */
  *#cells(
    texts: readonly { line: number; text: string }[],
    bad: BadRow[],
  ): Generator<{ line: number; cells: readonly string[] }> {
    const { separator } = this.#layout
    let parsed: readonly (readonly string[])[] = []
    try {
      parsed = parseRecords(texts.map(({ text }) => text).join('\n'), separator)
    } catch {
      // Found again, and named, below.
    }
    for (const [at, { line, text }] of texts.entries()) {
      if (parsed.length === texts.length) {
        yield { line, cells: parsed[at]! }
        continue
      }
      try {
        const own = parseRecords(text, separator)
        if (own.length !== 1) throw new Error('The quotes (") do not fit together.')
        yield { line, cells: own[0]! }
      } catch {
        bad.push({ line, column: null, reason: 'The quotes (") in this row do not fit together.' })
      }
    }
  }
}

function parseRecords(text: string, delimiter: string): readonly (readonly string[])[] {
  return parse(text, {
    delimiter,
    recordDelimiter: '\n',
    relaxColumnCount: true,
    relaxQuotes: true,
    // A tab is white space too: trimmed where it separates, an empty cell would be lost.
    ltrim: delimiter !== '\t',
  })
}
