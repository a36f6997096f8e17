/**
 * A contact of Mautic: a person with her consents, her races and her club; a company: an organisation. Pure.
 *
 * Lost on the way: countries Mautic has no name for. Only withdrawals come back.
 */
import type { FieldValue } from '../../../contract/records.ts'
import type { Fields } from '../../model/record.ts'
import type { PartsContent, Refs, RemoteBody, Resource } from '../kit/adapter.ts'
import { consentOf } from '../kit/consents.ts'
import { entryNames, entryPart } from '../kit/entry-names.ts'
import { many } from '../kit/resource.ts'
import { countryCode, countryName } from './countries.ts'
import { blockOf, channels, type Consent } from './do-not-contact.ts'
import { settings, type Settings } from './settings.ts'

/** A field of ours, its alias there, and how it is written there. */
interface Place {
  readonly name: string
  readonly alias: string
  write?(value: FieldValue): string | null
  read?(text: string): FieldValue
}

const inWords = { write: countryName, read: countryCode } as const

const companyPlaces: readonly Place[] = [
  { name: 'name', alias: 'companyname' },
  { name: 'email', alias: 'companyemail' },
  { name: 'phone', alias: 'companyphone' },
  { name: 'country', alias: 'companycountry', ...inWords },
]

const addressPlaces: readonly Place[] = [
  { name: 'street', alias: 'address1' },
  { name: 'city', alias: 'city' },
  { name: 'postalCode', alias: 'zipcode' },
  { name: 'country', alias: 'country', ...inWords },
]

/** Longest name of a tag or segment. */
const longestName = 190

/** What a body says beside fields by their aliases; it does not travel as it stands. */
export interface Said {
  /** By channel. */
  readonly consents: Readonly<Record<string, Consent>>
  /** Names of tags or segments; left out where races do not travel. */
  readonly entries?: readonly string[]
  /** Remote id of the company. */
  readonly company?: string | null
}
export const saidNames: readonly string[] = ['consents', 'entries', 'company']

/** What there is to sync, as the settings make it. */
export function mauticResources(given: Readonly<Record<string, unknown>>): readonly Resource[] {
  const set = settings.safeParse(given).data ?? settings.parse({})
  return [company, contact(set)]
}

const company: Resource = {
  root: 'organisation',
  remoteName: 'companies',
  direction: 'outbound',
  fields: companyPlaces.map(({ name }) => name),
  changes: 'listing',
  deletion: 'delete',
  toRemote: (fields) => written(companyPlaces, fields),
  fromRemote: (raw) => ({ fields: readFrom(companyPlaces, raw), refs: {} }),
  project: (fields) => projected(companyPlaces, fields),
}

function contact(set: Settings): Resource {
  const places = placesOf(set)
  return {
    root: 'person',
    remoteName: 'contacts',
    direction: 'outbound',
    fields: [...places.map(({ name }) => name), 'organisation'],
    soft: ['organisation'],
    shared: { field: 'email' },
    parts: {
      consents: consentPart(set),
      ...(hasEntries(set) ? { entries: entryPart } : {}),
    },
    changes: 'since',
    deletion: 'delete',
    toRemote: (fields, refs, parts) => contactBody(set, places, fields, { refs, parts }),
    fromRemote: (raw) => ({
      fields: readFrom(places, raw),
      refs: { organisation: (raw['company'] ?? null) as string | null },
    }),
    project: (fields) => projected(places, fields),
  }
}

/** Withdrawals come back from the list of those nobody may write to. */
const consentPart = ({ topic }: Settings) =>
  many('contactPreference', {
    own: {
      remoteName: 'contacts (do not contact)',
      direction: 'inbound',
      fields: ['person', 'channel', 'topic', 'status', 'source', 'changedOn'],
      hard: ['person'],
      deletion: 'none',
      toRemote: () => ({}),
      fromRemote: (raw) => {
        const channel = String(raw['channel'])
        const { reason, isOurs } = blockOf(raw, channel)
        const said: Fields = reason === 0 ? {} : { status: 'optedOut' }
        // Where it was withdrawn here, what is known of that stays.
        const where: Fields = reason === 0 || isOurs ? {} : { source: 'Mautic', changedOn: null }
        return {
          fields: { channel, topic, ...said, ...where },
          refs: { person: String(raw['id']) },
        }
      },
    },
  })

function contactBody(
  set: Settings,
  places: readonly Place[],
  fields: Fields,
  { refs, parts }: { readonly refs: Refs; readonly parts: PartsContent },
): RemoteBody {
  const consents = parts.many['consents'] ?? []
  const said: Said = {
    consents: Object.fromEntries(
      channels.map((channel) => [channel, consentOf(consents, channel, set.topic)]),
    ),
    ...(hasEntries(set)
      ? { entries: entryNames(parts.many['entries'] ?? [], longestName).map(plainName) }
      : {}),
    ...(Object.hasOwn(fields, 'organisation') ? { company: refs['organisation'] ?? null } : {}),
  }
  return { ...written(places, fields), ...said }
}

const hasEntries = ({ tags, segments }: Settings): boolean => tags || segments

/** A tag that begins with a minus would be taken away instead of given. */
const plainName = (name: string): string => name.replace(/^[-\s]+/, '')

function placesOf(set: Settings): readonly Place[] {
  const places: readonly Place[] = [
    { name: 'firstName', alias: 'firstname' },
    { name: 'lastName', alias: 'lastname' },
    { name: 'email', alias: 'email' },
    { name: 'phone', alias: set.phone.trim() },
    { name: 'dateOfBirth', alias: set.birthday.trim(), read: (text) => text.slice(0, 10) },
    { name: 'language', alias: set.language.trim() },
    ...(set.address ? addressPlaces : []),
  ]
  return places.filter(({ alias }) => alias !== '')
}

/** Fields by their aliases; an empty one as empty text, which clears it there. */
function written(places: readonly Place[], fields: Fields): RemoteBody {
  return Object.fromEntries(
    places
      .filter(({ name }) => Object.hasOwn(fields, name))
      .map(({ name, alias, write }) => {
        const value = fields[name] ?? null
        return [alias, (value !== null && write ? write(value) : value) ?? '']
      }),
  )
}

/** A record of theirs has its fields by alias under `fields.all`; what is sent has them at the top. */
function readFrom(places: readonly Place[], raw: RemoteBody): Fields {
  const all = Object.hasOwn(raw, 'fields') ? objectIn(objectIn(raw, 'fields'), 'all') : raw
  return Object.fromEntries(
    places.map(({ name, alias, read }) => {
      const there = all[alias]
      const text =
        typeof there === 'string' || typeof there === 'number' ? plain(String(there)) : ''
      return [name, text === '' ? null : read ? read(text) : text]
    }),
  )
}

/** Mautic cleans what it is sent for web pages, and may give it back as it stands in one. */
const entity: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#039;': "'",
  '&amp;': '&',
}
const plain = (text: string): string =>
  text.replace(/&(?:lt|gt|quot|amp|#34|#0?39);/g, (one) => entity[one] ?? one)

function projected(places: readonly Place[], fields: Fields): Fields {
  const changed = places.flatMap(({ name, write, read }) => {
    const value = fields[name]
    if (typeof value !== 'string') return []
    const there = write ? write(value) : value
    if (there === null) return [[name, null] as const]
    return [[name, read ? read(plain(there)) : plain(there)] as const]
  })
  return { ...fields, ...Object.fromEntries(changed) }
}

function objectIn(raw: RemoteBody, name: string): RemoteBody {
  const value = raw[name]
  return typeof value === 'object' && value !== null ? (value as RemoteBody) : {}
}
