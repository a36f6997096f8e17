import { describe, expect, it } from 'vitest'
import type { EntrantRow } from '../../main/contract/desk.ts'
import { editableFields } from '../../renderer/pages/desk/drafts.ts'
import {
  asShown,
  everything,
  groupsOf,
  isMode,
  mayEdit,
  offersStatus,
  opensLocked,
  savedOf,
  showsField,
  volunteer,
} from '../../renderer/pages/desk/modes/mode-rules.ts'

const helper = { ...volunteer, id: 'm', name: 'Volunteer' }
const row: EntrantRow = {
  ...{ id: 'e', personId: 'p', eventId: 'v', bib: '7', firstName: 'Ana', lastName: 'Kip' },
  ...{ gender: null, dateOfBirth: null, age: null, club: null, city: null, category: null },
  ...{ status: 'registered', team: null, leg: null, tag: null, spareTag: null },
  ...{ race: '10k', startGroup: 'Wave 1' },
}
const onlyLooks = { ...everything, id: 'l', actions: [], shows: [] }

describe('a mode of the Desk', () => {
  it('lets a volunteer change bib, tags and waiver, and no more of the data', () => {
    expect(editableFields.filter((field) => mayEdit(helper, field))).toEqual([
      ...['bib', 'tag', 'spareTag', 'waiver'],
    ])
    expect(mayEdit(helper, 'own12_hotel')).toBe(false)
  })

  it('hides from a volunteer who somebody is beyond the name, and what is paid', () => {
    expect(editableFields.filter((field) => !showsField(helper, field))).toEqual([
      ...['status', 'paid', 'firstName', 'lastName', 'gender', 'dateOfBirth', 'email', 'phone'],
      ...['city'],
    ])
  })

  it('always shows what says who and where somebody is, though nothing of it can be changed', () => {
    expect(editableFields.filter((field) => showsField(onlyLooks, field))).toEqual([
      ...['bib', 'tag', 'spareTag', 'startGroupId'],
    ])
    expect(editableFields.some((field) => mayEdit(onlyLooks, field))).toBe(false)
  })

  it('keeps the check-in of who has one, and offers none, where there is no check-in', () => {
    const info = { ...helper, actions: ['data' as const] }
    const statuses = ['registered', 'checkedIn', 'started', 'dns']
    const offered = (mode: typeof info, now: string) =>
      statuses.filter((status) => offersStatus(mode, status, now))
    expect(offered(info, 'registered')).toEqual(['registered', 'started', 'dns'])
    expect(offered(info, 'checkedIn')).toEqual(['checkedIn'])
    expect(mayEdit(info, 'status', 'registered')).toBe(true)
    expect(mayEdit(info, 'status', 'checkedIn')).toBe(false)
    expect(statuses.every((status) => offersStatus(everything, status, 'checkedIn'))).toBe(true)
  })

  it('saves of what was typed before it only what may be changed in it', () => {
    const draft = { bib: '7', waiver: 'true', notes: 'x', own1_hotel: 'y', status: 'dns' } as const
    expect(savedOf(helper, draft, 'registered')).toEqual({ bib: '7', waiver: 'true' })
    expect(savedOf(everything, draft, 'checkedIn')).toEqual(draft)
    const info = { ...helper, actions: ['data' as const] }
    expect(savedOf(info, draft, 'registered')).toMatchObject({ notes: 'x', status: 'dns' })
    expect(savedOf(info, draft, 'checkedIn')).not.toHaveProperty('status')
    expect(savedOf(info, { status: 'checkedIn' }, 'registered')).toEqual({})
  })

  it('shows of people what its card shows, and what tells namesakes apart', () => {
    const facts = { gender: 'female', club: 'Club', city: 'Bern', category: 'W30' }
    const ana = { ...row, ...facts, team: 'Four', leg: 2, dateOfBirth: '1990-05-01', age: 36 }
    const hidden = { gender: null, age: null, club: null, city: null }
    expect(asShown(everything, ana)).toEqual(ana)
    expect(asShown(helper, ana)).toEqual({ ...ana, ...hidden })
    const bare = { ...ana, ...hidden, category: null, team: null, leg: null }
    expect(asShown(onlyLooks, ana)).toEqual(bare)
    expect(asShown(onlyLooks, { ...ana, dateOfBirth: null })).toMatchObject({ age: 36 })
  })

  it('may do and shows everything where none is chosen', () => {
    expect(editableFields.every((field) => mayEdit(everything, field))).toBe(true)
    expect(editableFields.every((field) => showsField(everything, field))).toBe(true)
  })

  it('leads, once locked, to the Desk, and to the tags only where tags are handed out', () => {
    const pages = ['desk', 'tags', 'data', 'settings', 'print', 'not-found', undefined]
    expect(pages.filter((page) => opensLocked(helper, page))).toEqual(['desk', 'tags'])
    expect(pages.filter((page) => opensLocked(onlyLooks, page))).toEqual(['desk'])
  })

  it('offers the start groups of its race', () => {
    const groups = [{ raceId: 'a' }, { raceId: 'b' }]
    expect(groupsOf({ ...helper, race: 'b' }, groups)).toEqual([{ raceId: 'b' }])
    expect(groupsOf(helper, groups)).toEqual(groups)
  })

  it('that is kept half, or by another version, is none', () => {
    expect(isMode(helper)).toBe(true)
    for (const broken of [null, 'volunteer', {}, { ...helper, actions: 'all' }])
      expect(isMode(broken)).toBe(false)
  })
})
