/** One change on its way into EMS, and what EMS made of it. */
import { normaliseFields, type Fields } from '../../model/record.ts'
import type { OutgoingChange, RemoteBody } from '../kit/adapter.ts'
import { entityId, storedEntity, type StoredEntity } from '../kit/entity-collection.ts'
import type { EventEntity } from '../kit/event-collections.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { unlessGone } from '../kit/items.ts'
import { changedMembers } from '../kit/merge-patch.ts'
import { same } from '../kit/same-content.ts'
import type { Sent } from '../kit/send-each.ts'
import { nested, nestedId } from '../kit/shape.ts'
import { SyncError } from '../kit/sync-error.ts'
import { collectionPath, derivedName, neverEmptied } from './api.ts'
import { completed, idIn, resolved, type Defaults } from './completing.ts'
import { bindingOf, places } from './mapping.ts'
import type { NamedThings } from './named-things.ts'
import { versionOf } from './reading.ts'

export interface WriteContext {
  readonly client: HttpClient
  readonly entity: EventEntity
  readonly defaults: Defaults
  readonly things: NamedThings
  readonly signal: AbortSignal
}

/** A server that has no PATCH says so in one of these ways. */
const noPatch: ReadonlySet<number | null> = new Set([405, 415, 501])

/** Sends one change. Throws `SyncError`. */
export async function sendOne(context: WriteContext, change: OutgoingChange): Promise<Sent> {
  switch (change.action) {
    case 'create':
      return taken(context, change, await create(context, change.body))
    case 'update':
      return taken(context, change, await update(context, change))
    case 'delete': {
      const id = entityId(change.remoteId, 'EMS')
      const path = `${collectionPath(context.entity)}/${id}`
      const request = { method: 'DELETE', path, signal: context.signal } as const
      await context.client.status(request).catch(unlessGone)
      return { remoteId: String(id) }
    }
  }
}

/** Takes tag and bib from an entrant who is to get others that somebody else still holds. */
export async function freeUnique(context: WriteContext, change: OutgoingChange): Promise<void> {
  const changed = changedMembers(change, change.body)
  const held = ['tag', 'number'].filter((name) => (changed[name] ?? null) !== null)
  const nothing = Object.fromEntries(held.map((name) => [name, null]))
  if (held.length > 0) await amend(context, entityId(change.remoteId, 'EMS'), nothing)
}

async function create(context: WriteContext, body: RemoteBody): Promise<StoredEntity> {
  const { client, entity, defaults, things, signal } = context
  const whole = await resolved(entity, await completed(entity, body, defaults, things), things)
  const bib = bibOf(entity, whole)
  const numbered =
    bib === null
      ? whole
      : { ...whole, number: { id: await things.raceNumber(idIn(whole, 'event'), bib) } }
  const path = collectionPath(entity)
  const request = { method: 'POST', path, body: numbered, missing: 'config', signal } as const
  return (await client.json(storedEntity, request)).value
}

/** Says only what differs from what EMS is known to have: what Marshal never learned of is not emptied. */
async function update(context: WriteContext, change: OutgoingChange): Promise<StoredEntity> {
  const { entity, things } = context
  const id = entityId(change.remoteId, 'EMS')
  const kept = neverEmptied[entity] ?? []
  const bib = bibOf(entity, changedMembers(change, change.body))
  const stated = Object.entries(change.body).filter(
    ([name, value]) =>
      !(value === null && kept.includes(name)) && !(name === 'number' && bib !== null),
  )
  const whole = await resolved(entity, Object.fromEntries(stated), things)
  const amended = await amend(context, id, changedMembers(change, whole))
  return bib === null ? amended : assignNumber(context, amended, bib)
}

/**
 * Changes only what `body` names. Where PATCH leaves alone what was to be emptied, or is not there at all, the whole record
 * is replaced by itself with the changes, so that what Marshal does not know stays as it is.
 */
async function amend(context: WriteContext, id: number, body: RemoteBody): Promise<StoredEntity> {
  const { client, entity, signal } = context
  const path = `${collectionPath(entity)}/${id}`
  const request = {
    method: 'PATCH',
    path,
    body: { ...body, id },
    headers: { 'content-type': 'application/merge-patch+json' },
    effect: 'repeatable',
    signal,
  } as const
  try {
    const { value } = await client.json(storedEntity, request)
    const left = Object.keys(body).some((name) => body[name] === null && !same(value[name], null))
    return left ? await replace(context, path, { ...value, ...body, id }) : value
  } catch (error) {
    if (!(error instanceof SyncError) || !noPatch.has(error.status)) throw error
    const { value } = await client.json(storedEntity, { method: 'GET', path, signal })
    return replace(context, path, { ...value, ...body, id })
  }
}

async function replace(
  { client, entity, signal }: WriteContext,
  path: string,
  whole: RemoteBody,
): Promise<StoredEntity> {
  const { name, ...others } = whole
  const body = derivedName.has(entity) ? others : { ...others, name }
  return (await client.json(storedEntity, { method: 'PUT', path, body, signal })).value
}

/**
 * Gives an entrant a bib. EMS keeps race numbers as things in stock: another one is given out by an action of its own,
 * which knows what becomes of the old one.
 */
async function assignNumber(
  { client, entity, things, signal }: WriteContext,
  answer: StoredEntity,
  bib: string,
): Promise<StoredEntity> {
  const path = `${collectionPath(entity)}/${answer.id}`
  const look = async () => (await client.json(storedEntity, { method: 'GET', path, signal })).value
  const wordless =
    nestedId(answer['number']) !== null && nested(answer['number'], 'number') === null
  const entrant = wordless ? await look() : answer
  if (same(nested(entrant['number'], 'number'), bib)) return entrant
  const numberId = await things.raceNumber(idIn(entrant, 'event'), bib)
  await client.status({
    method: 'POST',
    path: `${path}/reassign-number`,
    body: { numberId },
    effect: 'repeatable',
    signal,
  })
  return look()
}

function bibOf(entity: EventEntity, body: RemoteBody): string | null {
  const bib = nested(body['number'], 'number')
  const isOurs = entity === 'eventParticipant' && nestedId(body['number']) === null
  return isOurs && typeof bib === 'string' ? bib : null
}

function taken({ entity }: WriteContext, change: OutgoingChange, answer: StoredEntity): Sent {
  return {
    remoteId: String(answer.id),
    remoteVersion: versionOf(entity, answer),
    // What this change did not say may have been changed there meanwhile: that is news, and comes with the next look.
    kept: keptOf(entity, changedMembers(change, change.body), answer),
  }
}

/** Our fields that EMS has otherwise than they were sent: filled in, left as they were, or written its own way. */
export function keptOf(entity: EventEntity, sent: RemoteBody, answer: RemoteBody): Fields {
  const { fields, fromRemote } = bindingOf(entity)
  if (!fromRemote) return {}
  const ours = normaliseFields(entity, fromRemote(sent).fields).fields
  const theirs = normaliseFields(entity, fromRemote(answer).fields).fields
  return Object.fromEntries(
    fields.flatMap((name) => {
      const there = theirs[name]
      // A field that the user's mapping has put elsewhere is not for us to compare.
      if (there === undefined || !Object.hasOwn(sent, places[entity]?.[name] ?? name)) return []
      return there === (ours[name] ?? null) ? [] : [[name, there]]
    }),
  )
}
