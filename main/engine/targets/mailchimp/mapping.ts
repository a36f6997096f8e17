/**
 * A member of a Mailchimp audience: a person with her consent and her races. Pure.
 *
 * Lost on the way: the year of a birth date, an address without street, town, state or postal code, and a language of
 * other than two letters. Only the consent comes back.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { FieldValue } from '../../../contract/records.ts'
import type { Fields } from '../../model/record.ts'
import type { PartsContent, RemoteBody, Resource } from '../kit/adapter.ts'
import { consentOf } from '../kit/consents.ts'
import { entryNames, entryPart } from '../kit/entry-names.ts'
import { many } from '../kit/resource.ts'

const mergeTag = z.string().regex(/^\s*[A-Z0-9_]{0,10}\s*$/, 'give a merge tag, like FNAME')

export const settings = z.object({
  audience: z
    .string()
    .regex(/^\s*\w*\s*$/, 'give the id of the audience, like a1b2c3d4e5')
    .default('')
    .meta({
      title: 'Audience',
      description: 'Its id: Audience, Settings, Audience name and defaults, "Audience ID".',
    }),
  topic: z.string().trim().min(1).max(100).default('newsletter').meta({
    title: 'Topic of the consent',
    description:
      'The topic of the contact preferences for e-mail that say who is subscribed. A withdrawal without a topic counts too.',
  }),
  confirmNew: z.boolean().default(false).meta({
    title: 'Ask who said nothing',
    description:
      'Mailchimp asks new members without a consent here by mail whether they want to be subscribed. Off: they are there, and get no campaigns.',
  }),
  confirmAgain: z.boolean().default(false).meta({
    title: 'Ask again who unsubscribed',
    description:
      'Who unsubscribed, and has consented here again since, is asked by mail to confirm. Off: it is refused and shown under Attention.',
  }),
  tags: z.boolean().default(true).meta({
    title: 'Races as tags',
    description: 'Members get tags for the events, races and start groups they are entered in.',
  }),
  firstName: mergeTag.default('FNAME').meta({
    title: 'Merge field of the first name',
    description: 'Its merge tag in the audience. Empty: it is not sent.',
  }),
  lastName: mergeTag.default('LNAME').meta({
    title: 'Merge field of the last name',
    description: 'Its merge tag in the audience. Empty: it is not sent.',
  }),
  phone: mergeTag.default('').meta({
    title: 'Merge field of the phone',
    description: 'Its merge tag, often PHONE. Empty: it is not sent.',
  }),
  birthday: mergeTag.default('').meta({
    title: 'Merge field of the birthday',
    description: 'Its merge tag, often BIRTHDAY. Day and month are sent. Empty: nothing is.',
  }),
  address: mergeTag.default('').meta({
    title: 'Merge field of the address',
    description:
      'Its merge tag, often ADDRESS. Only whole addresses are sent: street, town, state and postal code. Empty: none.',
  }),
  pageSize: z.int().min(1).max(1000).default(500).meta({
    title: 'Members per request',
    description: 'How many members are asked for at once. 1 to 1,000.',
  }),
})
export type Settings = z.infer<typeof settings>

/** Where the merge field of a member keeps a field of ours, and how it is written there. */
interface Place {
  readonly name: string
  readonly tag: string
  write?(value: string): string
  read?(text: string): FieldValue
}

/** The address of a member: our field, and its name in theirs. Without the first four it is refused. */
const addressFields = {
  street: 'addr1',
  city: 'city',
  state: 'state',
  postalCode: 'zip',
  country: 'country',
}
const addressNames = Object.entries(addressFields)
const needed = addressNames.slice(0, 4).map(([name]) => name)

/** Longest name of a tag. */
const longestTag = 100

/** The id of a member: MD5 of the address in lower case. */
export const hashOf = (email: string): string =>
  createHash('md5').update(email.trim().toLowerCase()).digest('hex')

/** What there is to sync: one resource, as the settings make it. */
export function mailchimpResources(given: Readonly<Record<string, unknown>>): readonly Resource[] {
  const set = settings.safeParse(given).data ?? settings.parse({})
  const places = placesOf(set)
  const address = set.address.trim()
  return [
    {
      root: 'person',
      remoteName: 'members',
      direction: 'outbound',
      fields: [
        'email',
        'language',
        ...places.map(({ name }) => name),
        ...(address ? Object.keys(addressFields) : []),
      ],
      shared: { field: 'email', idOf: hashOf },
      parts: { consents: consentPart(set), ...(set.tags ? { entries: entryPart } : {}) },
      changes: 'since',
      deletion: 'archive',
      toRemote: (fields, _refs, parts) => memberOf(set, places, fields, parts),
      fromRemote: (raw) => ({ fields: fieldsOf(places, address, raw), refs: {} }),
      project: (fields) => ({
        ...fields,
        language: languageOf(fields['language']),
        ...(fields['dateOfBirth']
          ? { dateOfBirth: withoutYear(String(fields['dateOfBirth'])) }
          : {}),
        ...(isWhole(fields) ? {} : Object.fromEntries(addressNames.map(([name]) => [name, null]))),
      }),
    },
  ]
}

