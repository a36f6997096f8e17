/** A file as a table: columns and rows of text, whatever program wrote it, and what had to be guessed to read it. */
import type { ImportGuess, ReadingChoices } from '../../contract/imports.ts'
import { rowInWords } from '../../contract/row-words-en.ts'
import type { Clock } from '../ports.ts'
import { csvLayout, readCsv } from './csv-rows.ts'
import { readJson } from './json-rows.ts'
import { isTorn, mendText } from './letters/double-encoding.ts'
import { pageRecords, type RawPage, type RawRow } from './raw-page.ts'
import { oldWorkbook, openWorkbook, wholeFile } from './workbook/boxed-workbook.ts'
import { sheetTable } from './workbook/workbook-table.ts'
import { decodeText, surveyText, type TextSurvey } from './text-source.ts'

export type FileFormat = 'csv' | 'json'

/** Begins at the first byte of the file each time it is called: a file is looked through before it is taken in. */
export type OpenSource = () => AsyncIterable<Uint8Array>

export interface TableOptions {
  /** What the name says; a workbook is known by its bytes, whatever it is called. */
  readonly format: FileFormat
  /** What a person chose instead of what is recognised. */
  readonly reading?: ReadingChoices | undefined
  readonly clock: Pick<Clock, 'timer'>
}

export interface Table {
  /** What the file does not say, with the reason for taking it so. */
  readonly guesses: readonly ImportGuess[]
  /** How it is read: what was chosen, and what was recognised of the rest. */
  readonly reading: ReadingChoices
  /** Sheets of a workbook that hold anything. */
  readonly sheets: readonly string[]
  /** More columns may turn up on later pages: a JSON file names them record by record. */
  readonly growing: boolean
  /** From the first row on, each time it is called. At least one page, so that a table without rows names its columns. */
  pages(rowsPerPage?: number): AsyncGenerator<RawPage>
  /** Ends what was started for it. Nothing can be read afterwards. */
  close(): Promise<void>
}

/** CSV unless the name ends in `.json`. */
export function formatOf(fileName: string): FileFormat {
  return /\.json$/i.test(fileName) ? 'json' : 'csv'
}

/** Throws `ProblemError` (`wrong-use`) for a file that is no table, or that cannot be read as it was asked. */
export async function openTable(
  open: OpenSource,
  { format, reading = {}, clock }: TableOptions,
): Promise<Table> {
  const wrapping = wrappingOf(await firstBytes(open()))
  if (wrapping === 'old workbook') throw oldWorkbook(await wholeFile(open()))
  if (wrapping === 'zip') return workbookTable(await wholeFile(open()), reading, clock)
  const survey = await surveyText(open(), reading.encoding)
  const pagesOf = format === 'json' ? jsonPages(open, survey) : csvPages(open, survey, reading)
  return {
    guesses: [...survey.guesses, ...pagesOf.guesses],
    reading: { encoding: survey.encoding.name, ...pagesOf.reading },
    sheets: [],
    growing: format === 'json',
    pages: (rowsPerPage = pageRecords) =>
      survey.mend ? mended(pagesOf.read(rowsPerPage)) : pagesOf.read(rowsPerPage),
    close: async () => {},
  }
}

async function workbookTable(
  bytes: Uint8Array,
  reading: ReadingChoices,
  clock: Pick<Clock, 'timer'>,
): Promise<Table> {
  const workbook = await openWorkbook(bytes, clock)
  try {
    const { guesses, sheet, headerLine, read } = sheetTable(workbook, reading)
    return {
      guesses,
      reading: { sheet, headerLine: headerLine || 'none' },
      sheets: workbook.sheets.filter(({ rows }) => rows > 0).map(({ name }) => name),
      growing: false,
      pages: (rowsPerPage = pageRecords) => read(rowsPerPage),
      close: () => workbook.close(),
    }
  } catch (error) {
    await workbook.close()
    throw error
  }
}

/** A workbook is known by its bytes, whatever the file is called. */
function wrappingOf(start: Buffer): 'zip' | 'old workbook' | null {
  if (start.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))) return 'zip'
  return start.subarray(0, 4).toString('hex') === 'd0cf11e0' ? 'old workbook' : null
}

async function firstBytes(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  let start = Buffer.alloc(0)
  for await (const piece of source) {
    start = Buffer.concat([start, piece.subarray(0, 8)])
    if (start.length >= 8) break
  }
  return start
}

interface Pages {
  readonly reading: ReadingChoices
  readonly guesses: readonly ImportGuess[]
  read(rowsPerPage: number): AsyncGenerator<RawPage>
}

function jsonPages(open: OpenSource, { encoding }: TextSurvey): Pages {
  return {
    guesses: [],
    reading: {},
    read: (rowsPerPage) => readJson(decodeText(open(), encoding), rowsPerPage),
  }
}

function csvPages(open: OpenSource, survey: TextSurvey, reading: ReadingChoices): Pages {
  const start = survey.mend ? mendText(survey.start) : survey.start
  const layout = {
    ...csvLayout(start, survey.complete, reading),
    ...(survey.mend ? { mend: mendText } : {}),
  }
  return {
    guesses: layout.guesses,
    reading: { separator: layout.separator, headerLine: layout.headerLine || 'none' },
    read: (rowsPerPage) => readCsv(decodeText(open(), survey.encoding), layout, rowsPerPage),
  }
}

/** Cells that went through two encodings are put right; a row in which one cannot be is refused. */
async function* mended(pages: AsyncGenerator<RawPage>): AsyncGenerator<RawPage> {
  for await (const { columns, rows, bad } of pages) {
    const good: RawRow[] = []
    const torn = [...bad]
    for (const { line, cells } of rows) {
      const better = cells.map((cell) => (typeof cell === 'string' ? mendText(cell) : cell))
      const at = better.findIndex((cell) => typeof cell === 'string' && isTorn(cell))
      if (at < 0) good.push({ line, cells: better })
      else {
        const place = { line, column: columns[at] ?? null, value: String(better[at]) }
        torn.push(rowInWords(place, { code: 'torn-letters' }))
      }
    }
    yield { columns: columns.map(mendText), rows: good, bad: torn }
  }
}
