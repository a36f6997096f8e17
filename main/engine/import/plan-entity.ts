/** What one row of a single-entity file changes. Pure. */
import type { FieldValue } from '../../contract/records.ts'
import type { RowReason } from '../../contract/row-reasons.ts'
import type { EntityName } from '../../contract/words.ts'
import { entities } from '../model/entities.ts'
import { displayName, type Fields, type MasterRecord } from '../model/record.ts'
import { judge } from '../model/same-person.ts'
import type { Change } from '../store/writer/change.ts'
import type { Row } from './page-import.ts'

/** A row: the record it names itself, and what it says of it. A blank cell says nothing. */
export interface EntityRow extends Row {
  readonly id: string | null
  readonly fields: Readonly<Record<string, FieldValue>>
  /** The row as it was read, when names in it have been replaced by ids since. */
  readonly source?: EntityRow
}

/** True for the ids records have: UUIDs in lower case. */
export function isRecordId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)
}

export type PlannedEntity =
  | { readonly id: string; readonly changes: readonly Change[] }
  | { readonly column: string | null; readonly reason: RowReason }

/** What is known before a row is planned. */
export interface EntityFacts {
  /** Ids of the records the row may mean. */
  readonly targets: readonly string[]
  /** Those of them that exist. */
  readonly known: ReadonlyMap<string, MasterRecord>
  readonly newId: () => string
}

/** What a row of a list of one kind of record changes. Pure: the same row on the same records always plans the same. */
export function planEntity(
  entity: EntityName,
  row: EntityRow,
  { targets, known, newId }: EntityFacts,
): PlannedEntity {
  const { fields } = entities[entity]
  const meant = targets.filter((id) => {
    const record = known.get(id)
    return row.id !== null || record === undefined || isMeant(entity, row.fields, record.fields)
  })
  if (meant.length > 1) {
    const name = displayName(entity, row.fields)
    return { column: null, reason: { code: 'several-fit', entity, name } }
  }
  const before = meant[0] === undefined ? undefined : known.get(meant[0])
  if (before === undefined) {
    const missing = fields.find(({ name, required }) => required && row.fields[name] === undefined)
    if (missing) {
      const field = { name: missing.name, label: missing.label }
      return { column: field.name, reason: { code: 'unfit', field, reason: { code: 'missing' } } }
    }
    const id = row.id ?? newId()
    return { id, changes: [{ action: 'create', entity, id, fields: row.fields }] }
  }
  if (before.deletedOn !== null) {
    const name = displayName(entity, before.fields)
    return { column: 'id', reason: { code: 'was-removed', entity, name } }
  }
  const changed = Object.entries(row.fields).filter(
    ([name, value]) => before.fields[name] !== value,
  )
  if (changed.length === 0) return { id: before.id, changes: [] }
  const change = {
    action: 'update',
    entity,
    id: before.id,
    fields: Object.fromEntries(changed),
  } as const
  return { id: before.id, changes: [change] }
}

/** A shared key is not enough: families share an e-mail address and a last name, and a bib goes from one to another. */
function isMeant(entity: EntityName, given: EntityRow['fields'], own: Fields): boolean {
  if (entity === 'person') return judge(given, own, { sameBib: false }).verdict === 'same'
  if (entity !== 'eventParticipant') return true
  const [person, bib] = [given['person'], given['number']]
  const isOther = person !== undefined && person !== own['person']
  return !isOther && (bib === undefined || own['number'] === null || bib === own['number'])
}
