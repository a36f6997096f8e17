/**
 * What there is to sync, as the settings say: each collection is a kind of record of ours, under our own names. What their
 * names are is said by the mapping; see `translate.ts`. Pure.
 */
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import { entities } from '../../model/entities.ts'
import type { Fields } from '../../model/record.ts'
import {
  one,
  type FromRemote,
  type Refs,
  type RemoteBody,
  type RemoteForm,
  type Resource,
} from '../kit/resource.ts'
import { isRecord } from '../kit/is-record.ts'
import { scalar } from '../kit/shape.ts'
import { insideId, insideOf, putInside, type Inside } from './inside.ts'
import { idOf, textOf } from './places.ts'
import { collectionsOf, settings, type CollectionSettings } from './settings.ts'

/** Settings that do not fit, as while they are still typed, count as none. */
export function httpResources(given: Readonly<Record<string, unknown>>): readonly Resource[] {
  const parsed = settings.safeParse(given)
  const collections = collectionsOf(parsed.success ? parsed.data : settings.parse({}))
  const known = new Set(collections.map(({ entity }) => entity))
  const inside = collections.map((collection) => insideOf(collection, known))
  // A kind that stands inside two others would be two.
  const once = inside.map((all, at) =>
    all.filter(
      ({ entity }) =>
        !inside
          .slice(0, at)
          .flat()
          .some((one) => one.entity === entity),
    ),
  )
  return collections.map((collection, at) => resourceOf(collection, once[at] ?? [], known))
}

function resourceOf(
  collection: CollectionSettings,
  inside: readonly Inside[],
  known: ReadonlySet<EntityName>,
): Resource {
  const { entity, path, finding, deletion, fields: chosen } = collection
  const fields = entities[entity].fields.filter(
    ({ name, required, refersTo }) =>
      (chosen.length === 0 || required || chosen.includes(name)) &&
      (!refersTo || known.has(refersTo) || inside.some(({ field }) => field === name)),
  )
  const references = fields.filter(({ refersTo }) => refersTo)
  const names = references
    .map(({ name }) => name)
    .filter((name) => !inside.some(({ field }) => field === name))
  const scalars = fields.filter(({ refersTo }) => !refersTo).map(({ name }) => name)
  return {
    root: entity,
    remoteName: path || entity,
    direction: 'both',
    fields: fields.map(({ name }) => name),
    hard: references.filter(({ required }) => required).map(({ name }) => name),
    soft: references.filter(({ required }) => !required).map(({ name }) => name),
    changes: finding,
    deletion,
    parts: Object.fromEntries(
      inside.map((own) => [own.field, one(own.field, { as: 'made', own: formOf(path, own) })]),
    ),
    toRemote(given, refs, parts) {
      const body = toRemote(scalars, names, given, refs)
      for (const own of inside) putInside(body, own, refs, parts.one[own.field])
      return body
    },
    fromRemote(raw) {
      const read = fromRemote(scalars, names, raw)
      const ids = inside.flatMap((own) => {
        const id = insideId(raw, own)
        return id === undefined ? [] : [[own.field, id] as const]
      })
      return { ...read, refs: { ...read.refs, ...Object.fromEntries(ids) } }
    },
  }
}

/** As it arrives inside another one, and is changed there. */
function formOf(path: string, { entity, fields, position }: Inside): RemoteForm {
  return {
    remoteName: `${path || entity} ${position}`,
    direction: 'both',
    fields,
    deletion: 'none',
    toRemote: (given, refs) => toRemote(fields, [], given, refs),
    fromRemote: (raw) => fromRemote(fields, [], raw),
  }
}

/** Empty fields travel as null, so that a cleared field is cleared there; what is left out is kept there. */
function toRemote(
  scalars: readonly string[],
  references: readonly string[],
  fields: Fields,
  refs: Refs,
): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const name of references) body[name] = refs[name] ?? null
  for (const name of scalars) if (Object.hasOwn(fields, name)) body[name] = fields[name] ?? null
  return body
}

/** What the record does not have says nothing about ours. A reference is an id, or an object with one. */
function fromRemote(
  scalars: readonly string[],
  references: readonly string[],
  raw: RemoteBody,
): FromRemote {
  const fields: Record<string, FieldValue> = {}
  const refs: Record<string, string | null> = {}
  for (const name of references) {
    const value = raw[name]
    if (value !== undefined)
      refs[name] = idOf(isRecord(value) && !Object.hasOwn(value, '#text') ? value['id'] : value)
  }
  for (const name of scalars) {
    const value = textOf(raw[name])
    if (value === null || (value !== undefined && typeof value !== 'object'))
      fields[name] = scalar(value)
  }
  return { fields, refs }
}
