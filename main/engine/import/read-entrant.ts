/** One row of a start list as normal values. Pure. */
import type { BadRow } from '../../contract/imports.ts'
import type { FieldValue } from '../../contract/records.ts'
import { askedCell, badCell, readCell } from './cell-words.ts'
import type { ColumnMapping } from './columns.ts'
import { entrantFields, type EntrantField, type EntrantLink } from './entrant-fields.ts'
import type { Row } from './page-import.ts'
import type { RawRow } from './raw-page.ts'

/** Values a row gives. A blank cell gives none: it never clears what is there. */
export interface EntrantRow extends Row {
  readonly person: Readonly<Record<string, FieldValue>>
  readonly participant: Readonly<Record<string, FieldValue>>
  readonly links: Readonly<Partial<Record<EntrantLink, string>>>
}

/**
 * Reads rows through a mapping. A cell that does not fit and says who or where the entrant is (name, bib, tag, event,
 * race, start group) makes its row a bad one; any other is left out and named. A bad row comes as
 * everything that is wrong with it.
 */
export function entrantReader(
  columns: readonly string[],
  mapping: ColumnMapping<EntrantField>,
  today: string,
): (row: RawRow) => EntrantRow | readonly BadRow[] {
  const used = mapping.fields.flatMap((field, at) => (field === null ? [] : [{ field, at }]))
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
    for (const { field, at } of used) {
      const cell = cells[at]
      if (cell === undefined || cell === null || cell === '') continue
      const { definition, label, part } = field
      const place = { line, column: columns[at] ?? null, label }
      const read = readCell(definition, cell, { country, today })
      if (!read.ok) {
        const bad = badCell(place, cell, read.reason)
        if (field.identifies) refused.push(bad)
        else leftOut.push(bad)
        continue
      }
      if (read.value === null) continue
      const question = askedCell(place, definition, read.value, today)
      if (question) asked.push(question)
      parts[part][part === 'link' ? field.name : definition.name] = read.value
    }
    const lastName = columnOf('last_name', columns, mapping)
    if (
      parts.person['lastName'] === undefined &&
      !refused.some(({ column }) => column === lastName)
    ) {
      const reason = 'Last name is missing.'
      refused.push({ line, column: lastName, reason })
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
  return entrantFields.find(({ definition }) => definition.name === modelField)?.name ?? null
}
