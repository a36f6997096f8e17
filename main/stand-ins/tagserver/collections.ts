/**
 * The collections of the TagServer stand-in as data: fields, references, look-up indexes and
 * uniqueness. Assumption: TagServer's API is not public; these rules follow the contract Marshal's
 * adapter is written against (see core.ts).
 */

/** The eight collections, in the order a parent comes before its children. */
export const collectionNames = [
  'organisations',
  'people',
  'events',
  'races',
  'start-groups',
  'tags',
  'event-participants',
  'start-group-participants',
] as const

/** Name of a collection as it appears in the path `/api/<collection>`. */
export type CollectionName = (typeof collectionNames)[number]

/** A stored value: a scalar, a reference to another entity, or `null` for "cleared or never given". */
export type EntityValue = string | number | boolean | null | { readonly id: number }

/** One stored entity. Every field of its collection is present, `null` when empty. */
export interface Entity {
  readonly id: number
  readonly [field: string]: EntityValue
}

/** What a field may contain; anything else is answered with 400 and a `fieldErrors` entry. */
export type FieldKind = 'text' | 'date' | 'instant' | 'integer' | 'boolean' | 'choice'

/** One scalar field. `choices` only with kind `choice`. */
export interface FieldRule {
  readonly name: string
  readonly kind: FieldKind
  readonly required: boolean
  readonly choices?: readonly string[]
}

/** A nested `{ "<name>": { "id": n } }` pointing into `to`. Its filter is `<name>Id.equals`. */
export interface ReferenceRule {
  readonly name: string
  readonly to: CollectionName
  readonly required: boolean
}

/**
 * A uniqueness rule: two entities with the same non-null key cannot both exist (409).
 * `complaint` words the answer's `detail`; `holder` says who has it.
 */
export interface UniqueRule {
  readonly field: string
  readonly keyOf: (entity: Entity) => string | null
  readonly complaint: (entity: Entity, holder: string) => string
}

/** Everything the server knows about one collection. */
export interface CollectionRule {
  readonly name: CollectionName
  /** Singular for messages: "event participant". */
  readonly singular: string
  readonly fields: readonly FieldRule[]
  readonly references: readonly ReferenceRule[]
  /** Scalar fields with an equality index; references always have one. */
  readonly indexed: readonly string[]
  readonly unique: readonly UniqueRule[]
}

const field = (name: string, kind: FieldKind = 'text'): FieldRule => ({
  name,
  kind,
  required: false,
})
const required = (name: string): FieldRule => ({ name, kind: 'text', required: true })
const choice = (name: string, choices: readonly string[]): FieldRule => ({
  name,
  kind: 'choice',
  required: false,
  choices,
})
const parent = (name: string, to: CollectionName): ReferenceRule => ({ name, to, required: true })

/** Id of a reference field, or `null` when it is empty. */
export function referenceId(entity: Entity, name: string): number | null {
  const value = entity[name]
  return typeof value === 'object' && value !== null ? value.id : null
}

const tagNumberUnique: UniqueRule = {
  field: 'number',
  keyOf: (tag) => (tag['number'] === null ? null : String(tag['number'])),
  complaint: (tag, holder) => `Tag number ${String(tag['number'])} already exists: ${holder}.`,
}

const bibUnique: UniqueRule = {
  field: 'number',
  keyOf: (entrant) =>
    entrant['number'] === null
      ? null
      : `${referenceId(entrant, 'event')}\u0000${String(entrant['number'])}`,
  complaint: (entrant, holder) =>
    `Number ${String(entrant['number'])} is already used in event ${referenceId(entrant, 'event')} by ${holder}.`,
}

/** Only a participant marked `active: false` (withdrawn) lets go of the tag. */
const tagOnOneParticipant: UniqueRule = {
  field: 'tag',
  keyOf: (entrant) =>
    entrant['active'] === false || entrant['tag'] === null
      ? null
      : `${referenceId(entrant, 'event')}\u0000${referenceId(entrant, 'tag')}`,
  complaint: (entrant, holder) =>
    `Tag ${referenceId(entrant, 'tag')} is already assigned in event ${referenceId(entrant, 'event')} to ${holder}.`,
}

/** The rules of every collection by name. */
export const collectionRules: Readonly<Record<CollectionName, CollectionRule>> = {
  organisations: {
    name: 'organisations',
    singular: 'organisation',
    fields: [required('name')],
    references: [],
    indexed: ['name'],
    unique: [],
  },
  people: {
    name: 'people',
    singular: 'person',
    fields: [
      field('firstName'),
      field('lastName'),
      choice('gender', ['MALE', 'FEMALE', 'UNKNOWN']),
      field('dateOfBirth', 'date'),
      field('email'),
      field('phone'),
      field('identityNumber'),
    ],
    references: [],
    indexed: ['email', 'lastName', 'firstName'],
    unique: [],
  },
  events: {
    name: 'events',
    singular: 'event',
    fields: [
      required('name'),
      field('venue'),
      field('city'),
      field('country'),
      field('timezone'),
      field('startDateTime', 'instant'),
      field('endDateTime', 'instant'),
    ],
    references: [],
    indexed: ['name'],
    unique: [],
  },
  races: {
    name: 'races',
    singular: 'race',
    fields: [
      required('name'),
      field('startTime', 'instant'),
      field('distanceMeters', 'integer'),
      choice('status', ['PLANNED', 'STAGING', 'READY', 'COMPLETED', 'CANCELLED']),
    ],
    references: [parent('event', 'events')],
    indexed: ['name'],
    unique: [],
  },
  'start-groups': {
    name: 'start-groups',
    singular: 'start group',
    fields: [required('name'), field('startTime', 'instant'), field('seq', 'integer')],
    references: [parent('race', 'races')],
    indexed: ['name'],
    unique: [],
  },
  tags: {
    name: 'tags',
    singular: 'tag',
    fields: [required('number'), field('barcode'), field('uuid')],
    references: [],
    indexed: ['number'],
    unique: [tagNumberUnique],
  },
  'event-participants': {
    name: 'event-participants',
    singular: 'event participant',
    fields: [field('number'), field('category'), field('status'), field('active', 'boolean')],
    references: [
      parent('event', 'events'),
      parent('person', 'people'),
      { name: 'tag', to: 'tags', required: false },
    ],
    indexed: ['number'],
    unique: [bibUnique, tagOnOneParticipant],
  },
  'start-group-participants': {
    name: 'start-group-participants',
    singular: 'start-group participant',
    fields: [field('seq', 'integer')],
    references: [
      parent('startGroup', 'start-groups'),
      parent('eventParticipant', 'event-participants'),
    ],
    indexed: [],
    unique: [],
  },
}

/** Which collections point at `target`, and through which field: what a deletion has to ask. */
export function referrersOf(
  target: CollectionName,
): readonly { readonly collection: CollectionName; readonly field: string }[] {
  return collectionNames.flatMap((collection) =>
    collectionRules[collection].references
      .filter((reference) => reference.to === target)
      .map((reference) => ({ collection, field: reference.name })),
  )
}
