/** Finds records here through those that refer to them: the person behind bib 12 of an event. */
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { entities, fieldOf } from '../../model/entities.ts'
import { normaliseFields, type Fields } from '../../model/record.ts'
import { readLinksByRemoteId } from '../../store/links/inbound-links.ts'
import { findByKey } from '../../store/search/known-records.ts'
import type { FromRemote } from '../../targets/kit/adapter.ts'
import { keyValues } from './decide/match.ts'

/** A way to a record of ours: the one `field` of a record with this natural key refers to. */
export interface Through extends Pick<FromRemote, 'fields' | 'refs'> {
  readonly entity: EntityName
  readonly field: string
}

export interface Sought {
  readonly remoteId: string
  readonly through: Through
}

/** By remote id: our records that a record of ours with the same natural key refers to. */
export async function findThrough(
  db: Db,
  targetId: number,
  sought: readonly Sought[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>()
  for (const [way, group] of Map.groupBy(sought, ({ through }) => wayOf(through))) {
    const { entity, field } = group[0]!.through
    const own = await withOurReferences(db, targetId, entity, group)
    const byKey = new Map<string, Set<string>>()
    for (const key of entities[entity].keys.filter((names) => !names.includes(field))) {
      const values = own.flatMap(({ fields }) => wholeKey(key, fields))
      for (const record of await findByKey(db, entity, key, values)) {
        const referred = record.fields[field]
        if (typeof referred !== 'string') continue
        for (const { text } of keyValues(entity, record.fields)) {
          byKey.set(`${way} ${text}`, (byKey.get(`${way} ${text}`) ?? new Set()).add(referred))
        }
      }
    }
    for (const { remoteId, fields } of own) {
      const ids = keyValues(entity, fields).flatMap(({ text }) => [
        ...(byKey.get(`${way} ${text}`) ?? []),
      ])
      if (ids.length > 0) found.set(remoteId, [...new Set(ids)])
    }
  }
  return found
}

const wayOf = ({ entity, field }: Through) => `${entity}.${field}`

/** The fields each is sought by, in normal form, references as our ids; one statement per reference field. */
async function withOurReferences(
  db: Db,
  targetId: number,
  entity: EntityName,
  group: readonly Sought[],
): Promise<readonly { readonly remoteId: string; readonly fields: Fields }[]> {
  const own = new Map(group.map(({ through }) => [through, { ...through.fields }]))
  const fields = new Set(group.flatMap(({ through }) => Object.keys(through.refs)))
  for (const field of fields) {
    const wanted = group.flatMap(({ through }) => through.refs[field] ?? [])
    const parent = fieldOf(entity, field).refersTo!
    const links = await readLinksByRemoteId(db, targetId, parent, [...new Set(wanted)])
    for (const { through } of group) {
      const given: Record<string, FieldValue> = own.get(through)!
      given[field] = links.get(through.refs[field] ?? '')?.recordId ?? null
    }
  }
  return group.map(({ remoteId, through }) => ({
    remoteId,
    fields: normaliseFields(entity, own.get(through)!).fields,
  }))
}

function wholeKey(key: readonly string[], fields: Fields): readonly (string | number)[][] {
  const parts = key.map((name) => fields[name])
  return parts.every((part) => typeof part === 'string' || typeof part === 'number')
    ? [parts as (string | number)[]]
    : []
}