/** Consents come back from the state of a member. */
const consentPart = ({ topic }: Settings) =>
  many('contactPreference', {
    own: {
      remoteName: 'members (consent)',
      direction: 'inbound',
      fields: ['person', 'channel', 'topic', 'status', 'source', 'changedOn'],
      hard: ['person'],
      deletion: 'none',
      toRemote: () => ({}),
      fromRemote: (raw) => ({
        fields: { channel: 'email', topic, ...consentIn(raw) },
        refs: { person: String(raw['id']) },
      }),
    },
  })

/** States of a member that say whether she wants mail. Waiting, bounced and silent members say nothing. */
export const consents: Readonly<Record<string, 'optedIn' | 'optedOut'>> = {
  subscribed: 'optedIn',
  unsubscribed: 'optedOut',
}

/** What a member says of the consent. Who withdrew it in Mailchimp did so there; when, it does not tell. */
function consentIn({ status, unsubscribe_reason: reason }: RemoteBody): Fields {
  const consent = consents[String(status)]
  if (!consent) return {}
  const isOurs = /by admin/i.test(String(reason ?? ''))
  return consent === 'optedOut' && !isOurs
    ? { status: consent, source: 'Mailchimp', changedOn: null }
    : { status: consent }
}

function memberOf(
  set: Settings,
  places: readonly Place[],
  fields: Fields,
  parts: PartsContent,
): RemoteBody {
  const consent = consentOf(parts.many['consents'] ?? [], 'email', set.topic)
  const merge: Record<string, unknown> = {}
  for (const { name, tag, write } of places) {
    if (!Object.hasOwn(fields, name)) continue
    const text = String(fields[name] ?? '')
    merge[tag] = write && text !== '' ? write(text) : text
  }
  const address = set.address.trim()
  if (address && addressNames.some(([name]) => Object.hasOwn(fields, name)))
    merge[address] = addressOf(fields)
  return {
    email_address: fields['email'] ?? null,
    status_if_new:
      consent === null ? (set.confirmNew ? 'pending' : 'transactional') : statusOf[consent],
    ...(Object.hasOwn(fields, 'language')
      ? { language: languageOf(fields['language']) ?? '' }
      : {}),
    merge_fields: merge,
    consent,
    ...(set.tags ? { tags: entryNames(parts.many['entries'] ?? [], longestTag) } : {}),
  }
}

export const statusOf = { optedIn: 'subscribed', optedOut: 'unsubscribed' } as const

function placesOf(set: Settings): readonly Place[] {
  const places: readonly Place[] = [
    { name: 'firstName', tag: set.firstName },
    { name: 'lastName', tag: set.lastName },
    { name: 'phone', tag: set.phone },
    {
      name: 'dateOfBirth',
      tag: set.birthday,
      write: (date) => date.slice(5).replace('-', '/'),
      read: (text) => withoutYear(`0000-${text.replace('/', '-')}`),
    },
  ]
  return places
    .map((place) => ({ ...place, tag: place.tag.trim() }))
    .filter(({ tag }) => tag !== '')
}

function fieldsOf(places: readonly Place[], address: string, raw: RemoteBody): Fields {
  const merge = objectIn(raw, 'merge_fields')
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
  const own = places.map(({ name, tag, read }) => {
    const there = text(merge[tag])
    return [name, there !== null && read ? read(there) : there] as const
  })
  const home = objectIn(merge, address)
  return {
    email: text(raw['email_address']),
    language: text(raw['language']),
    ...Object.fromEntries(own),
    ...(address
      ? Object.fromEntries(addressNames.map(([name, theirs]) => [name, text(home[theirs])]))
      : {}),
  }
}

/** All of it, or nothing: an incomplete address is refused with everything else the call says. */
function addressOf(fields: Fields): RemoteBody | '' {
  if (!isWhole(fields)) return ''
  return Object.fromEntries(addressNames.map(([name, theirs]) => [theirs, fields[name] ?? '']))
}

const isWhole = (fields: Fields): boolean => needed.every((name) => (fields[name] ?? '') !== '')

/** A birthday without its year, as a day of a leap year. */
const withoutYear = (date: string): string => `1904${date.slice(4)}`

const languageOf = (value: unknown): string | null =>
  typeof value === 'string' && /^[a-z]{2}$/.test(value) ? value : null

function objectIn(raw: RemoteBody, name: string): RemoteBody {
  const value = raw[name]
  return typeof value === 'object' && value !== null ? (value as RemoteBody) : {}
}
