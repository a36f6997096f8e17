/**
 * Our records in the words of OpenSPP, and back. Pure. A person is a registrant, a club or household a group. A body has the
 * fields of `res.partner`, and beside them what other models keep of a registrant: `gender` by our word, `group`, `identity`.
 */
import type { FieldValue } from '../../../contract/records.ts'
import type { Fields } from '../../model/record.ts'
import type { FromRemote, RemoteBody, Resource } from '../kit/resource.ts'

const names = ['firstName', 'lastName'] as const

/** Our fields that a partner has under other names, or the same. */
const personFields: Readonly<Record<string, string>> = {
  ...{ firstName: 'given_name', lastName: 'family_name', dateOfBirth: 'birthdate' },
  ...{ gender: 'gender', email: 'email', phone: 'phone', identityNumber: 'identity' },
}
const groupFields: Readonly<Record<string, string>> = {
  name: 'name',
  email: 'email',
  phone: 'phone',
}

export const opensppResources: readonly Resource[] = [
  {
    root: 'organisation',
    ...{ remoteName: 'group', direction: 'both', changes: 'since', deletion: 'archive' },
    fields: Object.keys(groupFields),
    toRemote: (given) => said(groupFields, given),
    fromRemote: (raw) => ({ fields: read(groupFields, raw), refs: {} }),
  },
  {
    root: 'person',
    ...{ remoteName: 'individual', direction: 'both', changes: 'since', deletion: 'archive' },
    fields: [...Object.keys(personFields), 'organisation'],
    sensitiveAt: { identityNumber: 'identity' },
    soft: ['organisation'],
    toRemote: (given, refs) => ({
      ...nameOf(given),
      ...said(personFields, given),
      group: refs['organisation'] ?? null,
    }),
    fromRemote: personFrom,
    project: (given) => ({ ...given, gender: knownGender(given['gender'] ?? null) }),
  },
]

/** As the page of OpenSPP makes it, which over the interface nobody does: family name first, in capitals. */
function nameOf(given: Fields): RemoteBody {
  if (!names.every((name) => Object.hasOwn(given, name))) return {}
  const parts = [given['lastName'], given['firstName']].filter((part) => typeof part === 'string')
  return { name: parts.join(', ').toUpperCase() }
}

function said(words: Readonly<Record<string, string>>, given: Fields): RemoteBody {
  const body: Record<string, unknown> = {}
  for (const [ours, theirs] of Object.entries(words)) {
    if (!Object.hasOwn(given, ours)) continue
    const value = given[ours] ?? null
    body[theirs] = ours === 'gender' ? knownGender(value) : value
  }
  return body
}

function personFrom(raw: RemoteBody): FromRemote {
  const { group } = raw
  const fields = read(personFields, raw)
  // Registrants that were made by others may have nothing but a whole name.
  const whole =
    fields['lastName'] === null && fields['firstName'] === null ? text(raw['name']) : null
  return {
    fields: whole === null ? fields : { ...fields, lastName: whole },
    refs: group === undefined ? {} : { organisation: group === null ? null : String(group) },
  }
}

function read(words: Readonly<Record<string, string>>, raw: RemoteBody): Fields {
  return Object.fromEntries(
    Object.entries(words).flatMap(([ours, theirs]) =>
      raw[theirs] === undefined ? [] : [[ours, text(raw[theirs])]],
    ),
  )
}

/** What is empty is false there. */
const text = (value: unknown): FieldValue =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? value : null

/** Sites have lists of their own; these two are on each of them. */
const knownGender = (value: FieldValue): FieldValue =>
  value === 'male' || value === 'female' ? value : null
