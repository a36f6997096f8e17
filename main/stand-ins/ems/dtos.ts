/**
 * The collections of EMS as data: fields, references and what is required, as its published description has them (less
 * what nobody needs here). Fields Marshal does not carry are among them on purpose: they must survive.
 */

/** A stored value; a reference is the id of the other row. */
export type Value = string | number | boolean | null

/** One stored row; every field and reference of its collection is present. */
export interface Row {
  readonly id: number
  readonly [field: string]: Value
}

export interface EmsField {
  readonly name: string
  readonly kind: 'text' | 'uuid' | 'date' | 'instant' | 'integer' | 'boolean' | 'choice'
  readonly required: boolean
  readonly longest?: number
  readonly choices?: readonly string[]
}

export interface EmsReference {
  readonly name: string
  readonly to: CollectionName
  readonly required: boolean
}

export interface EmsCollection {
  readonly singular: string
  readonly fields: readonly EmsField[]
  readonly references: readonly EmsReference[]
}

type Spec = string | EmsField

const text = (name: string, longest = 255): EmsField => ({
  name,
  kind: 'text',
  required: false,
  longest,
})
const of = (kind: EmsField['kind'], name: string): EmsField => ({ name, kind, required: false })
const choice = (name: string, ...choices: readonly string[]): EmsField => ({
  name,
  kind: 'choice',
  required: false,
  choices,
})
const must = (field: Spec): EmsField => ({
  ...(typeof field === 'string' ? text(field) : field),
  required: true,
})
const flags = (...names: readonly string[]) => names.map((name) => must(of('boolean', name)))
const to = (name: string, collection: CollectionName, required = false): EmsReference => ({
  name,
  to: collection,
  required,
})

const gender = choice('gender', 'UNKNOWN', 'MALE', 'FEMALE')
const identityType = choice('identityType', 'NATIONAL', 'PASSPORT', 'OTHER')

function collection(
  singular: string,
  fields: readonly Spec[],
  references: readonly EmsReference[] = [],
): EmsCollection {
  const whole = fields.map((field) => (typeof field === 'string' ? text(field) : field))
  return { singular, fields: whole, references }
}

/** Names of the collections as they appear in paths, parents before their children. */
export const collectionNames = [
  'countries',
  'organisations',
  'people',
  'tag-types',
  'number-types',
  'events',
  'event-categories',
  'event-race-types',
  'courses',
  'races',
  'start-groups',
  'tags',
  'race-numbers',
  'event-participants',
  'start-group-participants',
] as const
export type CollectionName = (typeof collectionNames)[number]

export const collections: Readonly<Record<CollectionName, EmsCollection>> = {
  countries: collection('country', [must(text('code', 2)), must('name')]),
  organisations: collection(
    'organisation',
    [must(text('name', 50))],
    [to('parent', 'organisations')],
  ),
  people: collection(
    'person',
    [
      ...['firstName', 'lastName', 'phone', 'email', 'contactNumber', 'identityNumber', 'title'],
      ...['language', 'emergencyContactName', 'emergencyContactNumber', 'doctorName', 'schemeName'],
      text('medicalConditions', 4000),
      'school',
      'userId',
      of('date', 'dateOfBirth'),
      gender,
      identityType,
    ],
    [to('identityCountry', 'countries', true), to('nationality', 'countries')],
  ),
  'tag-types': collection('tag type', [text('name', 50), text('format', 20)]),
  'number-types': collection('number type', [text('name', 50), text('format', 20)]),
  events: collection(
    'event',
    [
      must('name'),
      ...['venue', 'address', 'city', 'country', 'contactEmail', 'contactUrl', 'cost'],
      must('timezone'),
      must(of('instant', 'startDateTime')),
      must(of('instant', 'endDateTime')),
      ...flags('allDay', 'csaMembershipRequired', 'csaLicenseRequired', 'csaStrictRegistration'),
      ...flags('csaDayLicenseDisallow', 'customList1Required', 'customList2Required'),
      ...flags('customList3Required'),
    ],
    [
      to('organiser', 'organisations', true),
      to('sanctioningOrganisation', 'organisations', true),
      to('numberType', 'number-types'),
      to('tagType', 'tag-types'),
    ],
  ),
  'event-categories': collection('event category', [must('name')], [to('event', 'events')]),
  'event-race-types': collection('event race type', ['name'], [to('event', 'events', true)]),
  courses: collection('course', [must('name')], [to('event', 'events')]),
  races: collection(
    'race',
    [
      text('name', 100),
      of('instant', 'startTime'),
      ...['minEntries', 'maxEntries', 'distanceMeters', 'durationSeconds'].map((name) =>
        of('integer', name),
      ),
      must(of('boolean', 'active')),
      must(choice('status', 'PLANNED', 'STAGING', 'READY', 'COMPLETED', 'CANCELLED')),
    ],
    [
      to('eventRaceType', 'event-race-types', true),
      to('eventCategory', 'event-categories', true),
      to('course', 'courses', true),
    ],
  ),
  'start-groups': collection(
    'start group',
    ['name', must(of('instant', 'startTime')), of('integer', 'seq')],
    [to('race', 'races', true)],
  ),
  tags: collection(
    'tag',
    [text('number', 10), text('barcode', 20), of('uuid', 'uuid')],
    [to('type', 'tag-types'), to('person', 'people')],
  ),
  'race-numbers': collection(
    'race number',
    [
      text('number', 10),
      text('colour', 20),
      choice('state', 'IN_STOCK', 'ISSUED', 'IN_USE', 'UNFIT_FOR_SERVICE', 'DESTROYED'),
    ],
    [to('type', 'number-types', true), to('person', 'people')],
  ),
  'event-participants': collection(
    'event participant',
    [
      text('firstName', 50),
      must(text('lastName', 50)),
      text('email', 200),
      text('identityNumber', 50),
      identityType,
      text('identityCountry', 2),
      of('date', 'dateOfBirth'),
      must(gender),
      ...['paid', 'confirmEmail', 'active', 'overrideIndicator', 'teamIndicator'].map((name) =>
        of('boolean', name),
      ),
      choice('complianceStatus', 'VALID', 'EXEMPT', 'PENDING'),
    ],
    [
      to('event', 'events', true),
      to('person', 'people', true),
      to('category', 'event-categories', true),
      to('number', 'race-numbers'),
      to('tag', 'tags'),
    ],
  ),
  'start-group-participants': collection(
    'start group participant',
    [of('integer', 'seq')],
    [to('startGroup', 'start-groups', true), to('eventParticipant', 'event-participants', true)],
  ),
}

/**
 * Filters of the collections whose description lists few or none; the others filter by every field and reference.
 * What a collection does not know it ignores: people cannot even be gone on with after an id.
 */
export const knownFilters: Readonly<Partial<Record<CollectionName, readonly string[]>>> = {
  people: [],
  organisations: [],
  'tag-types': [],
  'start-groups': ['id', 'startTime', 'seq', 'raceId'],
}

/** Whether a path names one of the collections. */
export function isCollection(name: string): name is CollectionName {
  return Object.hasOwn(collections, name)
}
