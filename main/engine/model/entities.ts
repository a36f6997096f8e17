/** Every kind of master data, defined once. Tables, checks, canonical form, CSV columns and forms follow from here. */
import { entityLabels } from '../../contract/entity-labels.ts'
import { entityNames, type EntityName } from '../../contract/words.ts'
import { participantStatuses } from '../../contract/desk.ts'
import type { EntityDefinition, FieldDefinition, FieldKind } from './field.ts'
import { ownDefinition } from './own-fields.ts'

type Extra = Omit<FieldDefinition, 'name' | 'kind' | 'label'>

const field =
  (kind: FieldKind) =>
  (name: string, label: string, extra: Extra = {}) =>
    ({ name, kind, label, ...extra }) satisfies FieldDefinition
const text = field('text')
const named = field('name')
const note = field('note')
const email = field('email')
const phone = field('phone')
const code = field('code')
const url = field('url')
const country = field('country')
const date = field('date')
const instant = field('instant')
const integer = field('integer')
const decimal = field('number')
const flag = field('boolean')
const choice = (name: string, label: string, choices: readonly string[], extra: Extra = {}) =>
  field('choice')(name, label, { choices, ...extra })
const ref = (name: string, label: string, refersTo: EntityName, extra: Extra = {}) =>
  field('ref')(name, label, { refersTo, ...extra })

const required = { required: true } as const
const sensitive = { sensitive: true } as const
const notNegative = { min: 0 } as const

const organisation: EntityDefinition = {
  name: 'organisation',
  table: 'organisation',
  label: entityLabels.organisation,
  plural: 'Organisations',
  fields: [
    named('name', 'Name', required),
    text('kind', 'Kind'),
    email('email', 'E-mail'),
    phone('phone', 'Phone'),
    country('country', 'Country'),
    ref('parent', 'Parent organisation', 'organisation'),
  ],
  keys: [['name']],
  unique: [],
  displayFields: ['name'],
}

const person: EntityDefinition = {
  name: 'person',
  table: 'person',
  label: entityLabels.person,
  plural: 'Persons',
  fields: [
    named('firstName', 'First name'),
    named('lastName', 'Last name', required),
    choice('gender', 'Gender', ['unknown', 'male', 'female', 'other']),
    date('dateOfBirth', 'Date of birth'),
    email('email', 'E-mail'),
    phone('phone', 'Phone'),
    code('identityNumber', 'Identity number', sensitive),
    choice('identityType', 'Identity type', ['national', 'passport', 'other']),
    country('identityCountry', 'Identity country'),
    country('nationality', 'Nationality'),
    text('street', 'Street'),
    text('city', 'City'),
    text('state', 'State'),
    code('postalCode', 'Postal code'),
    country('country', 'Country'),
    ref('organisation', 'Club', 'organisation'),
    text('emergencyContactName', 'Emergency contact', sensitive),
    phone('emergencyContactNumber', 'Emergency number', sensitive),
    note('medicalConditions', 'Medical conditions', sensitive),
    code('language', 'Language'),
  ],
  keys: [
    ['email', 'lastName'],
    ['firstName', 'lastName', 'dateOfBirth'],
  ],
  unique: [],
  displayFields: ['firstName', 'lastName'],
}

const event: EntityDefinition = {
  name: 'event',
  table: 'event',
  label: entityLabels.event,
  plural: 'Events',
  fields: [
    named('name', 'Name', required),
    text('venue', 'Venue'),
    text('city', 'City'),
    country('country', 'Country'),
    code('timezone', 'Time zone'),
    instant('startDateTime', 'Starts'),
    instant('endDateTime', 'Ends'),
    ref('organiser', 'Organiser', 'organisation'),
    url('url', 'Web page'),
  ],
  keys: [['name']],
  unique: [{ fields: ['name'], what: 'event name' }],
  displayFields: ['name'],
}

const race: EntityDefinition = {
  name: 'race',
  table: 'race',
  label: entityLabels.race,
  plural: 'Races',
  fields: [
    ref('event', 'Event', 'event', required),
    named('name', 'Name', required),
    instant('startTime', 'Starts'),
    decimal('distanceMeters', 'Distance (m)', notNegative),
    integer('maxEntries', 'Most entries', notNegative),
    choice('status', 'Status', ['planned', 'staging', 'ready', 'completed', 'cancelled']),
  ],
  keys: [['event', 'name']],
  unique: [{ fields: ['event', 'name'], what: 'race name' }],
  displayFields: ['name'],
}

const startGroup: EntityDefinition = {
  name: 'startGroup',
  table: 'start_group',
  label: entityLabels.startGroup,
  plural: 'Start groups',
  fields: [
    ref('race', 'Race', 'race', required),
    named('name', 'Name', required),
    instant('startTime', 'Starts'),
    integer('seq', 'Order'),
    integer('capacity', 'Capacity', notNegative),
  ],
  keys: [['race', 'name']],
  unique: [{ fields: ['race', 'name'], what: 'start group name' }],
  displayFields: ['name'],
}

