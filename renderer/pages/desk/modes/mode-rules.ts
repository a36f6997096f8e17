/** What a mode of the Desk lets be done and seen. Pure. */
import {
  actionOfField,
  deskActions,
  deskParts,
  type DeskAction,
  type DeskPart,
} from '../../../../main/contract/desk-mode-words.ts'
import type { DeskMode } from '../../../../main/contract/desk-modes.ts'
import { isOwnField } from '../../../../main/contract/own-field-names.ts'
import type { EditableField } from '../drafts.ts'

/** The mode of every event that has no other, and of a desk where none is chosen. */
export const everything: DeskMode = {
  id: 'everything',
  name: '',
  race: null,
  actions: [...deskActions],
  shows: [...deskParts],
}

/** What a volunteer at the desk needs; the name is given in the language of whoever adds it. */
export const volunteer: Omit<DeskMode, 'id' | 'name'> = {
  race: null,
  actions: ['checkIn', 'bib', 'tag'],
  shows: ['category', 'team', 'shirt', 'giveaway', 'own', 'waiver', 'notes'],
}

export function mayDo(mode: DeskMode, action: DeskAction): boolean {
  return mode.actions.includes(action)
}

/** The part of the card a field belongs to; null for what always shows. */
function partOf(field: EditableField): DeskPart | null {
  if (isOwnField(field)) return 'own'
  switch (field) {
    case 'category':
    case 'team':
    case 'shirt':
    case 'giveaway':
    case 'waiver':
    case 'paid':
    case 'notes':
      return field
    case 'leg':
      return 'team'
    case 'firstName':
    case 'lastName':
    case 'gender':
    case 'dateOfBirth':
    case 'email':
    case 'phone':
    case 'city':
      return 'person'
    default:
      return null
  }
}

export function mayEdit(mode: DeskMode, field: EditableField): boolean {
  return mayDo(mode, actionOfField(field))
}

/** A status is said at the head of the card; its field is there to change it. */
export function showsField(mode: DeskMode, field: EditableField): boolean {
  if (field === 'status') return mayEdit(mode, field)
  const part = partOf(field)
  return part === null || mode.shows.includes(part)
}

/** The start groups a desk lists and adds to. */
export function groupsOf<Group extends { readonly raceId: string }>(
  { race }: DeskMode,
  groups: readonly Group[],
): Group[] {
  return groups.filter(({ raceId }) => race === null || raceId === race)
}

/** Whether a page can be opened while a desk is locked to a mode. @param page name of its route */
export function opensLocked(mode: DeskMode, page: unknown): boolean {
  return page === 'desk' || (page === 'tags' && mayDo(mode, 'tag'))
}

/** What is kept of a choice may be from another version, or broken. */
export function isMode(value: unknown): value is DeskMode {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, race, actions, shows } = value as Partial<Record<keyof DeskMode, unknown>>
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    (race === null || typeof race === 'string') &&
    Array.isArray(actions) &&
    Array.isArray(shows)
  )
}
