/** Reading a CSV file page by page. */
import { parse } from 'csv-parse/sync'
import type { BadRow } from '../../contract/imports.ts'
import { ProblemError } from '../../contract/problem.ts'
import { unguardCell } from '../export/formula-guard.ts'
import { detectDelimiter, separatorLine } from './csv-dialect.ts'
import { pageRecords, type RawPage, type RawRow } from './raw-page.ts'
import { recordSplitter, type RecordText } from './split-records.ts'

/**
 * Pages of a CSV file; at least one, so that a file with nothing but a header still names its columns.
 * Throws `ProblemError` (`wrong-use`) for a file that is empty or not CSV.
 */
export async function* readCsv(
  text: AsyncIterable<string>,
  rowsPerPage: number = pageRecords,
): AsyncGenerator<RawPage> {
  let reader: CsvReader | null = null
  let start = ''
  let oldMac = false
  for await (let piece of text) {
    if (reader === null) {
      start += piece
      if (start.length < 65_536 && !/[\r\n][^\r\n]/.test(start)) continue
      oldMac = !start.includes('\n') && start.includes('\r')
      piece = start
    }
    // Files of the old Macintosh end their lines with a carriage return alone.
    if (oldMac) piece = piece.replaceAll('\r', '\n')
    reader ??= openReader(piece)
    reader.take(reader.splitter.push(reader.skipStart(piece)))
    while (reader.waiting >= rowsPerPage) yield reader.page(rowsPerPage)
  }
  if (reader === null) {
    const piece = start.includes('\n') ? start : start.replaceAll('\r', '\n')
    reader = openReader(piece)
    reader.take(reader.splitter.push(reader.skipStart(piece)))
  }
  reader.take(reader.splitter.end())
  let page = reader.page(rowsPerPage)
  while (reader.waiting > 0) {
    yield page
    page = reader.page(rowsPerPage)
  }
  yield page
}

function openReader(start: string): CsvReader {
  const text = start.startsWith('\uFEFF') ? start.slice(1) : start
  if (text.trim() === '') {
    throw new ProblemError({
      code: 'wrong-use',
      message: 'The file is empty: it has not even a line with column names.',
      fix: 'Choose a file whose first line names the columns.',
    })
  }
  if (/^\s*(?:[[{]|<(?:!doctype|html|\?xml))/i.test(text)) {
    throw new ProblemError({
      code: 'wrong-use',
      message: `This is not CSV but ${/^\s*[[{]/.test(text) ? 'JSON' : 'a web page or XML'}.`,
      fix: 'Choose a CSV file, or give a JSON file a name that ends in .json.',
    })
  }
  return new CsvReader(text)
}

class CsvReader {
  readonly splitter
  #records: RecordText[] = []
  #columns: readonly string[] | null = null
  #skip: number
  readonly #delimiter: string

  constructor(start: string) {
    const [first = '', second = ''] = start.split(/\r?\n/, 2)
    const told = separatorLine(first)
    this.#delimiter = told ?? detectDelimiter(first)
    this.#skip =
      told === null ? 0 : start.length - start.slice(first.length).replace(/^\r?\n/, '').length
    if (told === null && first.trim() === '') this.#delimiter = detectDelimiter(second)
    this.splitter = recordSplitter(this.#delimiter, told === null ? 1 : 2)
  }

  /** The first piece without mark and separator line. */
  skipStart(piece: string): string {
    if (this.#skip < 0) return piece
    const text = (piece.startsWith('\uFEFF') ? piece.slice(1) : piece).slice(this.#skip)
    this.#skip = -1
    return text
  }

  take(records: readonly RecordText[]): void {
    for (const record of records) {
      if ('text' in record && record.text.trim() === '') continue
      if (this.#columns !== null) this.#records.push(record)
      else this.#columns = this.#header(record)
    }
  }

  get waiting(): number {
    return this.#records.length
  }

  page(count: number): RawPage {
    const records = this.#records.splice(0, count)
    const columns = this.#columns ?? []
    const bad: BadRow[] = []
    const texts: { line: number; text: string }[] = []
    for (const record of records) {
      if ('text' in record) texts.push(record)
      else bad.push({ line: record.line, column: null, reason: record.reason })
    }
    const rows: RawRow[] = []
    for (const { line, cells } of this.#cells(texts, bad)) {
      const problem = shapeProblem(cells, columns.length)
      if (problem !== null) bad.push({ line, column: null, reason: problem })
      else if (cells.some((cell) => cell.trim() !== ''))
        rows.push({ line, cells: cells.map(unguardCell) })
    }
    return { columns, rows, bad }
  }

  #header(record: RecordText): readonly string[] {
    if ('reason' in record) {
      throw new ProblemError({
        code: 'wrong-use',
        message: `The line with the column names cannot be read. ${record.reason}`,
        fix: 'Correct the first line of the file.',
      })
    }
    const [cells = []] = this.#parse(record.text)
    return cells.map((cell, at) => cell.trim() || `column ${at + 1}`)
  }

  /** All rows at once; one by one only when one of them cannot be read. */
  *#cells(
    texts: readonly { line: number; text: string }[],
    bad: BadRow[],
  ): Generator<{ line: number; cells: readonly string[] }> {
    let parsed: readonly (readonly string[])[] = []
    try {
      parsed = this.#parse(texts.map(({ text }) => text).join('\n'))
    } catch {
      // Found again, and named, below.
    }
    for (const [at, { line, text }] of texts.entries()) {
      if (parsed.length === texts.length) {
        yield { line, cells: parsed[at]! }
        continue
      }
      try {
        const own = this.#parse(text)
        if (own.length !== 1) throw new Error('The quotes (") do not fit together.')
        yield { line, cells: own[0]! }
      } catch {
        bad.push({ line, column: null, reason: 'The quotes (") in this row do not fit together.' })
      }
    }
  }

  #parse(text: string): readonly (readonly string[])[] {
    return parse(text, {
      delimiter: this.#delimiter,
      recordDelimiter: '\n',
      relaxColumnCount: true,
      relaxQuotes: true,
      ltrim: true,
    })
  }
}

function shapeProblem(cells: readonly string[], columns: number): string | null {
  if (cells.some((cell) => cell.includes('\uFFFD'))) {
    return 'The row holds letters that cannot be read: the file is not saved as UTF-8.'
  }
  const extra = cells.slice(columns).some((cell) => cell.trim() !== '')
  if (cells.length < columns || extra) {
    return `The row has ${cells.length} cells, the header has ${columns}.`
  }
  return null
}
