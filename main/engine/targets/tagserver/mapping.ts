/**
 * Our records in TagServer's words, and back. Pure. `fromRemote` lets a look-up compare in our terms.
 *
 * A participant has one tag there: a spare one arrives as a tag, and whose it is stays here. A bib is on one participant of
 * an event: of a relay team the first leg wears it, the others arrive without, known by their tags. Team, leg, shirt and
 * waiver have no place there.
 */
import { eventCollections, type EventEntity } from '../kit/event-collections.ts'
import type { Resource } from '../kit/resource.ts'
import { binaryGender, capitals, shapedResources, type Shape } from '../kit/shape.ts'

type Own = Pick<Shape, 'fields' | 'hard' | 'soft' | 'oneBibEach' | 'derived'>

const outbound = (entity: EventEntity, own: Own): Omit<Shape, 'root'> => ({
  remoteName: eventCollections[entity],
  direction: 'outbound',
  // Nothing is received: it is listed once, to know what is there before anything is made there.
  changes: 'listing',
  deletion: 'delete',
  ...own,
})

/** All eight collections. */
export const tagServerResources: readonly Resource[] = shapedResources<EventEntity>({
  organisation: outbound('organisation', { fields: ['name'] }),
  person: outbound('person', {
    fields: [
      'firstName',
      'lastName',
      binaryGender,
      'dateOfBirth',
      'email',
      'phone',
      'identityNumber',
    ],
  }),
  event: outbound('event', {
    fields: ['name', 'venue', 'city', 'country', 'timezone', 'startDateTime', 'endDateTime'],
  }),
  race: outbound('race', {
    fields: ['name', 'startTime', 'distanceMeters', capitals('status')],
    hard: ['event'],
  }),
  startGroup: outbound('startGroup', { fields: ['name', 'startTime', 'seq'], hard: ['race'] }),
  tag: outbound('tag', { fields: ['number', 'barcode', 'uuid'] }),
  eventParticipant: outbound('eventParticipant', {
    fields: ['number', 'category', 'status'],
    hard: ['event', 'person'],
    soft: ['tag'],
    oneBibEach: true,
    // A withdrawn participant lets go of its tag there.
    derived: (fields) => ({ active: fields['status'] !== 'withdrawn' }),
  }),
  startGroupParticipant: outbound('startGroupParticipant', {
    fields: ['seq'],
    hard: ['startGroup', 'eventParticipant'],
  }),
})