const tag: EntityDefinition = {
  name: 'tag',
  table: 'tag',
  label: entityLabels.tag,
  plural: 'Tags',
  fields: [
    code('number', 'Number', required),
    code('barcode', 'Barcode'),
    code('uuid', 'EPC'),
    text('type', 'Type'),
    choice('status', 'Status', ['stock', 'issued', 'inUse', 'lost', 'broken']),
  ],
  keys: [['number'], ['barcode'], ['uuid']],
  unique: [{ fields: ['number'], what: 'tag number' }],
  displayFields: ['number'],
}

const eventParticipant: EntityDefinition = {
  name: 'eventParticipant',
  table: 'event_participant',
  label: entityLabels.eventParticipant,
  plural: 'Event participants',
  fields: [
    ref('event', 'Event', 'event', required),
    ref('person', 'Person', 'person', required),
    code('number', 'Bib', { maxLength: 20 }),
    ref('tag', 'Tag', 'tag'),
    ref('spareTag', 'Spare tag', 'tag'),
    text('category', 'Category'),
    text('team', 'Team'),
    integer('leg', 'Leg', { min: 1, max: 99 }),
    text('shirt', 'Shirt'),
    flag('waiver', 'Waiver signed'),
    integer('age', 'Age on race day', { min: 0, max: 125 }),
    choice('status', 'Status', participantStatuses, { initial: 'registered' }),
    flag('paid', 'Paid'),
    instant('checkedInOn', 'Checked in'),
    text('checkedInBy', 'Checked in by'),
    note('notes', 'Notes'),
    text('giveaway', 'Giveaway'),
  ],
  keys: [
    ['event', 'number'],
    ['event', 'person'],
  ],
  unique: [
    { fields: ['event', 'number'], what: 'bib', shared: { alike: 'team', apart: 'leg' } },
    // A withdrawn entrant gives the tags back; the bib stays theirs in print.
    { fields: ['event', 'tag'], orIn: 'spareTag', what: 'tag', unlessStatus: 'withdrawn' },
  ],
  displayFields: ['number'],
}

const startGroupParticipant: EntityDefinition = {
  name: 'startGroupParticipant',
  table: 'start_group_participant',
  label: entityLabels.startGroupParticipant,
  plural: 'Start-group participants',
  fields: [
    ref('startGroup', 'Start group', 'startGroup', required),
    ref('eventParticipant', 'Event participant', 'eventParticipant', required),
    integer('seq', 'Order'),
  ],
  keys: [['startGroup', 'eventParticipant']],
  unique: [{ fields: ['startGroup', 'eventParticipant'], what: 'place in this start group' }],
  displayFields: ['seq'],
}

const contactPreference: EntityDefinition = {
  name: 'contactPreference',
  table: 'contact_preference',
  label: entityLabels.contactPreference,
  plural: 'Contact preferences',
  fields: [
    ref('person', 'Person', 'person', required),
    choice('channel', 'Channel', ['email', 'sms', 'phone', 'post'], required),
    text('topic', 'Topic'),
    choice('status', 'Status', ['optedIn', 'optedOut', 'unknown'], required),
    text('source', 'Source'),
    instant('changedOn', 'Changed'),
  ],
  keys: [['person', 'channel', 'topic']],
  unique: [],
  displayFields: ['channel', 'topic'],
}

const conversation: EntityDefinition = {
  name: 'conversation',
  table: 'conversation',
  label: entityLabels.conversation,
  plural: 'Conversations',
  fields: [
    ref('person', 'Person', 'person', required),
    text('target', 'Target'),
    named('subject', 'Subject'),
    text('status', 'Status'),
    instant('lastActivityOn', 'Last activity'),
  ],
  keys: [],
  unique: [],
  displayFields: ['subject'],
}

const message: EntityDefinition = {
  name: 'message',
  table: 'message',
  label: entityLabels.message,
  plural: 'Messages',
  fields: [
    ref('conversation', 'Conversation', 'conversation', required),
    choice('direction', 'Direction', ['inbound', 'outbound']),
    note('body', 'Text'),
    text('author', 'Author'),
    instant('sentOn', 'Sent'),
  ],
  keys: [],
  unique: [],
  displayFields: ['author', 'sentOn'],
}

export const entities: Readonly<Record<EntityName, EntityDefinition>> = {
  organisation,
  person,
  event,
  race,
  startGroup,
  tag,
  eventParticipant,
  startGroupParticipant,
  contactPreference,
  conversation,
  message,
}

/** Entities in the order parents come before children within master data. */
export const entitiesInOrder: readonly EntityDefinition[] = entityNames.map(
  (name) => entities[name],
)

/** The definition of one field, also of an own one of an event; undefined for a name the entity does not have. */
export function findField(
  entity: EntityName,
  name: string | null | undefined,
): FieldDefinition | undefined {
  if (name === null || name === undefined) return undefined
  return entities[entity].fields.find((field) => field.name === name) ?? ownDefinition(entity, name)
}

/** The definition of one field. Throws for a name the entity does not have: a defect of the caller. */
export function fieldOf(entity: EntityName, name: string): FieldDefinition {
  const found = findField(entity, name)
  if (!found) throw new Error(`${entity} has no field ${name}`)
  return found
}

/** What the fields of an entity are called within a sentence. Throws as `fieldOf` does. */
export function labelsOf(entity: EntityName): (field: string) => string {
  return (field) => fieldOf(entity, field).label.toLowerCase()
}
