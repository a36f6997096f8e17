import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportOptions } from '../../main/contract/imports.ts'
import { importText } from '../support/demo-entrants.ts'
import { importedFields } from '../support/imported.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

/** Imports a list of birth dates; one entrant each. */
async function read(
  dates: readonly string[],
  options: Partial<ImportOptions> = {},
  header = 'date_of_birth',
) {
  const rows = dates.map((date, at) => `${at + 1},Ada,N${at},"${date}"`)
  const report = await importText(
    test,
    `bib,first_name,last_name,"${header}"\n${rows.join('\n')}\n`,
    options,
  )
  const born = (await importedFields(test, 'person')).map(({ dateOfBirth }) => dateOfBirth)
  return { report, born, guesses: report.guesses.map(({ value }) => value) }
}

describe('a column of dates', () => {
  it('takes each way of writing one day, and names what is none', async () => {
    const { report, born } = await read([
      '03/28/1984',
      '3/28/84',
      '28/03/1984',
      '1984/03/28',
      '28-Mar-1984',
      '28.3.84',
      '1984-03-28 00:00:00',
      '1984-03-28T00:00:00+02:00',
      '28-03-1984',
      '3/28/1984 12:00:00 AM',
      '1984',
      '30769',
      '2094-03-28',
      '0000-00-00',
      '0084-03-28',
    ])
    const day = '1984-03-28'
    expect(born).toEqual([...Array.from({ length: 10 }, () => day), null, null, null, null, null])
    expect(report.bad.map(({ value, kept }) => [value, kept])).toEqual([
      ['1984', true],
      ['30769', true],
      ['2094-03-28', true],
      ['0084-03-28', true],
    ])
    expect(report.bad[1]!.fix).toContain(day)
    expect(report.guesses.map(({ value }) => value)).toContain('two orders')
  })

  it.each([
    [['13/04/1990', '03/04/1990'], '1990-04-03', 'day, month, year'],
    [['04/13/1990', '03/04/1990'], '1990-03-04', 'month, day, year'],
    [['13-04-1990', '03/04/1990'], '1990-04-03', 'day, month, year'],
    [['84-03-28', '03/04/05'], '2003-04-05', 'year, month, day'],
  ])('has one order, which one day above 12 tells: %j', async (dates, second, order) => {
    const { report, born, guesses } = await read(dates)
    expect(report.bad).toEqual([])
    expect(born[1]).toBe(second)
    expect(guesses).toContain(order)
  })

  it('is asked when nothing tells its order: the runners are in, the value and the way out are named', async () => {
    const { report, born } = await read(['03/04/1990', '05/05/1991', '1991-02-01'])
    expect(report.bad).toHaveLength(1)
    expect(report.bad).toMatchObject([
      {
        line: 2,
        column: 'date_of_birth',
        value: '03/04/1990',
        reason: expect.stringMatching(/two days.*1990-04-03.*1990-03-04/),
        fix: expect.stringContaining('--dates dmy'),
        kept: true,
      },
    ])
    expect(born).toEqual([null, '1991-05-05', '1991-02-01'])
  })

  it.each([
    ['dmy', '1990-04-03'],
    ['mdy', '1990-03-04'],
  ] as const)('is read in the order a person says: %s', async (dates, day) => {
    const { report, born } = await read(['03/04/1990'], { reading: { dates } })
    expect(report).toMatchObject({ bad: [], guesses: [] })
    expect(born).toEqual([day])
  })

  it('says what is no day in the order a person says', async () => {
    const { report } = await read(['04/13/1990'], { reading: { dates: 'dmy' } })
    expect(report.bad[0]).toMatchObject({ value: '04/13/1990', kept: true })
    expect(report.bad[0]!.reason).toContain('day, month, year')
  })

  it.each([
    ['DOB (mm/dd/yyyy)', '1990-03-04', 'month, day, year'],
    ['Geburtsdatum (TT/MM/JJJJ)', '1990-04-03', 'day, month, year'],
    ['Date de naissance jj/mm/aaaa', '1990-04-03', 'day, month, year'],
  ])('takes the order from its header, and says so: %s', async (header, day, order) => {
    const { born, guesses } = await read(['03/04/1990'], {}, header)
    expect(born).toEqual([day])
    expect(guesses).toContain(order)
  })

  it('takes the order from another column of dates', async () => {
    const report = await importText(
      test,
      'bib,last_name,dob,Registered on\n1,Kip,03/04/1990,01/25/2026\n2,Lund,05/06/1991,02/03/2026\n',
    )
    expect(report.bad).toEqual([])
    expect((await importedFields(test, 'person')).map((fields) => fields['dateOfBirth'])).toEqual([
      '1990-03-04',
      '1991-05-06',
    ])
    expect(report.guesses.map(({ why }) => why).join()).toContain('Registered on')
    expect(report.ignoredColumns).toEqual(['Registered on'])
  })

  it('leaves what means two days to a person where its dates contradict each other', async () => {
    const { report, born } = await read(['13/04/1990', '04/13/1990', '03/04/1990'])
    expect(born).toEqual(['1990-04-13', '1990-04-13', null])
    expect(report.bad).toMatchObject([{ value: '03/04/1990', kept: true }])
  })

  it('is told by a late row too', async () => {
    const rows = Array.from({ length: 1_200 }, () => '03/04/1990')
    const { report, born } = await read([...rows, '13/04/1990'])
    expect(report.bad).toEqual([])
    expect(born[0]).toBe('1990-04-03')
  })

  it.each([
    '1 de marzo de 1984',
    '1 mars 1984',
    '1. März 1984',
    '1 maart 1984',
    '1 marts 1984',
    '1 marca 1984',
    '1. března 1984',
    '01-MAR-84',
    'March 1, 1984',
  ])('knows months by name: %s', async (date) => {
    expect((await read([date])).born).toEqual(['1984-03-01'])
  })

  it.each([
    ['4 lipca 1984', '1984-07-04'],
    ['4. července 1984', '1984-07-04'],
    ['4. června 1984', '1984-06-04'],
    ['4 października 1984', '1984-10-04'],
    ['4 desember 1984', '1984-12-04'],
  ])('tells months that begin alike apart: %s', async (date, day) => {
    expect((await read([date])).born).toEqual([day])
  })

  it('takes the day numbers of a spreadsheet where all are such, and says so', async () => {
    const { born, guesses } = await read(['30769', '29221', '37000.0'])
    expect(born).toEqual(['1984-03-28', '1980-01-01', '2001-04-19'])
    expect(guesses).toEqual(['day numbers of a spreadsheet'])
  })

  it('says once that years of two digits were filled up', async () => {
    const { born, guesses } = await read(['28.3.84', '1.2.05'])
    expect(born).toEqual(['1984-03-28', '2005-02-01'])
    expect(guesses).toEqual(['the latest year that is not after today'])
  })

  it.each([
    [
      ['1984-03-27T22:00:00.000Z', '1984-01-27T23:00:00Z'],
      ['1984-03-28', '1984-01-28'],
    ],
    [
      ['1984-03-27T04:00:00Z', '1984-01-27T05:00:00Z'],
      ['1984-03-27', '1984-01-27'],
    ],
  ])('knows midnight elsewhere by the hours of the column: %j', async (moments, days) => {
    const { born, guesses } = await read(moments)
    expect(born).toEqual(days)
    expect(guesses).toHaveLength(1)
  })

  it.each(['1984-03-27T14:35:10Z', '1984-03-27 22:00:00', '1984-03-27T18:00:00-04:00'])(
    'does not take a moment for a day: %s',
    async (moment) => {
      const { report, born } = await read([moment])
      expect(born).toEqual([null])
      expect(report.bad).toMatchObject([{ value: moment, kept: true }])
    },
  )

  it('of years alone is named as unused', async () => {
    const { report, born } = await read(['1984', '1990'], {}, 'Born')
    expect(born).toEqual([null, null])
    expect(report).toMatchObject({ bad: [], ignoredColumns: ['Born'] })
    expect(report.guesses).toMatchObject([{ what: 'Born', why: expect.stringContaining('years') }])
  })
})
