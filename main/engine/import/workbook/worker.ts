/**
 * Thread that unpacks workbooks. It has no way to the network, the database or the environment, and is killed when it
 * takes too long or needs too much memory (`boxed-workbook.ts`).
 */
import { parentPort, workerData } from 'node:worker_threads'
import { read, type WorkBook } from '@e965/xlsx'
import { archiveFault } from './check-archive.ts'
import { sheetLines } from './sheet-lines.ts'
import type {
  RowsWanted,
  SheetLine,
  WorkbookAnswer,
  WorkbookFault,
  WorkbookStart,
} from './workbook-messages.ts'

/** Rows of each sheet that show what it is. */
const startRows = 200

const answer = (message: WorkbookAnswer) => parentPort?.postMessage(message)

const { bytes } = workerData as WorkbookStart
const book = open(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
if (typeof book === 'string') answer({ kind: 'refused', fault: book })
else serve(book)

function open(content: Buffer): WorkBook | WorkbookFault {
  const fault = archiveFault(content)
  if (fault !== null) return fault
  try {
    return read(content, { type: 'buffer', dense: true, cellNF: true, cellFormula: false })
  } catch (error) {
    return /password/i.test(String(error)) ? 'password' : 'damaged'
  }
}

function serve(workbook: WorkBook): void {
  const date1904 = workbook.Workbook?.WBProps?.date1904 === true
  const sheets = new Map<string, readonly SheetLine[]>()
  for (const name of workbook.SheetNames) {
    const sheet = workbook.Sheets[name]
    // The cells as text take a fraction of what the parsed workbook does.
    delete workbook.Sheets[name]
    sheets.set(name, sheet === undefined ? [] : sheetLines(sheet, date1904))
  }
  parentPort?.on('message', ({ sheet, from, count }: RowsWanted) => {
    answer({ kind: 'rows', rows: (sheets.get(sheet) ?? []).slice(from, from + count) })
  })
  answer({
    kind: 'opened',
    sheets: [...sheets].map(([name, lines], at) => ({
      name,
      hidden: (workbook.Workbook?.Sheets?.[at]?.Hidden ?? 0) !== 0,
      rows: lines.length,
      start: lines.slice(0, startRows),
    })),
  })
}
