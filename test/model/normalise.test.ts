import { describe, expect, it } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { unfitText } from '../../main/contract/unfit-words-en.ts'
import { normaliseFields, type NormalisedFields } from '../../main/engine/model/record.ts'

const inWords = (invalid: NormalisedFields['invalid']) =>
  Object.fromEntries(Object.entries(invalid).map(([name, reason]) => [name, unfitText(reason)]))

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
      expect(inWords(normaliseFields('event', { startDateTime }).invalid)).toMatchObject({
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

describe('what no kind of field takes', () => {
  const today = '2026-04-18'
  const refused: readonly (readonly [EntityName, string, FieldValue, string])[] = [
    ['person', 'phone', 'Wave A', 'phone number'],
    ['person', 'phone', 'ana@example.org', 'phone number'],
    ['person', 'phone', '36', 'phone number'],
    ['person', 'phone', '1990-07-01', 'phone number'],
    ['person', 'phone', '12:34:56', 'phone number'],
    ['person', 'phone', 'Wave 12345', 'phone number'],
    ['person', 'phone', true, 'phone number'],
    ['person', 'phone', 2 ** 55, 'more digits'],
    ['person', 'email', 'a@b@c', 'e-mail'],
    ['person', 'email', 'ana', 'e-mail'],
    ['person', 'email', 'ana@example', 'e-mail'],
    ['person', 'email', 'ana@.org', 'e-mail'],
    ['person', 'email', 'ana lund@example.org', 'e-mail'],
    ['person', 'email', 'ana@example.org, bo@example.org', 'e-mail'],
    ['person', 'email', '+49 170 1234567', 'e-mail'],
    ['person', 'country', 'Nowhere', 'country'],
    ['person', 'country', '49', 'country'],
    ['person', 'dateOfBirth', '2026-04-19', 'future'],
    ['person', 'dateOfBirth', '2023-02-29', 'calendar'],
    ['person', 'dateOfBirth', '1899-12-31', '1900'],
    ['person', 'dateOfBirth', '02/29/1990', 'not a date'],
    ['person', 'dateOfBirth', 36, 'not a date'],
    ['person', 'gender', 'blue', 'not one of'],
    ['person', 'identityNumber', 2 ** 53, 'more digits'],
    ['eventParticipant', 'number', 2 ** 60, 'more digits'],
    ['eventParticipant', 'number', 1e21, 'more digits'],
    ['eventParticipant', 'age', -5, 'below 0'],
    ['eventParticipant', 'age', '-5', 'below 0'],
    ['eventParticipant', 'age', '0x1F', 'not a number'],
    ['eventParticipant', 'age', '1e1', 'not a number'],
    ['eventParticipant', 'age', 'Infinity', 'not a number'],
    ['eventParticipant', 'age', '36.5', 'whole number'],
    ['eventParticipant', 'age', true, 'not a number'],
    ['eventParticipant', 'age', 200, 'above 125'],
    ['eventParticipant', 'paid', 'perhaps', 'neither yes nor no'],
    ['eventParticipant', 'checkedInOn', '2026-04-18 09:00', 'time zone'],
    ['eventParticipant', 'checkedInOn', 'Sat, 18 Apr 2026 09:00:00Z', 'point in time'],
    ['race', 'distanceMeters', '-1', 'below 0'],
    ['race', 'distanceMeters', '0x10', 'not a number'],
    ['race', 'maxEntries', '9007199254740993', 'too large'],
    ['event', 'url', 'javascript:alert(1)', 'web page'],
    ['event', 'url', 'the website', 'web page'],
    ['event', 'url', 'ftp://example.org', 'web page'],
    ['tag', 'number', 2 ** 53, 'more digits'],
  ]
  it.each(refused)('%s.%s refuses %j', (entity, field, value, reason) => {
    const { fields, invalid } = normaliseFields(entity, { [field]: value }, undefined, today)
    expect(inWords(invalid)).toEqual({ [field]: expect.stringContaining(reason) })
    expect(fields).toEqual({})
  })

  const taken: readonly (readonly [EntityName, string, FieldValue, FieldValue])[] = [
    ['person', 'phone', '112', '112'],
    ['person', 'phone', 491701234567, '491701234567'],
    ['person', 'phone', '(030) 90-18-20', '(030) 90-18-20'],
    ['person', 'email', ' O.Brien+run@Mail.Example.ORG ', 'o.brien+run@mail.example.org'],
    ['person', 'email', 'jörg@müller.example', 'jörg@müller.example'],
    ['person', 'country', 'ger', 'GER'],
    ['person', 'dateOfBirth', '2026-04-18', '2026-04-18'],
    ['person', 'dateOfBirth', '1900-1-1', '1900-01-01'],
    ['person', 'lastName', 'O\u0007Brien\u202e\u0085', 'OBrien'],
    ['eventParticipant', 'age', ' 36 ', 36],
    ['eventParticipant', 'age', '+36.0', 36],
    ['eventParticipant', 'age', 0, 0],
    ['eventParticipant', 'number', 258, '258'],
    ['eventParticipant', 'number', '00258', '00258'],
    ['race', 'distanceMeters', '21097.5', 21_097.5],
    ['event', 'url', 'www.example.org', 'www.example.org'],
    ['event', 'url', 'https://example.org:8080/a?b#c', 'https://example.org:8080/a?b#c'],
  ]
  it.each(taken)('%s.%s takes %j', (entity, field, value, normal) => {
    expect(normaliseFields(entity, { [field]: value }, undefined, today)).toEqual({
      fields: { [field]: normal },
      invalid: {},
    })
  })
})

describe('a time no race has', () => {
  it.each(['2260-01-01T09:00:00Z', '1899-12-31T23:00:00Z', '9999-12-31T23:59:59Z'])(
    'is refused in words: %s',
    (startTime) => {
      expect(inWords(normaliseFields('race', { startTime }).invalid)).toEqual({
        startTime: `is not between 1900 and 2200: ${startTime}`,
      })
    },
  )

  it.each(['1900-01-01T00:00:00Z', '2200-12-31T23:59:59Z'])(
    'is taken up to there: %s',
    (startTime) => {
      expect(normaliseFields('race', { startTime }).fields).toEqual({ startTime })
    },
  )
})
