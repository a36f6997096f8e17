import { describe, expect, it } from 'vitest'
import { editableFields } from '../../renderer/pages/desk/drafts.ts'
import {
  everything,
  groupsOf,
  isMode,
  mayEdit,
  opensLocked,
  showsField,
  volunteer,
} from '../../renderer/pages/desk/modes/mode-rules.ts'

const helper = { ...volunteer, id: 'm', name: 'Volunteer' }
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
