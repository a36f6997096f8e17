/** Reading a JSON file page by page: a list of records, or `{"records":[…]}` as Marshal writes it. */
import type { BadRow } from '../../contract/imports.ts'
import type { RowReason } from '../../contract/row-reasons.ts'
import { rowInWords } from '../../contract/row-words-en.ts'
import { ProblemError } from '../../contract/problem.ts'
import type { FieldValue } from '../../contract/records.ts'
import { parseExactly } from '../targets/kit/large-numbers.ts'
import { itemSplitter, type ItemText } from './json-items.ts'
import { pageRecords, type RawPage, type RawRow } from './raw-page.ts'

/** Pages of a JSON file; at least one. Throws `ProblemError` (`wrong-use`) when there is no list of records in it. */
export async function* readJson(
  text: AsyncIterable<string>,
  rowsPerPage: number = pageRecords,
): AsyncGenerator<RawPage> {
  const splitter = itemSplitter()
  const columns = new Map<string, number>()
  let waiting: ItemText[] = []
  let empty = true
  for await (const piece of text) {
    if (empty && piece.trim() !== '') {
      empty = false
      if (!/^\uFEFF?\s*[[{]/.test(piece)) throw notAList('It begins with neither [ nor {.')
    }
    waiting.push(...splitter.push(piece))
    while (waiting.length >= rowsPerPage) yield pageOf(waiting.splice(0, rowsPerPage), columns)
  }
  if (empty) throw notAList('It is empty.')
  if (!splitter.found) throw notAList('It has no list, and no list named "records".')
  waiting = [...waiting, ...splitter.end()]
  yield pageOf(waiting, columns)
}

function pageOf(items: readonly ItemText[], columns: Map<string, number>): RawPage {
  const rows: RawRow[] = []
  const bad: BadRow[] = []
  for (const item of items) {
    const row = 'reason' in item ? item.reason : readItem(item.text, columns)
    if ('code' in row) {
      const column = row.code === 'nested' ? row.column : null
      bad.push(rowInWords({ line: item.line, column }, row))
    } else rows.push({ line: item.line, cells: row })
  }
  return { columns: [...columns.keys()], rows, bad }
}

type Cells = FieldValue[]

function readItem(text: string, columns: Map<string, number>): Cells | RowReason {
  let item: unknown
  try {
    // A chip of eighteen digits is no number to JavaScript: rounded, two people's would be one.
    item = parseExactly(text)
  } catch {
    return { code: 'not-json' }
  }
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return { code: 'not-an-object' }
  }
  const cells: Cells = []
  for (const [column, value] of Object.entries(item)) {
    if (typeof value === 'object' && value !== null) {
      // What our own exports say about targets and history is no field of a record.
      if (Array.isArray(value) ? value.length === 0 : column === 'targets') continue
      return { code: 'nested', column }
    }
    let at = columns.get(column)
    if (at === undefined) columns.set(column, (at = columns.size))
    while (cells.length < at) cells.push(null)
    cells[at] = value as FieldValue
  }
  for (let at = 0; at < cells.length; at++) cells[at] ??= null
  return cells
}

function notAList(why: string): ProblemError {
  return new ProblemError({
    code: 'wrong-use',
    message: `This is not a JSON list of records. ${why}`,
    fix: 'Give a list like [{"last_name": "Lovelace"}], or {"records": [...]}.',
  })
}
