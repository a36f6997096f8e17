/** Whom a row speaks of that could not be read. Pure. */
import type { ImportField } from './columns.ts'
import type { RowName } from './page-import.ts'
import type { RawRow } from './raw-page.ts'

/** Fields that name somebody or something, as start lists and exports of one kind call them. */
const naming = [
  ['first_name', 'last_name'],
  ['firstName', 'lastName'],
  ['last_name'],
  ['lastName'],
  ['first_name'],
  ['firstName'],
  ['name'],
] as const
const bibs = ['bib', 'number'] as const

/** The names and the bib in the cells as they stand; empty and null where there are none. */
export function rawName(
  fields: readonly (ImportField | null)[],
  row: Pick<RawRow, 'cells'> | undefined,
): RowName {
  const cell = (name: string) => {
    const at = fields.findIndex((field) => field?.name === name)
    return at < 0 ? '' : String(row?.cells[at] ?? '').trim()
  }
  const found = naming.map((names) => names.map(cell)).find((words) => !words.includes(''))
  const bib = bibs.map(cell).find((text) => text !== '')
  return { display: found?.join(' ') ?? '', bib: bib ?? null }
}
