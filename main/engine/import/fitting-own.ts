/** Own values of a row as the event it turned out to be about wants them. Pure. */
import type { BadRow } from '../../contract/imports.ts'
import type { OwnField } from '../../contract/own-fields.ts'
import type { FieldValue } from '../../contract/records.ts'
import { definitionOf, ownNames, ownText } from '../model/own-fields.ts'
import type { Fields } from '../model/record.ts'
import { badCell, readCell, type CellRead } from './cell-words.ts'

/** A row of which the event is known. */
export interface OwnRow {
  readonly line: number
  readonly event: FieldValue | undefined
  readonly values: Fields
  /** What is there already: it stays, whatever is defined now. */
  readonly before?: Fields | undefined
}

/**
 * The values of a row that can be written: own ones as its event wants them. What its event does not have, or does not
 * take, is left out and named. Pure.
 */
export function fittingOwn(
  { line, event, values, before }: OwnRow,
  { own, today }: { readonly own: readonly OwnField[]; readonly today: string },
): { readonly values: Fields; readonly leftOut: readonly BadRow[] } {
  const names = ownNames(values)
  if (names.length === 0) return { values, leftOut: [] }
  const fitting: Record<string, FieldValue> = { ...values }
  const leftOut: BadRow[] = []
  for (const name of names) {
    const cell = values[name] ?? null
    if (cell === (before?.[name] ?? null)) continue
    const field = own.find((one) => one.eventId === event && one.name === name)
    const read: CellRead = field
      ? readCell(definitionOf(field), cell, { today, country: undefined })
      : { ok: false, reason: { code: 'not-a-field', entity: 'eventParticipant' } }
    if (read.ok) fitting[name] = ownText(read.value)
    else {
      delete fitting[name]
      const label = (field ?? own.find((one) => one.name === name))?.label ?? name
      const place = { line, column: name, field: { name, label } }
      leftOut.push(badCell(place, cell, read))
    }
  }
  return { values: fitting, leftOut }
}
