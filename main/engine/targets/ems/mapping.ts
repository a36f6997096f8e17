/**
 * Our records in the words of EMS, and back. Pure.
 *
 * What EMS has no place for stays here: addresses and clubs of persons, capacity of start groups, state of tags, and of
 * participants age (EMS works it out), team (an entrant of its own there), leg, the spare tag, shirt, waiver, check-in, notes
 * and giveaway. A number is on one participant of an event: of a relay team the first leg wears it there. An organisation's
 * kind, contact and parent are left to EMS.
 *
 * What travels shortened (`project`): gender *other* is *unknown*; of a participant's status only *withdrawn* (not
 * `active`) or not; metres are whole; an EPC that is no UUID is none.
 *
 * A participant repeats its person's name, gender and identity. The person's own record counts: the copies are written,
 * never read. Names are cut to the 50 characters the copies hold.
 */
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Fields } from '../../model/record.ts'
import { bindingsOf, type EntityBinding } from '../kit/bindings.ts'
import { eventCollections, type EventEntity } from '../kit/event-collections.ts'
import { one, type RemoteBody, type Resource } from '../kit/resource.ts'
import {
  binaryGender,
  capitals,
  nested,
  nestedId,
  scalar,
  shapedResources,
  type FieldRule,
  type Shape,
} from '../kit/shape.ts'
import { neverEmptied } from './api.ts'

/** Where EMS keeps a field of ours that has another name there. */
export const places: Readonly<Partial<Record<EventEntity, Readonly<Record<string, string>>>>> = {
  event: { url: 'contactUrl' },
  eventParticipant: { status: 'active' },
}

/**
 * A record of theirs that we know only by a word in it: `{code: 'DE'}`. The id is looked up when it is sent. Answers to
 * changes may nest the id alone, which says nothing.
 */
const known = (name: string, by: string): FieldRule => ({
  name,
  toRemote: (value) => (value === null ? null : { [by]: value }),
  fromRemote: (value) => {
    const word = scalar(nested(value, by))
    return word === null && nestedId(value) !== null ? undefined : word
  },
})

/** Persons have two telephone fields there; ours is `phone`, and where that is empty the other one is read. */
const phone: FieldRule = {
  name: 'phone',
  fromRemote: (value, raw) => filled(value) ?? filled(raw['contactNumber']),
}

const metres: FieldRule = {
  name: 'distanceMeters',
  toRemote: whole,
  project: whole,
}

/** EMS only knows whether somebody takes part. */
const participation: FieldRule = {
  name: 'status',
  at: 'active',
  toRemote: (value) => value !== 'withdrawn',
  fromRemote: (value) => (value === false ? 'withdrawn' : 'registered'),
  project: (value) => (value === 'withdrawn' ? 'withdrawn' : 'registered'),
}

const epc: FieldRule = { name: 'uuid', toRemote: uuid, fromRemote: uuid, project: uuid }

const both = (
  entity: EventEntity,
  own: Pick<Shape, 'fields' | 'hard' | 'soft' | 'parts' | 'oneBibEach' | 'derived' | 'referenceIn'>,
): Omit<Shape, 'root'> => ({
  remoteName: eventCollections[entity],
  direction: 'both',
  changes: 'listing',
  deletion: 'delete',
  ...own,
})

/** All eight collections. */
export const emsResources: readonly Resource[] = shapedResources<EventEntity>({
  organisation: both('organisation', { fields: ['name'] }),
  person: both('person', {
    fields: [
      'firstName',
      'lastName',
      binaryGender,
      'dateOfBirth',
      'email',
      phone,
      'identityNumber',
      capitals('identityType'),
      known('identityCountry', 'code'),
      known('nationality', 'code'),
      'emergencyContactName',
      'emergencyContactNumber',
      'medicalConditions',
      'language',
    ],
  }),
  event: both('event', {
    fields: [
      'name',
      'venue',
      'city',
      'country',
      'timezone',
      'startDateTime',
      'endDateTime',
      { name: 'url', at: 'contactUrl' },
    ],
    soft: ['organiser'],
  }),
  race: both('race', {
    fields: ['name', 'startTime', metres, 'maxEntries', capitals('status')],
    hard: ['event'],
    referenceIn: raceEvent,
  }),
  startGroup: both('startGroup', { fields: ['name', 'startTime', 'seq'], hard: ['race'] }),
  tag: both('tag', { fields: ['number', 'barcode', epc, known('type', 'name')] }),
  eventParticipant: both('eventParticipant', {
    fields: [known('number', 'number'), known('category', 'name'), participation, 'paid'],
    hard: ['event', 'person'],
    soft: ['tag'],
    parts: { person: one('person') },
    oneBibEach: true,
    derived: (_fields, parts) => copies(parts.one['person']?.fields),
  }),
  startGroupParticipant: both('startGroupParticipant', {
    fields: ['seq'],
    hard: ['startGroup', 'eventParticipant'],
  }),
}).map((resource) => ({
  ...resource,
  neverEmptied: neverEmptied[resource.root as EventEntity] ?? [],
}))

const bindings = bindingsOf(emsResources)

/** The binding of an entity. Throws for one EMS does not have: a defect of the caller. */
export function bindingOf(entity: EntityName): EntityBinding {
  const binding = bindings.find((one) => one.entity === entity)
  if (!binding) throw new Error(`EMS has no ${entity}`)
  return binding
}

/** A race belongs to an event by its race type, category and course; older versions say it outright. */
export function raceEvent(raw: RemoteBody): unknown {
  const holders = ['eventRaceType', 'eventCategory', 'course'] as const
  const candidates = [raw['event'], ...holders.map((name) => nested(raw[name], 'event'))]
  return candidates.find((candidate) => nestedId(candidate) !== null) ?? null
}

function copies(person: Fields | undefined): RemoteBody {
  if (!person) return {}
  const text = (name: string) => person[name] ?? null
  return {
    firstName: cut(text('firstName')),
    lastName: cut(text('lastName')),
    gender: binaryGender.toRemote?.(text('gender') ?? 'unknown'),
    email: text('email'),
    ...(Object.hasOwn(person, 'identityNumber') ? { identityNumber: text('identityNumber') } : {}),
    identityType: capitals('identityType').toRemote?.(text('identityType')),
    identityCountry: text('identityCountry'),
    dateOfBirth: text('dateOfBirth'),
  }
}

function cut(name: FieldValue): FieldValue {
  return typeof name === 'string' ? [...name].slice(0, 50).join('').trim() : name
}

function whole(value: FieldValue): FieldValue {
  return typeof value === 'number' ? Math.round(value) : value
}

function uuid(value: unknown): FieldValue {
  const form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
  const text = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return form.test(text) ? text : null
}

function filled(value: unknown): FieldValue {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}
