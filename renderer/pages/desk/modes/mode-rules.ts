/** What a mode of the Desk lets be done and seen. Pure. */
import {
  actionOfField,
  deskActions,
  deskParts,
  mayGiveStatus,
  type DeskAction,
  type DeskPart,
} from '../../../../main/contract/desk-mode-words.ts'
import type { EntrantRow } from '../../../../main/contract/desk.ts'
import type { DeskMode } from '../../../../main/contract/desk-modes.ts'
import { isOwnField } from '../../../../main/contract/own-field-names.ts'
import type { Draft, EditableField } from '../drafts.ts'

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

/** @param status of whoever it is about; left out where it is nobody in particular */
export function mayEdit(mode: DeskMode, field: EditableField, status?: string): boolean {
  return field === 'status'
    ? mayGiveStatus(mode.actions, null, status)
    : mayDo(mode, actionOfField(field))
}

/** Whether a status is offered to somebody who has another, or this one. */
export function offersStatus(mode: DeskMode, status: string, now: string): boolean {
  return status === now || mayGiveStatus(mode.actions, status, now)
}

/**
 * What of a draft can be saved in this mode; the rest was typed before it was chosen, and waits for another.
 * @param status of whoever it is about
 */
export function savedOf(mode: DeskMode, draft: Draft, status: string): Draft {
  return Object.fromEntries(
    Object.entries(draft).filter(([field, text]) =>
      field === 'status'
        ? mayGiveStatus(mode.actions, text, status)
        : mayEdit(mode, field as EditableField),
    ),
  )
}

/**
 * Somebody as this mode shows them, in the list and at the head of the card. The birth date stays, or the age where there
 * is none: it tells namesakes apart.
 */
export function asShown<Row extends EntrantRow>({ shows }: DeskMode, row: Row): Row {
  return {
    ...row,
    ...(!shows.includes('person') && {
      gender: null,
      age: row.dateOfBirth ? null : row.age,
      club: null,
      city: null,
    }),
    ...(!shows.includes('category') && { category: null }),
    ...(!shows.includes('team') && { team: null, leg: null }),
  }
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
