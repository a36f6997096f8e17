/** Records that come in our own terms, as DataCollect's servers and clients tell them. Pure. */
import { entityNames, type EntityName } from '../../../contract/words.ts'
import { entities } from '../../model/entities.ts'
import { contentHash } from '../../model/record.ts'
import type { RemoteRecord, UnreadableRecord } from './adapter.ts'
import { largeNumberAt } from './large-numbers.ts'
import type { RemoteBody } from './resource.ts'
import { stampFromIso } from './stamp-text.ts'
import { SyncError } from './sync-error.ts'
import { isRecord } from './is-record.ts'

/** One element of a pull: a record, an unreadable one, or one of a kind of thing Marshal does not keep. */
export type Pulled =
  | { readonly kind: 'record'; readonly stamp: number; readonly record: RemoteRecord }
  | { readonly kind: 'unreadable'; readonly entity: EntityName; readonly what: UnreadableRecord }
  | { readonly kind: 'foreign'; readonly entity: string }

/**
 * Reads one element of a pull. Records come flat (`{id, entity, timestamp, …fields}`) or as events
 * (`{entityGuid, type, data, timestamp}`); the kind is told by `entity`, else by the end of `type`, else it is
 * `defaultEntity`. Without id or timestamp a record is unreadable: taking our own clock instead would move the cursor
 * past changes nobody has seen.
 */
export function readPulled(raw: unknown, defaultEntity: EntityName): Pulled {
  if (!isRecord(raw)) return unreadable(defaultEntity, null, 'is not an object')
  const nested = isRecord(raw['data']) ? raw['data'] : null
  const body = nested ?? raw
  const named = kindOf(raw, nested)
  if (named !== null && !isEntity(named)) return { kind: 'foreign', entity: named }
  const entity = named ?? defaultEntity
  const remoteId = textOf(raw['id']) ?? textOf(raw['entityGuid'])
  if (remoteId === null) return unreadable(entity, null, 'has no id')
  if (largeNumberAt(raw, 'id') ?? largeNumberAt(raw, 'entityGuid')) {
    return unreadable(
      entity,
      remoteId,
      'has an id that is too large for a number: ids this long have to be text',
    )
  }
  const stamp = stampFromIso(raw['timestamp'])
  if (stamp === null) return unreadable(entity, remoteId, 'has no timestamp with a time zone')
  const odd = oddField(entity, body)
  if (odd !== null) return unreadable(entity, remoteId, `has something unexpected as ${odd}`)
  const version = `${String(raw['timestamp'])} ${contentHash(JSON.stringify(body)).slice(0, 16)}`
  const deleted = body['deleted'] === true || raw['deleted'] === true || isDeletion(raw, nested)
  return {
    kind: 'record',
    stamp,
    record: { entity, remoteId, version, modifiedOn: stamp, deleted, body },
  }
}

/** The word that tells the kind of a record, null where there is none. */
function kindOf(raw: RemoteBody, nested: RemoteBody | null): string | null {
  const entity = textOf(nested?.['entity']) ?? textOf(raw['entity'])
  if (entity !== null) return entity
  // Without `entity` an unknown `type` tells nothing: DataCollect's own types name forms, not kinds.
  const suffix = /(?:^|-)([A-Za-z]+)$/.exec(textOf(raw['type']) ?? '')?.[1]?.toLowerCase()
  return entityNames.find((name) => name.toLowerCase() === suffix) ?? null
}

function isDeletion(raw: RemoteBody, nested: RemoteBody | null): boolean {
  return nested !== null && String(raw['type']).startsWith('delete-')
}

/** Name of a field of ours that holds an object or array. */
function oddField(entity: EntityName, body: RemoteBody): string | null {
  const odd = entities[entity].fields.find(({ name }) => {
    const value = body[name]
    return typeof value === 'object' && value !== null
  })
  return odd?.name ?? null
}

function unreadable(entity: EntityName, remoteId: string | null, reason: string): Pulled {
  const who = remoteId === null ? `A ${entity}` : `The ${entity} ${remoteId}`
  const error = new SyncError('bad-response', `${who} of the pull ${reason}.`)
  return { kind: 'unreadable', entity, what: { remoteId, error } }
}

/** A text or number that identifies something, null for anything else. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

export function isEntity(name: string): name is EntityName {
  return (entityNames as readonly string[]).includes(name)
}
