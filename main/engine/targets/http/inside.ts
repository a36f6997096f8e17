/**
 * Records that stand inside others and have ids of their own, as a registration has its person: each has a sync record of
 * its own, comes into being with the one it stands in, and is changed through it. Pure.
 */
import type { EntityName } from '../../../contract/words.ts'
import { entities } from '../../model/entities.ts'
import { isRecord } from '../kit/is-record.ts'
import type { PartContent, Refs, RemoteBody } from '../kit/resource.ts'
import { idOf, putAt, textOf, valueAt } from './places.ts'
import type { CollectionSettings } from './settings.ts'

/** One of them. */
export interface Inside {
  /** Reference field of the record it stands in, and the kind it refers to. */
  readonly field: string
  readonly entity: EntityName
  /** Where it stands there, and its id in it. */
  readonly position: string
  readonly idAt: string
  /** Our fields that travel with it. */
  readonly fields: readonly string[]
}

/** @param collections kinds with a collection of their own: what refers to those refers by id */
export function insideOf(
  { entity, subObjects }: Pick<CollectionSettings, 'entity' | 'subObjects'>,
  collections: ReadonlySet<EntityName>,
): readonly Inside[] {
  return subObjects.flatMap(({ field, position, sourceIdField = 'id', fields = [] }, at) => {
    const kind = entities[entity].fields.find(({ name }) => name === field)?.refersTo
    const isTwice = subObjects.findIndex((one) => one.field === field) !== at
    if (!kind || collections.has(kind) || isTwice) return []
    const own = entities[kind].fields.filter(({ refersTo }) => !refersTo)
    const names = own.filter(
      ({ name, required }) => fields.length === 0 || required || fields.includes(name),
    )
    return [
      {
        field,
        entity: kind,
        position: position || field,
        idAt: sourceIdField,
        fields: names.map(({ name }) => name),
      },
    ]
  })
}

/** The one that stands in a record, null where there is none or it has no id. */
export function insideIn(
  record: unknown,
  { position, idAt }: Inside,
): { readonly id: string; readonly body: RemoteBody } | null {
  const there = valueAt(record, position)
  const id = isRecord(there) ? idOf(valueAt(there, idAt)) : null
  return id === null || !isRecord(there) ? null : { id, body: there }
}

/** Its id, also where the record has nothing else of it. */
export function insideId(record: unknown, inside: Inside): string | null | undefined {
  const there = valueAt(record, inside.position)
  if (there === undefined) return undefined
  const isWhole = isRecord(there) && !Object.hasOwn(there, '#text')
  return idOf(isWhole ? valueAt(there, inside.idAt) : textOf(there))
}

/** Says it inside a body: what it has, and its id where it is there already. Changes the body. */
export function putInside(
  body: Record<string, unknown>,
  { field, position, idAt, fields }: Inside,
  refs: Refs,
  part: PartContent | undefined,
): void {
  const said: Record<string, unknown> = {}
  for (const name of part ? fields : []) {
    if (Object.hasOwn(part!.fields, name)) said[name] = part!.fields[name] ?? null
  }
  const id = refs[field]
  if (id !== undefined) putAt(said, idAt, id)
  putAt(body, position, part || id !== undefined ? said : null)
}
