/** Own fields of events as columns of lists. */
import type { OwnField } from '../../contract/own-fields.ts'
import type { Db } from '../db/schema.ts'
import { definitionOf } from '../model/own-fields.ts'
import { readEventOutline } from '../store/imports/known-entrants.ts'
import { readOwnFields } from '../store/sql/own-fields.ts'
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
