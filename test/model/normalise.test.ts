import { describe, expect, it } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import { normaliseFields } from '../../main/engine/model/record.ts'

const personOf = (fields: Readonly<Record<string, FieldValue>>) =>
  normaliseFields('person', fields).fields

describe('text that a scanner or another system spelled oddly', () => {
  it.each([
    ['an accent behind a control character', 'Jose\u0000\u0301'],
    ['an accent behind a zero-width space', 'Jose\u200b\u0301'],
    ['an accent of its own', 'Jose\u0301'],
    ['a byte order mark', '\uFEFFJosé'],
  ])('with %s has the one form', (_, firstName) => {
    expect(personOf({ firstName })).toEqual({ firstName: 'José' })
  })

  it('with half a letter keeps its place, in a form every database gives back', () => {
    expect(personOf({ firstName: 'A\ud800b' })).toEqual({ firstName: 'A\uFFFDb' })
  })

  it('is normal also where upper case has no letter of its own', () => {
    const once = personOf({ country: '\u0390' })
    expect(personOf(once)).toEqual(once)
  })
})

describe('a phone number', () => {
  it.each([
    ['+49 170 123 45-67', '+491701234567'],
    ['+49 (0)170 1234567', '+491701234567'],
    ['tel:+49-170-1234567', '+491701234567'],
  ])('written %s has the one form', (phone, normal) => {
    expect(personOf({ phone })).toEqual({ phone: normal })
  })

  it.each([
    '+49 170 1234567 (mother)',
    'call +49 170 1234567 evenings',
    '+49 30 901820 ext. 12',
    '+49 170 1111111 / +49 170 2222222',
  ])('with more to it stays as it was typed: %s', (emergencyContactNumber) => {
    expect(personOf({ emergencyContactNumber })).toEqual({ emergencyContactNumber })
  })

  it.each(['DE', 'de', ' De '])(
    'without a country code is one of the country, written %s',
    (country) => {
      expect(personOf({ country, phone: '0170 1234567' })).toMatchObject({ phone: '+491701234567' })
    },
  )

  it('alone is one of the country the person has', () => {
    const { fields } = normaliseFields('person', { phone: '0170 1234567' }, { country: 'DE' })
    expect(fields).toEqual({ phone: '+491701234567' })
  })
})

describe('a point in time', () => {
  it.each(['2026-02-30T09:00:00Z', '2026-13-01T09:00:00Z', '2026-04-31 09:00+02:00'])(
    'on a day that does not exist is refused: %s',
    (startDateTime) => {
      expect(normaliseFields('event', { startDateTime }).invalid).toMatchObject({
        startDateTime: expect.stringContaining('is not a point in time'),
      })
    },
  )

  it('in the hour the clocks skip or repeat is the moment its offset says', () => {
    const instant = (startDateTime: string) =>
      normaliseFields('event', { startDateTime }).fields['startDateTime']
    expect(instant('2026-10-25T02:30:00+02:00')).toBe('2026-10-25T00:30:00Z')
    expect(instant('2026-10-25T02:30:00+01:00')).toBe('2026-10-25T01:30:00Z')
    expect(instant('2026-03-29T02:30:00+01:00')).toBe('2026-03-29T01:30:00Z')
  })
})
