/** The collections of event systems in the manner of JHipster, and what names a record in them; see `entity-collection.ts`. */
import type { EntityName } from '../../../contract/words.ts'

/** Their collection of each of our entities. */
export const eventCollections = {
  organisation: 'organisations',
  person: 'people',
  event: 'events',
  race: 'races',
  startGroup: 'start-groups',
  tag: 'tags',
  eventParticipant: 'event-participants',
  startGroupParticipant: 'start-group-participants',
} as const satisfies Partial<Record<EntityName, string>>

/** An entity that has a collection there. */
export type EventEntity = keyof typeof eventCollections

/** Whether there is a collection of this entity. */
export function isEventEntity(entity: EntityName): entity is EventEntity {
  return Object.hasOwn(eventCollections, entity)
}

/** What identifies a record there, in our fields, best set first; see `findByKeys`. */
export const naturalKeys: Readonly<Partial<Record<EntityName, readonly (readonly string[])[]>>> = {
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
export const contentKeys: Readonly<Partial<Record<EntityName, readonly string[]>>> = {
  person: ['firstName', 'lastName'],
}
