/** Which fields a list shows beside the name of the record: few enough to read. Pure. */
import type { EntityView, FieldView } from '../../../main/contract/records.ts'
import type { EntityName } from '../../../main/contract/words.ts'

const chosen: Readonly<Record<EntityName, readonly string[]>> = {
  organisation: ['kind', 'email', 'phone', 'country'],
  person: ['gender', 'dateOfBirth', 'email', 'city', 'country', 'organisation'],
  event: ['city', 'country', 'startDateTime', 'timezone'],
  race: ['event', 'startTime', 'distanceMeters', 'maxEntries', 'status'],
  startGroup: ['race', 'startTime', 'seq', 'capacity'],
  tag: ['barcode', 'uuid', 'type', 'status'],
  eventParticipant: ['number', 'event', 'tag', 'category', 'age', 'status', 'paid'],
  startGroupParticipant: ['startGroup', 'eventParticipant', 'seq'],
  contactPreference: ['person', 'channel', 'topic', 'status', 'changedOn'],
  conversation: ['person', 'target', 'status', 'lastActivityOn'],
  message: ['conversation', 'direction', 'author', 'sentOn'],
}

/** The columns of an entity's list, in order. Sensitive fields are never among them. */
export function tableColumns(entity: EntityView): readonly FieldView[] {
  return chosen[entity.name].flatMap((name) => {
    const field = entity.fields.find((candidate) => candidate.name === name)
    return field && !field.sensitive ? [field] : []
  })
}

/** Fields a list can be narrowed by with a typed value. */
export function typedFilterFields(entity: EntityView): readonly FieldView[] {
  return entity.fields.filter(
    ({ choices, kind, sensitive }) =>
      choices === undefined && !['boolean', 'ref', 'note'].includes(kind) && !sensitive,
  )
}

/** A column that means the same order to a person and to the engine: what refers to another record has none. */
export const isSortable = ({ kind }: FieldView) => kind !== 'ref'

/** Fields that many records can be given the same value of; what each has for itself is not among them. */
export function bulkFields(entity: EntityView): readonly FieldView[] {
  return entity.fields.filter(({ name, sensitive }) => !sensitive && name !== 'number')
}

/** Fields a list can be narrowed by with a short choice. */
export function filterFields(entity: EntityView): readonly FieldView[] {
  return entity.fields.filter(
    ({ choices, kind, sensitive }) => (choices !== undefined || kind === 'boolean') && !sensitive,
  )
}
