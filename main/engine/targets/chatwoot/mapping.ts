/**
 * A contact of Chatwoot: a person with her races; a conversation and its messages. Pure.
 *
 * Lost on the way: a phone that is not written internationally, which Chatwoot refuses.
 */
import { z } from 'zod'
import type { FieldValue } from '../../../contract/records.ts'
import type { Fields } from '../../model/record.ts'
import type { PartsContent, RemoteBody, Resource } from '../kit/adapter.ts'
import { entryNames, entryPart } from '../kit/entry-names.ts'
import { many } from '../kit/resource.ts'
import { isoFromStamp } from '../kit/stamp-text.ts'
import { fullName, namesOf, type Names } from './names.ts'

export const settings = z.object({
  account: z
    .string()
    .regex(/^\s*(?:[1-9]\d{0,15})?\s*$/, 'give the number of the account, like 1')
    .default('')
    .meta({
      title: 'Account',
      description: 'Its number: it stands in the address of the dashboard, behind accounts/.',
    }),
  races: z.boolean().default(true).meta({
    title: 'Races',
    description:
      'Contacts say in the attribute races which events, races and start groups they are entered in.',
  }),
  birthDate: z.boolean().default(false).meta({
    title: 'Birth date',
    description: 'Contacts say it in the attribute birth_date.',
  }),
})
type Settings = z.infer<typeof settings>

/** Characters of the attribute that names the races. */
const longestRaces = 1_000
/** Characters of a subject and of a message that are kept. */
const longestSubject = 200
const longestMessage = 2_000

/** What there is to sync, as the settings make it. */
export function chatwootResources(given: Readonly<Record<string, unknown>>): readonly Resource[] {
  return [contactOf(settings.safeParse(given).data ?? settings.parse({})), conversations]
}

const contactOf = (set: Settings): Resource => ({
  root: 'person',
  remoteName: 'contacts',
  direction: 'both',
  fields: [
    ...['firstName', 'lastName', 'email', 'phone', 'city', 'country'],
    ...(set.birthDate ? ['dateOfBirth'] : []),
  ],
  ...(set.races ? { parts: { entries: entryPart } } : {}),
  changes: 'since',
  deletion: 'delete',
  toRemote: (fields, _refs, parts) => contactBody(set, fields, parts),
  fromRemote: (raw) => ({
    fields: personOf(set, raw),
    refs: {},
    ownId: textIn(raw, 'identifier'),
  }),
  project: (fields) => ({ ...fields, phone: internationally(fields['phone']) }),
})

const conversations: Resource = {
  root: 'conversation',
  remoteName: 'conversations',
  direction: 'inbound',
  fields: ['person', 'subject', 'status', 'lastActivityOn'],
  hard: ['person'],
  onlyTheirs: true,
  changes: 'since',
  deletion: 'none',
  toRemote: () => ({}),
  fromRemote: (raw) => ({
    fields: {
      subject: cut(textIn(raw, 'subject'), longestSubject),
      status: textIn(raw, 'status'),
      lastActivityOn: moment(raw['lastActivityOn']),
    },
    refs: { person: String(raw['contact']) },
  }),
  parts: {
    messages: many('message', {
      as: 'beside',
      own: {
        remoteName: 'conversations (messages)',
        direction: 'inbound',
        fields: ['conversation', 'direction', 'body', 'author', 'sentOn'],
        hard: ['conversation'],
        onlyTheirs: true,
        deletion: 'none',
        toRemote: () => ({}),
        fromRemote: (raw) => ({
          fields: {
            direction: textIn(raw, 'direction'),
            body: cut(textIn(raw, 'content'), longestMessage),
            author: cut(textIn(raw, 'author'), longestSubject),
            sentOn: moment(raw['sentOn']),
          },
          refs: { conversation: String(raw['conversation']) },
        }),
      },
    }),
  },
}

function contactBody(set: Settings, fields: Fields, parts: PartsContent): RemoteBody {
  const said = (...names: readonly string[]) => names.some((name) => Object.hasOwn(fields, name))
  const names = { firstName: textIn(fields, 'firstName'), lastName: textIn(fields, 'lastName') }
  const own = {
    ...(said('firstName') ? { first_name: names.firstName } : {}),
    ...(said('lastName') ? { last_name: names.lastName } : {}),
    ...(said('dateOfBirth') ? { birth_date: textIn(fields, 'dateOfBirth') } : {}),
    ...(set.races ? { races: racesOf(parts) } : {}),
  }
  const place = {
    ...(said('city') ? { city: textIn(fields, 'city') ?? '' } : {}),
    ...(said('country') ? { country_code: textIn(fields, 'country') ?? '' } : {}),
  }
  return {
    ...(said('firstName', 'lastName') ? { name: fullName(names) } : {}),
    // Empty text clears; it is what the description allows.
    ...(said('email') ? { email: textIn(fields, 'email') ?? '' } : {}),
    ...(said('phone') ? { phone_number: internationally(fields['phone']) ?? '' } : {}),
    ...(Object.keys(place).length > 0 ? { additional_attributes: place } : {}),
    ...(Object.keys(own).length > 0 ? { custom_attributes: own } : {}),
  }
}

function racesOf({ many: { entries = [] } }: PartsContent): string | null {
  const names = entryNames(entries, longestRaces).join(', ')
  return cut(names === '' ? null : names, longestRaces)
}

/** A contact without a name says nothing of it. */
function personOf(set: Settings, raw: RemoteBody): Fields {
  const own = objectIn(raw, 'custom_attributes')
  const place = objectIn(raw, 'additional_attributes')
  const sent: Names = { firstName: textIn(own, 'first_name'), lastName: textIn(own, 'last_name') }
  return {
    ...namesOf(textIn(raw, 'name') ?? '', sent),
    email: textIn(raw, 'email'),
    phone: textIn(raw, 'phone_number'),
    city: textIn(place, 'city'),
    country: textIn(place, 'country_code'),
    ...(set.birthDate ? { dateOfBirth: textIn(own, 'birth_date') } : {}),
  }
}

/** As Chatwoot takes phones, null for any other. */
function internationally(phone: FieldValue | undefined): string | null {
  return typeof phone === 'string' && /^\+[1-9]\d{1,14}$/.test(phone) ? phone : null
}

function textIn(from: RemoteBody, name: string): string | null {
  const value = from[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** @param seconds since 1970 UTC */
function moment(seconds: unknown): string | null {
  return typeof seconds === 'number' ? isoFromStamp(seconds * 1_000_000) : null
}

function cut(text: string | null, longest: number): string | null {
  if (text === null || text.length <= longest) return text
  return `${[...text].slice(0, longest - 1).join('')}…`
}

function objectIn(raw: RemoteBody, name: string): RemoteBody {
  const value = raw[name]
  return typeof value === 'object' && value !== null ? (value as RemoteBody) : {}
}
