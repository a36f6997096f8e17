/**
 * The HTTP interface of EMS, the master system of events and entrants ("admin-service"), as its published description
 * (OpenAPI 3.1, `info.version` 0.0.1) and the habits of JHipster servers have it.
 *
 * - `{url}/api/<collection>`, JSON, `X-API-KEY` or a bearer token; int64 ids; kebab-case plurals.
 * - GET answers a bare array; `page` from 0, `size` (20 unless asked for), `sort=id,asc`; filters `<field>.equals`,
 *   `<ref>Id.equals`, `id.greaterThan`, but for people, organisations and tag types, which have none at all, and start
 *   groups, which have no name. What is not known is ignored. `X-Total-Count` may or may not come.
 * - People are searched by GET `/people/query?q=` and POST `/people/idsearch`; how much either leaves out is not said, so
 *   what they do not find may be there all the same.
 * - POST creates, PATCH (merge-patch, with the id in the body) changes what it names, PUT replaces and wipes what it does
 *   not name, DELETE deletes. Any 2xx is success: 200 is documented, JHipster says 201 and 204.
 * - References travel as whole records nested in each other; on writing only the nested `id` counts.
 * - Nothing tells when a record changed: remote changes are found by listing everything and comparing.
 *
 * Unverified, so both are borne with: response headers; whether a null in a PATCH clears (JHipster's generated code
 * ignores it); whether nested ids suffice; the filters of categories, race types and race numbers.
 */
import { eventCollections, type EventEntity } from '../kit/event-collections.ts'

/** Where API requests go, below the target's address. */
export const apiPath = '/api'

/** The header that carries the API key. */
export const apiKeyHeader = 'X-API-KEY'

/** Requests in flight. EMS names no limit; it serves people at the same time. */
export const mostInFlight = 4

/** The path of an entity's collection. */
export function collectionPath(entity: EventEntity): string {
  return `${apiPath}/${eventCollections[entity]}`
}

/** Collections without filters: they are listed by page numbers. */
export const unfiltered: ReadonlySet<EventEntity> = new Set(['person', 'organisation'])

/** Searches among people. */
export const peopleSearch = {
  byIdentity: `${apiPath}/people/idsearch`,
  byWord: `${apiPath}/people/query`,
} as const

/** Collections Marshal does not keep but has to look into, to name what they hold by id. */
export const lookedInto = {
  country: `${apiPath}/countries`,
  tagType: `${apiPath}/tag-types`,
  raceNumber: `${apiPath}/race-numbers`,
  eventCategory: `${apiPath}/event-categories`,
  eventRaceType: `${apiPath}/event-race-types`,
  course: `${apiPath}/courses`,
} as const

/**
 * Fields of theirs that are never emptied by us: EMS must have them, or may hold there in words what we keep as a code.
 * Left out of a change when we have nothing; what EMS has is told as kept.
 */
export const neverEmptied: Readonly<Partial<Record<EventEntity, readonly string[]>>> = {
  person: ['identityCountry'],
  event: ['timezone', 'startDateTime', 'endDateTime', 'organiser', 'country'],
  race: ['status'],
  startGroup: ['startTime'],
  eventParticipant: ['category'],
}

/** Made by EMS from other fields ("Silva, Ana 1984-02-29"): never written. */
export const derivedName: ReadonlySet<EventEntity> = new Set([
  'person',
  'eventParticipant',
  'startGroupParticipant',
])

/** Counted anew for each answer: no sign that the record changed. */
export const volatile: ReadonlySet<string> = new Set(['participantCount'])
