/** Own fields of events as columns of lists. */
import type { BadRow } from '../../contract/imports.ts'
import type { OwnField } from '../../contract/own-fields.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { Db } from '../db/schema.ts'
import { definitionOf, ownNames, ownText } from '../model/own-fields.ts'
import type { Fields } from '../model/record.ts'
import { readEventOutline } from '../store/imports/known-entrants.ts'
import { readOwnFields } from '../store/sql/own-fields.ts'
import { badCell, readCell, type CellRead } from './cell-words.ts'
import type { EntrantField } from './entrant-fields.ts'

/** What a list for an event can fill; for no event in particular, what any event defines. */
export async function ownColumns(db: Db, eventName?: string): Promise<readonly OwnField[]> {
  if (eventName === undefined) return readOwnFields(db)
  const event = await readEventOutline(db, eventName)
  return event === null ? [] : readOwnFields(db, event.id)
}

/** Fields that several events define under one name, once: as the first has it, as text where they differ in what they take. */
export function onePerName(fields: readonly OwnField[]): readonly OwnField[] {
  const taken = ({ kind, choices }: OwnField) => JSON.stringify([kind, choices])
  return [...Map.groupBy(fields, ({ name }) => name).values()].map((same) => {
    const first = same[0]!
    const isOne = same.every((field) => taken(field) === taken(first))
    return isOne ? first : { ...first, kind: 'text', choices: [] }
  })
}

/** An own field as a start list fills it: found by its label as well as by its name. */
export function ownEntrantField(field: OwnField): EntrantField {
  return {
    name: field.name,
    label: field.label,
    part: 'participant',
    definition: definitionOf(field),
    identifies: false,
  }
}

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
