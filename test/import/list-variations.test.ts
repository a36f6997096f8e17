import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateFacts, planDates, readDateCell } from '../../main/engine/import/date-columns.ts'
import { genderColumn } from '../../main/engine/import/gender-words.ts'
import { meaningOfHeader } from '../../main/engine/import/header-words.ts'
import { partName } from '../../main/engine/import/whole-names.ts'

const today = '2026-04-18'

/** Reads values as the cells of one column. */
function column(values: readonly string[], told?: 'dmy' | 'mdy' | 'ymd') {
  const facts = dateFacts()
  for (const value of values) facts.note(value)
  const { plan } = planDates({ header: 'dob', facts, told, beside: null })
  return values.map((value) => readDateCell(value, plan, today))
}

const days = fc
  .date({
    min: new Date('1921-01-01T00:00:00Z'),
    max: new Date('2020-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString().slice(0, 10))
const sign = fc.constantFrom('/', '-', '.', ' ')

function written(day: string, order: 'dmy' | 'mdy', separator: string): string {
  const [year, month, date] = day.split('-') as [string, string, string]
  return (order === 'dmy' ? [date, month, year] : [month, date, year]).join(separator)
}

describe('dates in any order', () => {
  it('are never another day: taken right where the column tells, else left to a person', () => {
    fc.assert(
      fc.property(
        fc.array(days, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('dmy', 'mdy'),
        fc.constantFrom('/', '-'),
        (list, order, separator) => {
          const read = column(list.map((day) => written(day, order, separator)))
          const isTold = list.some((day) => Number(day.slice(8)) > 12)
          for (const [at, day] of list.entries()) {
            const one = read[at]!
            if ('day' in one) expect(one.day).toBe(day)
            else {
              expect(isTold).toBe(false)
              expect(one.reason.code).toBe('two-days')
            }
          }
        },
      ),
    )
  })

  it('are the day a person means, whatever stands between', () => {
    fc.assert(
      fc.property(days, fc.constantFrom('dmy', 'mdy'), sign, (day, order, separator) => {
        expect(column([written(day, order, separator)], order)).toEqual([{ day }])
      }),
    )
  })

  it('mean the same wherever a row stands', () => {
    const cells = fc.oneof(
      days.map((day) => written(day, 'dmy', '/')),
      days.map((day) => written(day, 'mdy', '/')),
      days,
      fc.constantFrom('1984', '30769', 'n/a', '2094-01-01'),
    )
    fc.assert(
      fc.property(fc.array(cells, { minLength: 2, maxLength: 12 }), (list) => {
        const forwards = column(list)
        const backwards = column(list.toReversed()).toReversed()
        expect(backwards).toEqual(forwards)
      }),
    )
  })
})

describe('letters for gender', () => {
  it.each([
    ['M', 'F'],
    ['M', 'W'],
    ['H', 'D'],
    ['H', 'F'],
    ['M', 'V'],
    ['M', 'K'],
    ['M', 'Ž'],
    ['H', 'M'],
    ['U', 'D'],
    ['Mann', 'Frau'],
    ['Uomo', 'Donna'],
    ['Muž', 'Žena'],
    ['Mężczyzna', 'Kobieta'],
    ['Mand', 'Kvinde'],
    ['Man', 'Vrouw'],
    ['Hombre', 'Mujer'],
    ['Homme', 'Femme'],
    ['Male', 'Female'],
    ['Herr', 'Dam'],
  ])('%s is a man and %s a woman, in any case and order', (man, woman) => {
    for (const change of [
      (word: string) => word,
      (word: string) => word.toLowerCase(),
      (word: string) => ` ${word.toUpperCase()}. `,
    ]) {
      for (const values of [
        [change(man), change(woman)],
        [change(woman), change(man)],
      ]) {
        const { read } = genderColumn('gender', values)
        expect([read(change(man)), read(change(woman))]).toEqual(['male', 'female'])
      }
    }
  })
})

describe('headers', () => {
  it('mean the same in any case, with signs, brackets and units around', () => {
    const headers = fc.constantFrom(
      'Startnummer',
      'Prénom',
      'Apellidos',
      'Data di nascita',
      'Woonplaats',
      'Födelsedatum',
      'Kjønn',
      'Płeć',
      'Příjmení',
      'T-shirt size',
      'E-mail',
    )
    const around = fc.constantFrom(
      (header: string) => header.toUpperCase(),
      (header: string) => header.toLowerCase(),
      (header: string) => `${header} *`,
      (header: string) => `${header}:`,
      (header: string) => `${header} (required)`,
      (header: string) => `${header} [x]`,
      (header: string) => header.replaceAll(' ', '_'),
      (header: string) => ` ${header} `,
      (header: string) => header.normalize('NFD'),
    )
    fc.assert(
      fc.property(headers, around, (header, change) => {
        expect(meaningOfHeader(change(header))).toEqual(meaningOfHeader(header))
      }),
    )
  })
})

describe('whole names', () => {
  const word = fc.constantFrom('Ada', 'Bo', 'Eins', 'Łukasz', 'García', 'O’Brien', 'Smith-Jones')
  it('lose no word, and part the same with a comma as in order', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), word, (first, last) => {
        const name = { first: first.join(' '), last }
        expect(partName(`${last}, ${name.first}`, 'first-last')).toEqual(name)
        expect(partName(`${name.first} ${last}`, 'first-last')).toEqual(name)
        expect(partName(`${last} ${name.first}`, 'last-first')).toEqual(name)
      }),
    )
  })
})
