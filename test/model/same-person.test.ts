import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldLabel } from '../../main/engine/model/folded-label.ts'
import type { Fields } from '../../main/engine/model/record.ts'
import { addressOf, judge, whyOf } from '../../main/engine/model/same-person.ts'

const ana: Fields = {
  firstName: 'Ana',
  lastName: 'Gomez',
  gender: 'female',
  dateOfBirth: '1984-03-28',
  email: 'ana@mail.example',
  phone: '+4917012345678',
}
const verdict = (more: Fields, sameBib = false, of: Fields = ana) =>
  judge(of, { ...of, ...more }, { sameBib }).verdict
const without = { dateOfBirth: null, email: null, phone: null, gender: null }

describe('the same person', () => {
  it.each([
    ['birth date', { ...without, dateOfBirth: ana['dateOfBirth']! }],
    ['e-mail', { ...without, email: ana['email']! }],
    ['phone', { ...without, phone: ana['phone']! }],
    ['phone as it is dialled at home', { ...without, phone: '0170 12345678' }],
  ])('is the same full name and %s', (_, more) => {
    expect(verdict(more)).toBe('same')
    expect(verdict({ ...more, firstName: 'ÁNA', lastName: 'Gómez' })).toBe('same')
  })

  it('is the same full name and bib, and not the name alone', () => {
    expect(verdict(without, true)).toBe('same')
    expect(verdict(without)).toBe('possible')
  })

  it.each([
    ['two letters', { lastName: 'Gomes' }],
    ['an initial', { firstName: 'A' }],
    ['names the other way round', { firstName: 'Gomez', lastName: 'Ana' }],
    ['a new surname', { lastName: 'Lund' }],
    ['a second surname', { lastName: 'Gomez-Lund' }],
  ])(
    'is a similar name with birth date and bib, and only possible without the bib: %s',
    (_, names) => {
      expect(verdict(names, true)).toBe('same')
      expect(verdict(names)).toBe('possible')
      expect(verdict({ ...names, dateOfBirth: null })).toBe('possible')
      expect(verdict({ ...names, ...without })).toBe('other')
    },
  )

  it.each([
    ['birth date', { dateOfBirth: '1984-03-29' }],
    ['gender', { gender: 'male' }],
  ])('is nobody of another %s, whatever else fits', (_, more) => {
    expect(verdict(more, true)).toBe('other')
  })

  it('is of an age that can be true on race day', () => {
    const day = { sameBib: true, raceDay: '2026-05-01' }
    const of = (a: Fields, b: Fields) =>
      judge({ ...ana, ...without, ...a }, { ...ana, ...without, ...b }, day).verdict
    expect(of({ age: 41 }, { age: 42 })).toBe('same')
    expect(of({ age: 41 }, { age: 43 })).toBe('other')
    expect(of({ age: 41 }, { dateOfBirth: '1984-03-28' })).toBe('same')
    expect(of({ age: 12 }, { dateOfBirth: '1984-03-28' })).toBe('other')
    expect(of({ age: 0 }, { age: 30 })).toBe('other')
  })

  it('takes unknown for not known', () => {
    expect(verdict({ gender: 'unknown', dateOfBirth: null })).toBe('same')
    expect(judge({}, {}, { sameBib: true }).verdict).toBe('other')
  })

  it.each([
    [{ firstName: 'Luis' }],
    [{ firstName: 'Luis', lastName: 'Lund' }],
    [{ firstName: 'B', lastName: 'Lund' }],
  ])('is not whoever shares bib, birth date, e-mail and phone, but not the name: %o', (names) => {
    expect(verdict({ ...names, gender: null }, true)).toBe('other')
  })

  it('is not who shares what is no address', () => {
    for (const none of [
      'n/a',
      'none',
      '-',
      'x@x',
      'none@none.com',
      'N.A@mail.example',
      'a b',
      '@',
    ]) {
      expect(addressOf(none)).toBe(null)
      expect(verdict({ ...without, email: none }, false, { ...ana, email: none })).toBe('possible')
    }
    expect(
      verdict({ ...without, phone: '0000000000' }, false, { ...ana, phone: '0000000000' }),
    ).toBe('possible')
  })

  it('does not depend on which is which, and never joins two birth dates', () => {
    const text = (...values: readonly (string | null)[]) => fc.constantFrom(...values)
    const person = fc.record({
      firstName: text('Jan', 'Jana', 'J', 'Kip', null),
      lastName: text('Kip', 'Kipp', 'Jan', 'Lund'),
      gender: text('male', 'female', 'unknown', null),
      dateOfBirth: text('1990-01-01', '1990-01-02', null),
      email: text('kip@x.example', 'n/a', null),
      phone: text('+491701234567', null),
    })
    fc.assert(
      fc.property(person, person, fc.boolean(), (a, b, sameBib) => {
        const one = judge(a, b, { sameBib })
        expect(judge(b, a, { sameBib })).toEqual(one)
        const known = a.dateOfBirth !== null && b.dateOfBirth !== null
        if (known && a.dateOfBirth !== b.dateOfBirth) expect(one.verdict).toBe('other')
        if (one.name === 'other') expect(one.verdict).toBe('other')
        expect(whyOf(one)).not.toBe('')
      }),
    )
  })
})

describe('names of races and groups', () => {
  it.each([
    ['2.5 km', '25 km'],
    ['A', 'A+'],
    ['<4:00', '>4:00'],
    ['1-2', '12'],
    ['½', '1/2'],
    ['10K', '10 K!'],
  ])('%s is not %s', (one, other) => {
    expect(foldLabel(one)).not.toBe(foldLabel(other))
  })

  it.each([
    ['Wave 1', 'wave  1'],
    ['Élite', 'ELITE'],
    ['10 km', '10\u00A0KM'],
  ])('%s is %s', (one, other) => {
    expect(foldLabel(one)).toBe(foldLabel(other))
  })
})
