/**
 * Our records in RunSignup's words, and back. Pure. Bodies have the shape of what is read there: a person is the `user` of
 * a registration's row, an event participant the row itself with the race's number added.
 *
 * What does not travel, and why:
 * - a registration's status: RunSignup knows none but being there. Somebody withdrawn here stays registered there;
 *   deleting the event participant here deletes the registration.
 * - age (RunSignup counts it from the birth date), payment and team (only partly in the interface), middle names and
 *   answers to questions, which stay there as they are.
 * - bibs are whole numbers there: `0042` is 42 and comes back as 42; one with letters is sent as none, so that no old
 *   number stays with somebody who does not wear it.
 * - a place that is changed here: moving somebody to another event there gives the registration another number, in a call
 *   whose shape is not public, so that is done at RunSignup. A registration made here goes to the event of its first
 *   place; who is in several races here needs a registration for each of the others there.
 * - a second chip: a registration has one. Legs of a relay are registrations of their own.
 * - phone numbers are `xxx-xxx-xxxx` there: one from outside North America is not sent, and whatever RunSignup has stays.
 */
import type { FieldValue } from '../../../contract/records.ts'
import type { Fields } from '../../model/record.ts'
import { bindingsOf, type EntityBinding } from '../kit/bindings.ts'
import {
  many,
  one,
  type FromRemote,
  type PartsContent,
  type Refs,
  type RemoteBody,
  type RemoteForm,
  type Resource,
} from '../kit/resource.ts'
import { siteZone } from './api.ts'
import { isZone, momentOf, wallTimeOf } from './site-time.ts'
import { isRecord } from '../kit/is-record.ts'

const genders: readonly (readonly [ours: string, theirs: string])[] = [
  ['male', 'M'],
  ['female', 'F'],
  ['other', 'X'],
]

/** Our field → their name in `user`, where nothing is converted. */
const plainNames = { firstName: 'first_name', lastName: 'last_name', email: 'email' } as const
/** Our field → their name in `user.address`. */
const addressNames = {
  street: 'street',
  city: 'city',
  state: 'state',
  postalCode: 'zipcode',
  country: 'country_code',
} as const

const person: RemoteForm = {
  remoteName: 'users',
  direction: 'both',
  fields: [
    ...Object.keys(plainNames),
    'gender',
    'dateOfBirth',
    'phone',
    ...Object.keys(addressNames),
  ],
  deletion: 'none',
  toRemote: (fields) => userOf(fields),
  fromRemote: (raw) => ({ fields: personOf(raw), refs: {}, ...wearerOf(raw) }),
  project: (fields) => ({
    ...fields,
    ...('gender' in fields
      ? { gender: fields['gender'] === 'unknown' ? null : (fields['gender'] ?? null) }
      : {}),
    ...('phone' in fields
      ? { phone: siteNumber(fields['phone']) === null ? null : (fields['phone'] ?? null) }
      : {}),
  }),
}

/** A chip number is its own id: a tag comes into being with the first registration that wears it. */
const tag: RemoteForm = {
  remoteName: 'chips',
  direction: 'both',
  fields: ['number'],
  deletion: 'none',
  toRemote: (fields) => ({ chip_num: fields['number'] ?? null }),
  fromRemote: (raw) => ({ fields: { number: chipOf(raw) }, refs: {} }),
}

/** The event of a registration: its place in one of our races. It has the registration's number, as it comes and goes with it. */
const place: RemoteForm = {
  remoteName: 'places',
  direction: 'inbound',
  fields: ['startGroup', 'eventParticipant'],
  hard: ['eventParticipant'],
  inRace: true,
  deletion: 'none',
  toRemote: () => ({}),
  fromRemote: (raw) => ({
    fields: {},
    refs: {
      startGroup: textOf(raw['event_id']),
      eventParticipant: textOf(raw['registration_id']),
    },
  }),
}

/** @param perRace whether it is made also where none of its races is at RunSignup */
const registration = (perRace: NonNullable<Resource['perRace']>): Resource => ({
  root: 'eventParticipant',
  remoteName: 'registrations',
  direction: 'both',
  fields: ['event', 'person', 'tag', 'number', 'giveaway'],
  hard: ['event', 'person'],
  soft: ['tag'],
  parts: {
    person: one('person', { as: 'made', own: person }),
    tag: one('tag', { as: 'beside', own: tag }),
    places: many('startGroupParticipant', { as: 'beside', own: place }),
  },
  perRace,
  changes: 'since',
  deletion: 'delete',
  toRemote: registrationOf,
  fromRemote: participantOf,
  project: (fields) =>
    'number' in fields
      ? { ...fields, number: siteBib(fields['number'])?.toString() ?? null }
      : fields,
})

