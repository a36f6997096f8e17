/** A file as a table: columns and rows of text, whatever program wrote it, and what had to be guessed to read it. */
import type { ImportGuess, ReadingChoices } from '../../contract/imports.ts'
import type { Clock } from '../ports.ts'
import { readCsv } from './csv-rows.ts'
import { readJson } from './json-rows.ts'
import { pageRecords, type RawPage } from './raw-page.ts'
import { decodeText } from './text-source.ts'

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
export async function openTable(open: OpenSource, { format }: TableOptions): Promise<Table> {
  return {
    guesses: [],
    growing: format === 'json',
    pages(rowsPerPage = pageRecords) {
      const text = decodeText(open())
      return format === 'json' ? readJson(text, rowsPerPage) : readCsv(text, rowsPerPage)
    },
    close: async () => {},
  }
}
