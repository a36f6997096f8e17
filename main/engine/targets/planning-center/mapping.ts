/**
 * A person of Planning Center, with one e-mail address, phone number and postal address of possibly several: each is a
 * record of its own there. A campus is an organisation. Pure.
 *
 * Lost on the way: genders but male and female. That a person has no campus is said only where there was one
 * before: an organisation that is no campus looks the same.
 */
import type { FieldValue } from '../../../contract/records.ts'
import type { Fields } from '../../model/record.ts'
import type { RemoteBody, Resource } from '../kit/adapter.ts'
import type { Slice, Slices } from '../kit/resource.ts'
import { settings } from './settings.ts'

/** A field of ours, its name there, and how it is written there. */
interface Place {
  readonly name: string
  readonly at: string
  write?(value: FieldValue): FieldValue
  read?(value: unknown): FieldValue
}

const personPlaces: readonly Place[] = [
  { name: 'firstName', at: 'first_name' },
  { name: 'lastName', at: 'last_name' },
  { name: 'gender', at: 'gender', write: genderThere, read: genderHere },
  { name: 'dateOfBirth', at: 'birthdate' },
  { name: 'medicalConditions', at: 'medical_notes' },
]

const campusPlaces: readonly Place[] = [
  { name: 'name', at: 'name' },
  { name: 'email', at: 'contact_email_address' },
  { name: 'phone', at: 'phone_number' },
]

const addressPlaces: readonly Place[] = [
  { name: 'street', at: 'street_line_1' },
  { name: 'city', at: 'city' },
  { name: 'state', at: 'state' },
  { name: 'postalCode', at: 'zip' },
  { name: 'country', at: 'country_code' },
]

/** What belongs to a person, by its name in bodies. */
export const personSlices = {
  email: slice('emails', [{ name: 'email', at: 'address' }]),
  phone: slice('phone_numbers', [{ name: 'phone', at: 'number' }], {
    // A number is shown as people of its country write it.
    fromRemote: (raw) => ({ phone: text(raw?.['e164']) ?? text(raw?.['number']) }),
  }),
  address: slice('addresses', addressPlaces, {
    toRemote: (fields) => {
      const body = written(addressPlaces, fields)
      // All of a street is in the first line; an old second one would be said twice.
      return Object.hasOwn(fields, 'street') ? { ...body, street_line_2: null } : body
    },
    fromRemote: (raw) => {
      const lines = [text(raw?.['street_line_1']), text(raw?.['street_line_2'])]
      const street = lines.filter((line) => line !== null).join(', ')
      return { ...readFrom(addressPlaces, raw ?? {}), street: street === '' ? null : street }
    },
  }),
} as const satisfies Slices

/** What there is to sync, as the settings make it. */
export function planningCenterResources(
  given: Readonly<Record<string, unknown>>,
): readonly Resource[] {
  const set = settings.safeParse(given).data ?? settings.parse({})
  return [
    { ...campus, direction: set.sendCampuses ? 'both' : 'inbound' },
    { ...person, deletion: set.deletePeople ? 'delete' : 'archive' },
  ]
}

const campus: Resource = {
  root: 'organisation',
  remoteName: 'campuses',
  direction: 'inbound',
  fields: campusPlaces.map(({ name }) => name),
  changes: 'listing',
  deletion: 'delete',
  toRemote: (fields) => written(campusPlaces, fields),
  fromRemote: (raw) => ({ fields: readFrom(campusPlaces, raw), refs: {} }),
}

const person: Resource = {
  root: 'person',
  remoteName: 'people',
  direction: 'both',
  fields: [...personPlaces.map(({ name }) => name), 'organisation'],
  sensitiveAt: { medicalConditions: 'medical_notes' },
  soft: ['organisation'],
  slices: personSlices,
  changes: 'since',
  deletion: 'archive',
  toRemote: (fields, { organisation }) => ({
    ...written(personPlaces, fields),
    ...(organisation === undefined ? {} : { primary_campus_id: organisation }),
  }),
  fromRemote: (raw) => ({
    fields: readFrom(personPlaces, raw),
    refs: { organisation: (raw['primary_campus_id'] ?? null) as string | null },
  }),
  project: (fields) =>
    Object.hasOwn(fields, 'gender')
      ? { ...fields, gender: genderHere(genderThere(fields['gender'] ?? null)) }
      : fields,
}

function slice(remoteName: string, places: readonly Place[], own: Partial<Slice> = {}): Slice {
  const { toRemote = (fields: Fields) => written(places, fields), ...rest } = own
  return {
    remoteName,
    fields: places.map(({ name }) => name),
    toRemote: (fields) =>
      places.some(({ name }) => (fields[name] ?? null) !== null) ? toRemote(fields) : null,
    fromRemote: (raw) => readFrom(places, raw ?? {}),
    ...rest,
  }
}

function written(places: readonly Place[], fields: Fields): RemoteBody {
  return Object.fromEntries(
    places
      .filter(({ name }) => Object.hasOwn(fields, name))
      .map(({ name, at, write }) => {
        const value = fields[name] ?? null
        return [at, write ? write(value) : value]
      }),
  )
}

function readFrom(places: readonly Place[], raw: RemoteBody): Fields {
  return Object.fromEntries(
    places.map(({ name, at, read }) => [name, read ? read(raw[at]) : text(raw[at])]),
  )
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

function genderThere(value: FieldValue): FieldValue {
  return value === 'male' ? 'M' : value === 'female' ? 'F' : null
}

/** Letters in some accounts, words in others. */
function genderHere(value: unknown): FieldValue {
  const word = text(value)?.trim().toLowerCase() ?? ''
  return /^m(ale)?$/.test(word) ? 'male' : /^f(emale)?$/.test(word) ? 'female' : null
}