const event: Resource = {
  root: 'event',
  remoteName: 'race',
  direction: 'inbound',
  fields: ['name', 'venue', 'city', 'country', 'timezone', 'startDateTime', 'endDateTime', 'url'],
  changes: 'listing',
  deletion: 'none',
  toRemote: () => ({}),
  fromRemote: eventOf,
}

const race: Resource = {
  root: 'race',
  remoteName: 'events',
  direction: 'inbound',
  fields: ['event', 'name', 'startTime', 'distanceMeters'],
  hard: ['event'],
  changes: 'listing',
  deletion: 'none',
  toRemote: () => ({}),
  fromRemote: raceOf,
}

/** Whoever is in a race that RunSignup does not have goes there only where the settings say into which of its events. */
export function runSignupResources({
  newEventId = '',
}: Readonly<Record<string, unknown>>): readonly Resource[] {
  const isSaid = String(newEventId).trim() !== ''
  return [event, race, registration(isSaid ? 'any' : 'theirs')]
}

// What is sent and read is the same with all settings.
const bindings = bindingsOf(runSignupResources({}))
const bindingOf = (entity: EntityBinding['entity']): EntityBinding =>
  bindings.find((binding) => binding.entity === entity)!

export const eventBinding = bindingOf('event')
export const personBinding = bindingOf('person')
export const registrationBinding = bindingOf('eventParticipant')

function userOf(fields: Fields): RemoteBody {
  const user: Record<string, unknown> = {}
  for (const [ours, theirs] of Object.entries(plainNames)) user[theirs] = fields[ours] ?? null
  user['gender'] = genders.find(([ours]) => ours === fields['gender'])?.[1] ?? null
  user['dob'] = fields['dateOfBirth'] ?? null
  const { phone = null } = fields
  // What is left out stays there; what cannot be written there is not worth losing what is.
  if (phone === null || siteNumber(phone) !== null) user['phone'] = siteNumber(phone)
  const address: Record<string, unknown> = {}
  for (const [ours, theirs] of Object.entries(addressNames)) address[theirs] = fields[ours] ?? null
  return { ...user, address }
}

/** What the row does not have says nothing. */
function personOf(user: RemoteBody): Fields {
  const fields: Record<string, FieldValue> = {}
  const address = isRecord(user['address']) ? user['address'] : {}
  for (const [ours, theirs] of Object.entries(plainNames))
    take(fields, ours, { from: user, theirs })
  for (const [ours, theirs] of Object.entries(addressNames))
    take(fields, ours, { from: address, theirs })
  take(fields, 'phone', { from: user, theirs: 'phone' }, (text) => ourNumber(text))
  take(fields, 'dateOfBirth', { from: user, theirs: 'dob' }, birthDateOf)
  take(
    fields,
    'gender',
    { from: user, theirs: 'gender' },
    (text) => genders.find(([, theirs]) => theirs === text.trim().toUpperCase())?.[0] ?? null,
  )
  return fields
}

/** Who wears a bib is whoever wears it here: few start lists have e-mail addresses and birth dates. */
function wearerOf(user: RemoteBody): Pick<FromRemote, 'root'> {
  const row = isRecord(user['registration']) ? user['registration'] : {}
  const number = textOf(row['bib_num'])
  if (number === null) return {}
  return { root: { fields: { number }, refs: { event: textOf(row['race_id']) } } }
}

/** A day of the calendar, else null: `0000-00-00` and `clearedBirthDate` are none. */
function birthDateOf(text: string): string | null {
  const moment = momentOf(text, 'UTC')
  return moment === null ? null : wallTimeOf(moment, 'UTC').slice(0, 10)
}

function registrationOf(fields: Fields, refs: Refs, parts: PartsContent): RemoteBody {
  const { person: runner } = parts.one
  const user = runner ? userOf(runner.fields) : {}
  return {
    race_id: refs['event'] === undefined ? null : Number(refs['event']),
    // Where it is made; later it stays where it is.
    ...(refs['race'] === undefined ? {} : { event_id: Number(refs['race']) }),
    user: refs['person'] === undefined ? user : { user_id: Number(refs['person']), ...user },
    bib_num: siteBib(fields['number']),
    chip_num: refs['tag'] ?? null,
    giveaway: fields['giveaway'] ?? null,
  }
}

