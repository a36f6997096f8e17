/** Own fields of events as columns of lists. */
import type { OwnField } from '../../contract/own-fields.ts'
import type { Db } from '../db/schema.ts'
import { definitionOf } from '../model/own-fields.ts'
import { readEventOutline } from '../store/imports/known-entrants.ts'
import { readOwnFields } from '../store/sql/own-fields.ts'
import type { EntrantField } from './entrant-fields.ts'

/** What a list for an event can fill; for no event in particular, what any event defines. Each name once. */
export async function ownColumns(db: Db, eventName?: string): Promise<readonly OwnField[]> {
  if (eventName === undefined) return onePerName(await readOwnFields(db))
  const event = await readEventOutline(db, eventName)
  return event === null ? [] : readOwnFields(db, event.id)
}

/** Of fields that several events define under one name, the first. */
export function onePerName(fields: readonly OwnField[]): readonly OwnField[] {
  return [...new Map(fields.toReversed().map((field) => [field.name, field])).values()].toReversed()
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
