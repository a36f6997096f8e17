/** What a roster may carry and how it is ordered: without the shapes, so that the window needs no validator for it. */
import { isOwnField, isSensitiveOwnField } from './own-field-names.ts'

/** What begins a new part of a roster. `none`: each entry once; else once for each race or start group it is in. */
export const rosterParts = ['none', 'race', 'startGroup'] as const
export type RosterPart = (typeof rosterParts)[number]

export const rosterOrders = ['name', 'bib'] as const
export type RosterOrder = (typeof rosterOrders)[number]

/** Fields a roster may carry beside bib, name, race and start group. */
export const openRosterFields = [
  ...['category', 'gender', 'age', 'club', 'team', 'leg', 'city', 'country', 'nationality'],
  ...['status', 'tag', 'shirt', 'giveaway', 'paid', 'waiver', 'notes'],
] as const
/** Fields that are on paper only when somebody asked for sensitive ones. */
export const sensitiveRosterFields = [
  ...['dateOfBirth', 'email', 'phone'],
  ...['emergencyContactName', 'emergencyContactNumber', 'medicalConditions'],
] as const

const named: ReadonlySet<string> = new Set([...openRosterFields, ...sensitiveRosterFields])

/** Whether a name is one a roster can carry; own fields of the event go by theirs. Pure. */
export function isRosterField(name: string): boolean {
  return isOwnField(name) || named.has(name)
}

/** Whether it is on paper only when somebody asked for it. Pure. */
export function isSensitiveRosterField(name: string): boolean {
  return isSensitiveOwnField(name) || (sensitiveRosterFields as readonly string[]).includes(name)
}