function participantOf(row: RemoteBody): FromRemote {
  const fields: Record<string, FieldValue> = {}
  take(fields, 'number', { from: row, theirs: 'bib_num' })
  take(fields, 'giveaway', { from: row, theirs: 'giveaway' })
  const user = isRecord(row['user']) ? row['user'] : {}
  const refs: Record<string, string | null> = {
    event: textOf(row['race_id']),
    person: textOf(user['user_id']),
  }
  if ('chip_num' in row) refs['tag'] = chipOf(row)
  return { fields, refs }
}

function eventOf(raw: RemoteBody): FromRemote {
  const fields: Record<string, FieldValue> = {}
  const zone = zoneOf(raw)
  const events = Array.isArray(raw['events']) ? raw['events'].filter(isRecord) : []
  const starts = momentsOf(events, 'start_time', zone)
  const ends = [...starts, ...momentsOf(events, 'end_time', zone)]
  take(fields, 'name', { from: raw, theirs: 'name' })
  take(fields, 'url', { from: raw, theirs: 'url' })
  if (isZone(raw['timezone'])) fields['timezone'] = raw['timezone']
  const address = isRecord(raw['address']) ? raw['address'] : {}
  take(fields, 'venue', { from: address, theirs: 'street' })
  take(fields, 'city', { from: address, theirs: 'city' })
  take(fields, 'country', { from: address, theirs: 'country_code' })
  if (starts.length > 0) fields['startDateTime'] = isoOf(Math.min(...starts))
  if (ends.length > 0) fields['endDateTime'] = isoOf(Math.max(...ends))
  return { fields, refs: {} }
}

function raceOf(raw: RemoteBody): FromRemote {
  const fields: Record<string, FieldValue> = {}
  take(fields, 'name', { from: raw, theirs: 'name' })
  const start = momentOf(raw['start_time'], zoneOf(raw))
  if (start !== null) fields['startTime'] = isoOf(start)
  const metres = metresOf(raw['distance'])
  if (metres !== null) fields['distanceMeters'] = metres
  return { fields, refs: { event: textOf(raw['race_id']) } }
}

const unitMetres: readonly (readonly [RegExp, number])[] = [
  [/^(k|km|kms|kilomet(er|re)s?)$/, 1000],
  [/^(mi|mile|miles)$/, 1609.344],
  [/^(m|met(er|re)s?)$/, 1],
  [/^(yd|yds|yards?)$/, 0.9144],
]

/** `5K`, `13.1 Miles`, `400 meters` in metres, to the whole metre; null for anything else. */
function metresOf(distance: unknown): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)\.?$/.exec(textOf(distance)?.toLowerCase() ?? '')
  const unit = unitMetres.find(([words]) => words.test(match?.[2] ?? ''))
  return match && unit ? Math.round(Number(match[1]) * unit[1]) : null
}

function momentsOf(events: readonly RemoteBody[], name: string, zone: string): readonly number[] {
  return events.flatMap((one) => momentOf(one[name], zone) ?? [])
}

/** Times of a race are in its own zone; where nobody tells it, Eastern like all others. */
function zoneOf(raw: RemoteBody): string {
  return isZone(raw['timezone']) ? raw['timezone'] : siteZone
}

function isoOf(moment: number): string {
  return new Date(moment).toISOString()
}

/** A bib as RunSignup keeps it, null for one it cannot keep. */
function siteBib(bib: FieldValue | undefined): number | null {
  const number = typeof bib === 'string' && /^\d+$/.test(bib) ? Number(bib) : null
  return number !== null && Number.isSafeInteger(number) ? number : null
}

/** `+14155550123` as `415-555-0123`, null for a number outside North America and for text. */
function siteNumber(phone: FieldValue | undefined): string | null {
  const match = typeof phone === 'string' ? /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phone) : null
  return match ? match.slice(1).join('-') : null
}

/** Ten digits, with or without a leading 1, as E.164; anything else as it is. */
function ourNumber(text: string): string {
  const match = /^(?:\+?1)?(\d{10})$/.exec(text.replace(/[\s().-]/g, ''))
  return match ? `+1${match[1]}` : text
}

/** The chip of a row, null for none. */
export function chipOf(row: RemoteBody): string | null {
  return textOf(row['chip_num'])
}

function take(
  fields: Record<string, FieldValue>,
  ours: string,
  { from, theirs }: { readonly from: RemoteBody; readonly theirs: string },
  convert: (text: string) => FieldValue = (text) => text,
): void {
  if (!Object.hasOwn(from, theirs)) return
  const text = textOf(from[theirs])
  fields[ours] = text === null ? null : convert(text)
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}
