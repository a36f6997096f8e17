/**
 * TagServer's HTTP interface as we assume it: the timing system's API is not public, so this follows the published
 * conventions of the event management system around it (JHipster/Spring style REST). Everything a site may have to
 * correct is in this file and in `mapping.ts`; nothing here is known for certain.
 *
 * - `{url}/api/<collection>`, JSON, header `X-API-KEY`; server-assigned integer ids; references nested as `{"id": n}`.
 * - POST without id → 201 (or 200) with the entity · PUT with the whole entity and its id → 200, unknown id 404, a field
 *   left out is cleared · DELETE → 204, already gone 404.
 * - GET `?page=0&size=…&sort=id,asc&<field>.equals=…` → bare array and `X-Total-Count`; a reference filters as
 *   `<ref>Id.equals`.
 *   A collection may ignore them, as the system around it does for people, organisations and the names of start groups:
 *   look-ups compare again, and then read all of it.
 * - At most 8 requests in flight per key, else 429. Errors are problem+json; 409 names who holds the bib or tag.
 */
import type { EntityName } from '../../../contract/words.ts'

/** Where API requests go, below the target's address. */
export const apiPath = '/api'

/** The header that carries the API key. */
export const apiKeyHeader = 'X-API-KEY'

/** Requests in flight the server allows per key. */
export const mostInFlight = 8

/** Records a listing asks for at once; the server gives 2,000 at most. */
export const listedAtOnce = 1000

/** Their collection of each of our entities. */
export const collections = {
  organisation: 'organisations',
  person: 'people',
  event: 'events',
  race: 'races',
  startGroup: 'start-groups',
  tag: 'tags',
  eventParticipant: 'event-participants',
  startGroupParticipant: 'start-group-participants',
} as const satisfies Partial<Record<EntityName, string>>

export type TagServerEntity = keyof typeof collections

/** Whether TagServer has a collection for this entity. */
export function isTagServerEntity(entity: EntityName): entity is TagServerEntity {
  return Object.hasOwn(collections, entity)
}

/** What identifies a record there, in our fields, best set first; see `findByKeys`. */
export const naturalKeys: Readonly<Record<TagServerEntity, readonly (readonly string[])[]>> = {
  organisation: [['name']],
  person: [
    ['email', 'lastName'],
    ['firstName', 'lastName', 'dateOfBirth'],
  ],
  event: [['name']],
  race: [['name', 'event']],
  startGroup: [['name', 'race']],
  tag: [['number']],
  eventParticipant: [['event', 'person']],
  startGroupParticipant: [['startGroup', 'eventParticipant']],
}

/** Filters for a record without a natural key; what they find must then have the very content that was sent. */
export const contentKeys: Readonly<Partial<Record<TagServerEntity, readonly string[]>>> = {
  person: ['firstName', 'lastName'],
}
