/** The columns of a start list. */
import { fieldOf } from '../model/entities.ts'
import type { FieldDefinition } from '../model/field.ts'
import { isEssential } from '../model/record.ts'
import type { ImportField } from './columns.ts'

/** Where a column of a start list goes: a field of the person or of the entry, or a record of its own found by name. */
export interface EntrantField extends ImportField {
  readonly part: 'person' | 'participant' | 'link'
  /** What its value must be; for a link, what the name of the linked record must be. */
  readonly definition: FieldDefinition
  /** Says who or where the entrant is: a row in which it does not fit is no row. */
  readonly identifies: boolean
}

type More = Pick<ImportField, 'required' | 'isCode' | 'words' | 'second'>

const person = (name: string, field: string, label: string, more: More = {}): EntrantField => ({
  name,
  label,
  part: 'person',
  definition: fieldOf('person', field),
  identifies: isEssential('person', field),
  ...more,
})
const participant = (
  name: string,
  field: string,
  label: string,
  more: More = {},
): EntrantField => ({
  name,
  label,
  part: 'participant',
  definition: fieldOf('eventParticipant', field),
  // A word nobody knows is no reason to lose the runner.
  identifies: isEssential('eventParticipant', field) && field !== 'status',
  ...more,
})
const link = (
  name: EntrantLink,
  label: string,
  entity: 'event' | 'organisation' | 'race' | 'startGroup' | 'tag',
  more: More = {},
): EntrantField => ({
  name,
  label,
  part: 'link',
  definition: fieldOf(entity, entity === 'tag' ? 'number' : 'name'),
  identifies: name !== 'club',
  ...(entity === 'tag' && { isCode: true }),
  ...more,
})

export type EntrantLink = 'event' | 'club' | 'race' | 'start_group' | 'tag' | 'spare_tag'

/** In the order an export writes them. `event` counts only where the import names no event. */
export const entrantFields: readonly EntrantField[] = [
  link('event', 'Event', 'event'),
  participant('bib', 'number', 'Bib', { isCode: true }),
  person('first_name', 'firstName', 'First name'),
  person('last_name', 'lastName', 'Last name', { required: true }),
  person('gender', 'gender', 'Gender'),
  participant('age', 'age', 'Age'),
  person('date_of_birth', 'dateOfBirth', 'Date of birth'),
  person('email', 'email', 'E-mail'),
  person('phone', 'phone', 'Phone'),
  person('city', 'city', 'City'),
  person('state', 'state', 'State'),
  person('postal_code', 'postalCode', 'Postal code'),
  person('country', 'country', 'Country'),
  link('club', 'Club', 'organisation'),
  link('race', 'Race', 'race'),
  link('start_group', 'Start group', 'startGroup'),
  link('tag', 'Tag', 'tag', { second: 'spare_tag' }),
  link('spare_tag', 'Spare tag', 'tag'),
  participant('category', 'category', 'Category'),
  participant('status', 'status', 'Status'),
  participant('notes', 'notes', 'Notes'),
  participant('team', 'team', 'Team'),
  participant('leg', 'leg', 'Leg'),
  participant('shirt', 'shirt', 'Shirt'),
  participant('giveaway', 'giveaway', 'Giveaway'),
  participant('paid', 'paid', 'Paid'),
  participant('waiver', 'waiver', 'Waiver signed'),
  person('street', 'street', 'Street'),
  person('nationality', 'nationality', 'Nationality'),
  person('language', 'language', 'Language'),
  person('emergency_contact', 'emergencyContactName', 'Emergency contact'),
  person('emergency_phone', 'emergencyContactNumber', 'Emergency number'),
  person('medical_conditions', 'medicalConditions', 'Medical conditions'),
  person('identity_number', 'identityNumber', 'Identity number'),
  person('identity_type', 'identityType', 'Identity type'),
  person('identity_country', 'identityCountry', 'Identity country'),
  // Not written by an export: read into first and last name.
  { ...person('full_name', 'lastName', 'Full name'), whole: true },
  { ...person('name_prefix', 'lastName', 'Name prefix'), prefix: true },
]
