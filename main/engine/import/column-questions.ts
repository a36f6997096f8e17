/** What a person is asked about the columns of a file before it is taken in. Pure. */
import type { ColumnQuestion } from '../../contract/imports.ts'
import { dateOrders } from '../../contract/birth-date.ts'
import { readCell } from './cell-words.ts'
import { chosenKey } from './column-reading.ts'
import type { ColumnMapping, ImportField } from './columns.ts'
import { readDateCell } from './date-columns.ts'
import type { Survey } from './survey.ts'

/** Values asked about in one column; with more, it is another field's column. */
const mostAsked = 20

/**
 * Columns whose dates mean two days, and words nobody knows, with what they may mean. What a person has said already is
 * asked again, so that it can be said otherwise.
 */
export function columnQuestions(
  columns: readonly string[],
  mapping: ColumnMapping<ImportField>,
  { facts }: Survey,
  today: string,
): readonly ColumnQuestion[] {
  return columns.flatMap((column, at): readonly ColumnQuestion[] => {
    const field = mapping.fields[at]
    const definition = field?.definition
    const reading = mapping.readings?.[at]
    const known = facts[at]
    if (!field || !definition || known === undefined) return []
    const values = [...known.values.keys()].map((value) => value.trim())
    if (definition.kind === 'date') {
      const plan = reading?.dates
      const open = plan && { ...plan, order: null, told: false }
      const either = known.dates.either
      const isOpen = plan?.told === true ? either !== null : plan?.order === null && either !== null
      if (!open || !isOpen || !('reason' in readDateCell(either!, open, today))) return []
      return [
        { column, field: field.name, kind: 'dates', values: [either!], options: [...dateOrders] },
      ]
    }
    if (!['choice', 'boolean', 'country'].includes(definition.kind)) return []
    const asked = values.filter((value) => {
      if (reading?.chosen?.has(chosenKey(value))) return true
      return !readCell(definition, value, { country: undefined, today, column: reading }).ok
    })
    if (asked.length === 0) return []
    const options =
      definition.kind === 'boolean' ? ['true', 'false'] : [...(definition.choices ?? [])]
    return [
      { column, field: field.name, kind: 'values', values: asked.slice(0, mostAsked), options },
    ]
  })
}
