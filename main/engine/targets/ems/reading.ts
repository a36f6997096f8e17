/** What is kept of a record of EMS, and what tells that it changed. Pure. */
import { contentHash } from '../../model/record.ts'
import type { RemoteBody, RemoteRecord } from '../kit/adapter.ts'
import type { EventEntity } from '../kit/event-collections.ts'
import { volatile } from './api.ts'
import { bindingOf } from './mapping.ts'

/** A race knows its event through its race type. */
const deepest = 3

/**
 * Version of a record: a hash of what we read of it and of all its plain fields, in a fixed order. Records nested in it
 * count as far as we read them: a renamed event must not look like ten thousand changed entrants.
 */
export function versionOf(entity: EventEntity, raw: RemoteBody): string {
  const plain = Object.entries(raw)
    .filter(([name, value]) => (value === null || typeof value !== 'object') && !volatile.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return contentHash(JSON.stringify([bindingOf(entity).fromRemote?.(raw), plain]))
}

/** A stored entity as the engine takes it. */
export function remoteRecord(
  entity: EventEntity,
  raw: RemoteBody & { readonly id: number },
): RemoteRecord {
  return {
    entity,
    remoteId: String(raw.id),
    version: versionOf(entity, raw),
    modifiedOn: null,
    deleted: false,
    body: slim(raw, deepest) as RemoteBody,
  }
}

/** Without the collections it drags along: an event nested in an entrant may bring all its categories. */
function slim(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value) || depth === 0) return undefined
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const kept = slim(inner, depth - 1)
      return kept === undefined ? [] : [[name, kept]]
    }),
  )
}
