/** One row of a start list as normal values. Pure. */
import type { BadRow } from '../../contract/imports.ts'
import { isOwnField } from '../../contract/own-field-names.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { RowReason } from '../../contract/row-reasons.ts'
import { rowInWords } from '../../contract/row-words-en.ts'
import { ownText } from '../model/own-fields.ts'
import { normaliseFields } from '../model/record.ts'
import { askedCell, badCell, readCell } from './cell-words.ts'
import type { ColumnMapping } from './columns.ts'
import { entrantFields, type EntrantField, type EntrantLink } from './entrant-fields.ts'
import type { Row } from './page-import.ts'
import type { RawRow } from './raw-page.ts'
import { saysNothing } from './value-words.ts'
import { partName, type NameOrder } from './whole-names.ts'

/** Values a row gives. A blank cell gives none: it never clears what is there. */
export interface EntrantRow extends Row {
  readonly person: Readonly<Record<string, FieldValue>>
  readonly participant: Readonly<Record<string, FieldValue>>
  readonly links: Readonly<Partial<Record<EntrantLink, string>>>
}

/**
 * Reads rows through a mapping. A cell that does not fit and says who or where the entrant is (name, bib, tag, event,
 * race, start group) makes its row a bad one; any other is left out and named, and so is a code a spreadsheet damaged
 * where something else says who it is. A bad row comes as everything that is wrong with it.
 */
export function entrantReader(
  columns: readonly string[],
  mapping: ColumnMapping<EntrantField>,
  today: string,
): (row: RawRow) => EntrantRow | readonly BadRow[] {
  const used = mapping.fields.flatMap((field, at) => (field === null ? [] : [{ field, at }]))
  // A column of its own says more than a part of a whole name; a prefix needs the name it stands before.
  const turn = ({ field }: (typeof used)[number]) => (field.whole ? 0 : field.prefix ? 2 : 1)
  used.sort((a, b) => turn(a) - turn(b))
  const countryAt = mapping.fields.findIndex((field) => field?.name === 'country')
  return ({ line, cells }) => {
    const parts: Record<EntrantField['part'], Record<string, FieldValue>> = {
      person: {},
      participant: {},
      link: {},
    }
    const country = countryAt < 0 ? null : cells[countryAt]
    const refused: BadRow[] = []
    const leftOut: BadRow[] = []
    const asked: BadRow[] = []
    let damagedBib: BadRow | null = null
    for (const { field, at } of used) {
      const cell = cells[at]
      if (cell === undefined || cell === null || cell === '') continue
      const { definition, part } = field
      const place = { line, column: columns[at] ?? null, field }
      if (field.whole) {
        Object.assign(parts.person, namesIn(String(cell), mapping.nameOrders?.get(at)))
        continue
      }
      if (field.prefix) {
        Object.assign(parts.person, prefixed(String(cell), parts.person['lastName']))
        continue
      }
      if (part === 'link' && typeof cell === 'string' && saysNothing(cell)) continue
      const column = mapping.readings?.[at]
      const read = readCell(definition, cell, { country, today, column, isCode: field.isCode })
      if (!read.ok) {
        const bad = badCell(place, cell, read)
        if (read.damaged && field.name === 'bib') damagedBib = bad
        else if (read.damaged || !field.identifies) leftOut.push(bad)
        else refused.push(bad)
        continue
      }
      if (read.value === null) continue
      const question = askedCell(place, definition, read.value, today)
      if (question) asked.push(question)
      parts[part][part === 'link' ? field.name : definition.name] = isOwnField(definition.name)
        ? ownText(read.value)
        : read.value
    }
    if (damagedBib !== null) {
      const isKnown = identifying.some((name) => parts.person[name] !== undefined)
      ;(isKnown ? leftOut : refused).push(damagedBib)
    }
    const lastName =
      columnOf('last_name', columns, mapping) ?? columnOf('full_name', columns, mapping)
    if (
      parts.person['lastName'] === undefined &&
      !refused.some(({ column }) => column === lastName)
    ) {
      refused.push(rowInWords({ line, column: lastName }, noLastName))
    }
    // Whoever corrects the row corrects all of it at once.
    if (refused.length > 0) return [...refused, ...leftOut]
    return {
      line,
      person: parts.person,
      participant: parts.participant,
      links: parts.link as EntrantRow['links'],
      ...(leftOut.length > 0 && { leftOut }),
      ...(asked.length > 0 && { asked }),
    }
  }
}

const noLastName: RowReason = {
  code: 'unfit',
  field: { name: 'last_name', label: 'Last name' },
  reason: { code: 'missing' },
}

/** What tells a person from others of the same name where there is no bib. */
const identifying = ['dateOfBirth', 'email', 'phone'] as const

/** First and last name of a cell with both, in normal form. */
export function namesIn(
  cell: string,
  order: NameOrder = 'first-last',
): Readonly<Record<string, FieldValue>> {
  const names = partName(cell, order)
  if (names === null || saysNothing(cell)) return {}
  const { fields } = normaliseFields('person', {
    lastName: names.last,
    ...(names.first !== null && { firstName: names.first }),
  })
  return fields
}

/** The last name with what stands before it; a name that begins so already has it. */
export function prefixed(
  cell: string,
  last: FieldValue | undefined,
): Readonly<Record<string, FieldValue>> {
  const prefix = cell.replace(/\s+/gu, ' ').trim()
  if (typeof last !== 'string' || saysNothing(prefix)) return {}
  const has = prefix === '' || last.toLowerCase().startsWith(`${prefix.toLowerCase()} `)
  return has ? {} : normaliseFields('person', { lastName: `${prefix} ${last}` }).fields
}

/** The file's own name for a field, null when no column fills it. */
export function columnOf(
  field: string,
  columns: readonly string[],
  mapping: ColumnMapping<EntrantField>,
): string | null {
  const at = mapping.fields.findIndex((candidate) => candidate?.name === field)
  return at < 0 ? null : (columns[at] ?? null)
}

/** The start list's name for a field of the model, for showing why a record was refused. */
export function entrantFieldOf(modelField: string): string | null {
  if (isOwnField(modelField)) return modelField
  return (
    entrantFields.find(
      ({ definition, whole, prefix }) => definition.name === modelField && !whole && !prefix,
    )?.name ?? null
  )
}
