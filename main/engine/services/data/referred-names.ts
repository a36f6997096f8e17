/** Names of the records that reference fields point to. */
import type { FieldValue, ReferredNames } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import { readDisplayNames } from '../../store/sql/records.ts'

/** A value of a field of an entity. */
export interface FieldAt {
  readonly entity: EntityName
  readonly field: string
  readonly value: FieldValue
}

const referencesOf: ReadonlyMap<EntityName, ReadonlyMap<string, EntityName>> = new Map(
  Object.values(entities).map(({ name, fields }) => [
    name,
    new Map(
      fields.flatMap((field) => (field.refersTo ? [[field.name, field.refersTo] as const] : [])),
    ),
  ]),
)

/** Names of the records that these values refer to, by id; one statement per kind of record. */
export async function readNames(db: Db, values: readonly FieldAt[]): Promise<ReferredNames> {
  const wanted = new Map<EntityName, Set<string>>()
  for (const { entity, field, value } of values) {
    if (typeof value !== 'string') continue
    const refersTo = referencesOf.get(entity)!.get(field)
    if (refersTo === undefined) continue
    const ids = wanted.get(refersTo)
    if (ids) ids.add(value)
    else wanted.set(refersTo, new Set([value]))
  }
  const names: Record<string, string> = {}
  for (const [entity, ids] of wanted) {
    for (const [id, name] of await readDisplayNames(db, entity, [...ids])) names[id] = name
  }
  return names
}
