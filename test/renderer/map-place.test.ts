import { describe, expect, it } from 'vitest'
import {
  canBeMapped,
  fieldOfPlace,
  isMappedByExpression,
  mapPlace,
} from '../../renderer/pages/targets/form/map-place.ts'

const fields = ['firstName', 'lastName', 'email']

describe('Mapping by click', () => {
  it('a place becomes one field, and a field comes from one place', () => {
    const first = mapPlace([], 'person', 'name.given', 'firstName')
    expect(first).toEqual([{ ours: 'person.firstName', theirs: 'name.given' }])
    const moved = mapPlace(first, 'person', 'forename', 'firstName')
    expect(moved).toEqual([{ ours: 'person.firstName', theirs: 'forename' }])
    expect(mapPlace(moved, 'person', 'forename', 'lastName')).toEqual([
      { ours: 'person.lastName', theirs: 'forename' },
    ])
  })

  it('takes back what was said, and needs no row for a field of that name', () => {
    const rows = [{ ours: 'person.firstName', theirs: 'given' }]
    expect(mapPlace(rows, 'person', 'given', null)).toEqual([])
    expect(mapPlace(rows, 'person', 'firstName', 'firstName')).toEqual([])
  })

  it('leaves other kinds of records alone', () => {
    const rows = [{ ours: 'event.name', theirs: 'title' }]
    expect(mapPlace(rows, 'person', 'title', 'lastName')).toEqual([
      ...rows,
      { ours: 'person.lastName', theirs: 'title' },
    ])
  })

  it('says what a place is: by its row, else by its name unless the field comes from elsewhere', () => {
    const rows = [{ ours: 'person.email', theirs: 'mail' }]
    expect(fieldOfPlace(rows, 'person', 'mail', fields)).toBe('email')
    expect(fieldOfPlace(rows, 'person', 'lastName', fields)).toBe('lastName')
    expect(fieldOfPlace(rows, 'person', 'email', fields)).toBeNull()
    expect(fieldOfPlace(rows, 'person', 'other', fields)).toBeNull()
  })

  it('is not offered where an expression maps, nor for a name with a dot in it', () => {
    const config = { name: 'club', adapter: 'http', url: 'https://club.example' }
    expect(isMappedByExpression({ ...config, settings: { mappingIn: '{"a": b}' } })).toBe(true)
    expect(isMappedByExpression({ ...config, settings: { mappingIn: ' ' } })).toBe(false)
    expect(canBeMapped('a&#46;b')).toBe(false)
  })
})
