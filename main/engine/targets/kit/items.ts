/** Collections of REST services: a record is made in its collection, and changed and deleted at an address of its own. */
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import { contentHash } from '../../model/record.ts'
import type { OutgoingChange, RemoteBody, RemoteRecord } from './adapter.ts'
import type { EntityBinding } from './bindings.ts'
import type { HttpClient } from './http-client.ts'
import { noParts } from './resource.ts'
import { SyncError } from './sync-error.ts'

/** A text or a whole number names a record. Numbers above 2^53 would come rounded, so they are refused. */
const itemId = z.union([z.string().min(1), z.int()])

type StoredItem = RemoteBody & { readonly id: string | number }

/** Made once for each name: making one costs more than reading many records with it. */
const named = new Map<string, z.ZodType<StoredItem>>()

/** A stored record whose id has this name there. */
export function itemNamed(idAt: string): z.ZodType<StoredItem> {
  const known = named.get(idAt)
  if (known) return known
  const made = z
    .looseObject({ [idAt]: itemId })
    .transform((row) => ({ ...row, id: itemId.parse(row[idAt]) }))
  named.set(idAt, made)
  return made
}

/** A stored record as the engine takes it: it is another version with any other content. */
export function itemRecord(entity: EntityName, body: StoredItem): RemoteRecord {
  return {
    entity,
    remoteId: String(body.id),
    version: contentHash(JSON.stringify(body)),
    modifiedOn: null,
    deleted: false,
    body,
  }
}

/** What is gone already is deleted. */
export function unlessGone(error: unknown): void {
  if (!(error instanceof SyncError) || error.code !== 'gone') throw error
}

/** A collection during one call. */
export interface ItemPlace {
  readonly client: HttpClient
  /** Path of the collection, below the target's address. */
  readonly path: string
  readonly binding: EntityBinding
  /** What a record calls its id. Default: `id`. */
  readonly idAt?: string
  readonly signal: AbortSignal
}

/**
 * Sends one change; answers the remote id. An update replaces the whole record, and keeps what is not ours to say. What is
 * gone already is deleted. Throws `SyncError`.
 * @param create where a new record goes: `POST` to the collection, which answers the id it gives · `PUT` to our own id
 */
export async function sendItem(
  place: ItemPlace,
  { action, recordId, remoteId, body }: OutgoingChange,
  create: 'POST' | 'PUT',
): Promise<string> {
  const { client, path, signal, idAt = 'id' } = place
  const item = itemNamed(idAt)
  const at = (id: string) => `${path}/${encodeURIComponent(id)}`
  switch (action) {
    case 'create': {
      const request = {
        method: create,
        path: create === 'PUT' ? at(recordId) : path,
        body,
        effect: 'create',
        missing: 'config',
        signal,
      } as const
      return String((await client.json(item, request)).value.id)
    }
    case 'update': {
      const whole = { ...(await leftOut(place, at(remoteId!), body)), ...body }
      await client.json(item, { method: 'PUT', path: at(remoteId!), body: whole, signal })
      return remoteId!
    }
    case 'delete':
      await client.status({ method: 'DELETE', path: at(remoteId!), signal }).catch(unlessGone)
      return remoteId!
  }
}

/** A replacement clears what it leaves out, so a field that may not travel is said as it is there. */
async function leftOut(
  { client, binding, signal }: ItemPlace,
  path: string,
  body: RemoteBody,
): Promise<RemoteBody> {
  const nothing = Object.fromEntries(binding.fields.map((name) => [name, null]))
  const whole = binding.toRemote(nothing, {}, noParts)
  if (Object.keys(whole).every((name) => Object.hasOwn(body, name))) return {}
  return (await client.json(z.looseObject({}), { method: 'GET', path, signal })).value
}
