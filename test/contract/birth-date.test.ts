import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import {
  dateOrderOf,
  judgeBirthDate,
  readBirthDate,
  type DateOrder,
} from '../../main/contract/birth-date.ts'

const today = '2026-04-18'
const read = (text: string, order: DateOrder) => {
  const found = readBirthDate(text, { order, today })
  if (found.kind === 'date') return found.date
  return found.kind === 'problem' ? found.code : `${found.code} ${found.date} ${found.age}`
}

describe('a birth date as people type it', () => {
  it.each([
    // The text says its order itself.
    ['1990-07-01', 'dmy', '1990-07-01'],
    ['1990-7-1', 'mdy', '1990-07-01'],
    ['1990/07/01', 'dmy', '1990-07-01'],
    ['1990.07.01', 'dmy', '1990-07-01'],
    ['1990 07 01', 'dmy', '1990-07-01'],
    ['19900701', 'dmy', '1990-07-01'],
    ['19900701', 'mdy', '1990-07-01'],
    ['20111012', 'dmy', '2011-10-12'],
    ['1990-07-01T00:00:00Z', 'dmy', '1990-07-01'],
    ['1990-07-01 00:00:00', 'mdy', '1990-07-01'],
    ['1 July 1990', 'mdy', '1990-07-01'],
    ['July 1, 1990', 'dmy', '1990-07-01'],
    ['1. Juli 1990', 'dmy', '1990-07-01'],
    ['1-Jul-1990', 'ymd', '1990-07-01'],
    ['1st July 1990', 'dmy', '1990-07-01'],
    ['1 juillet 1990', 'dmy', '1990-07-01'],
    ['1 de julio de 1990', 'dmy', '1990-07-01'],
    ['1990 July 1', 'dmy', '1990-07-01'],
    ['3. März 1990', 'dmy', '1990-03-03'],
    ['3. MAERZ 1990', 'dmy', '1990-03-03'],
    ['1jul90', 'dmy', '1990-07-01'],
    ['Sept. 5 1988', 'dmy', '1988-09-05'],
    // The reader's order decides.
    ['1.7.1990', 'dmy', '1990-07-01'],
    ['1.7.1990', 'mdy', '1990-01-07'],
    ['01/07/1990', 'dmy', '1990-07-01'],
    ['01/07/1990', 'mdy', '1990-01-07'],
    ['01-07-1990', 'dmy', '1990-07-01'],
    ['1. 7. 1990', 'dmy', '1990-07-01'],
    ['1 7 1990', 'dmy', '1990-07-01'],
    ['1/7/90', 'dmy', '1990-07-01'],
    ['1/7/90', 'mdy', '1990-01-07'],
    ['90/7/1', 'ymd', '1990-07-01'],
    ['010790', 'dmy', '1990-07-01'],
    ['010790', 'mdy', '1990-01-07'],
    ['900701', 'ymd', '1990-07-01'],
    ['01071990', 'dmy', '1990-07-01'],
    ['01071990', 'mdy', '1990-01-07'],
    ['01071990', 'ymd', 'other-order'],
    ['  1.7.1990  ', 'dmy', '1990-07-01'],
    ['１.７.１９９０', 'dmy', '1990-07-01'],
    // Two digits are the latest year that is not after today.
    ['19.4.26', 'dmy', '1926-04-19'],
    ['17.4.20', 'dmy', '2020-04-17'],
    ['29.2.00', 'dmy', '2000-02-29'],
    // Refused, and why.
    ['02/29/1988', 'dmy', 'other-order'],
    ['29/02/1988', 'mdy', 'other-order'],
    ['01/07/1990', 'ymd', 'other-order'],
    ['02/29/1990', 'mdy', 'no-such-day'],
    ['29.02.1990', 'dmy', 'no-such-day'],
    ['1990-02-29', 'dmy', 'no-such-day'],
    ['31.4.1990', 'dmy', 'no-such-day'],
    ['31 April 1990', 'dmy', 'no-such-day'],
    ['0.7.1990', 'dmy', 'no-such-day'],
    ['1990-13-01', 'dmy', 'no-such-day'],
    ['31.12.1899', 'dmy', 'too-early'],
    ['0001-01-01', 'dmy', 'too-early'],
    ['2026-04-19', 'dmy', 'future'],
    ['1.7.2090', 'dmy', 'future'],
    ['1.7.', 'dmy', 'no-year'],
    ['1 July', 'dmy', 'no-year'],
    ['1/7', 'dmy', 'no-year'],
    ['1990', 'dmy', 'not-a-date'],
    ['July 1990', 'dmy', 'not-a-date'],
    ['36', 'dmy', 'not-a-date'],
    ['-1.7.1990', 'dmy', 'not-a-date'],
    ['1--7--1990', 'dmy', 'not-a-date'],
    ['1.7.1990; 2.7.1990', 'dmy', 'not-a-date'],
    ['1.7.990', 'dmy', 'not-a-date'],
    ['1.7.19901', 'dmy', 'not-a-date'],
    ['0x1F', 'dmy', 'not-a-date'],
    ['jui 1 1990', 'dmy', 'not-a-date'],
    ['yesterday', 'dmy', 'not-a-date'],
    ['', 'dmy', 'not-a-date'],
    ['1', 'dmy', 'not-a-date'],
    // Taken, but asked.
    ['18.4.2026', 'dmy', 'young 2026-04-18 0'],
    ['19.4.2020', 'dmy', 'young 2020-04-19 5'],
    ['18.4.2020', 'dmy', '2020-04-18'],
    ['18.4.1925', 'dmy', 'old 1925-04-18 101'],
    ['19.4.1925', 'dmy', '1925-04-19'],
    ['1900-01-01', 'dmy', 'old 1900-01-01 126'],
  ] as const)('reads %j in the order %s as %s', (text, order, found) => {
    expect(read(text, order)).toBe(found)
  })

  it('reads every day of a life in every way it is written', () => {
    const day = fc
      .integer({ min: Date.UTC(1926, 3, 19) / 86_400_000, max: Date.UTC(2020, 3, 17) / 86_400_000 })
      .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10))
    fc.assert(
      fc.property(day, (date) => {
        const [year = '', month = '', dayOfMonth = ''] = date.split('-')
        const english = new Date(date).toLocaleDateString('en-GB', {
          dateStyle: 'long',
          timeZone: 'UTC',
        })
        const written: [string, DateOrder][] = [
          [date, 'mdy'],
          [`${Number(dayOfMonth)}.${Number(month)}.${year}`, 'dmy'],
          [`${month}/${dayOfMonth}/${year}`, 'mdy'],
          [`${dayOfMonth}${month}${year.slice(2)}`, 'dmy'],
          [`${month}${dayOfMonth}${year}`, 'mdy'],
          [`${year}${month}${dayOfMonth}`, 'dmy'],
          [`${year.slice(2)}-${month}-${dayOfMonth}`, 'ymd'],
          [english, 'ymd'],
        ]
        for (const [text, order] of written) expect(read(text, order), text).toBe(date)
      }),
    )
  })

  it('answers something for any text, and a date that is read again is the same', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom<DateOrder>('dmy', 'mdy', 'ymd'), (text, order) => {
        const found = readBirthDate(text, { order, today })
        if (found.kind === 'problem') return
        expect(judgeBirthDate(found.date, today)).toEqual(found)
      }),
    )
  })
})

it.each([
  ['de', 'dmy'],
  ['en-GB', 'dmy'],
  ['en-US', 'mdy'],
  ['sv', 'ymd'],
  ['ja', 'ymd'],
] as const)('a reader of %s writes dates as %s', (language, order) => {
  expect(dateOrderOf(language)).toBe(order)
})
