import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { importedFields } from '../support/imported.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

const categories = async () =>
  (await importedFields(test, 'eventParticipant')).map(({ category }) => category)

describe('a column beside the others of its file', () => {
  it.each([
    ['marks', '0', 'X'],
    ['nothing', '', ''],
  ])('that holds %s is no category where another one is', async (_, first, second) => {
    await importText(
      test,
      `Stnr;Nachname;Vorname;G;AK;Wertung;Kurz;Lang\n1;One;Ada;W;${first};0;D21;Damen\n2;Two;Bob;M;${second};0;H14;Herren\n`,
    )
    expect(await categories()).toEqual(['D21', 'H14'])
  })

  it('that nobody filled in takes no place from one with content', async () => {
    await importText(test, 'Bib,Name,Phone,Mobile\n1,Ada One,,+44 7700 900001\n')
    expect(await importedFields(test, 'person')).toMatchObject([{ phone: '+447700900001' }])
  })

  it.each(['FullName', 'Name'])(
    'of half names is left alone where it is empty and %s is not',
    async (header) => {
      const report = await importText(
        test,
        `Bib,${header},FirstName,MiddleName,LastName\n1,Ada One,,,\n2,Bob Two,,,\n`,
      )
      expect(report.bad).toEqual([])
      expect(await importedFields(test, 'person')).toMatchObject([
        { firstName: 'Ada', lastName: 'One' },
        { firstName: 'Bob', lastName: 'Two' },
      ])
    },
  )

  it.each(['Addr. city', 'City'])(
    'is the town of a club behind its name, where the address has its own %s',
    async (own) => {
      await importText(
        test,
        `Stno;Surname;First name;Cl.name;City;Nat;Street;Zip;${own}\n1;One;Ada;OC Wald;Lindau;SUI;Gasse 1;3000;Bern\n`,
      )
      expect(await importedFields(test, 'person')).toMatchObject([{ city: 'Bern' }])
    },
  )

  it('is the town there is where the address has none', async () => {
    await importText(
      test,
      'Stno;Surname;First name;Cl.name;City;Nat;Street;Zip;City\n1;One;Ada;OC Wald;Lindau;SUI;;;\n',
    )
    expect(await importedFields(test, 'person')).toMatchObject([{ city: 'Lindau' }])
  })

  it('is a number where its names stand beside it', async () => {
    await importText(
      test,
      'Startnr;Nachname;Vorname;Wettbewerb;WettbewerbName\n1;One;Ada;1;10 km\n2;Two;Bob;2;Jugendlauf\n',
    )
    const races = await importedFields(test, 'race')
    expect(races.map(({ name }) => name).sort()).toEqual(['10 km', 'Jugendlauf'])
  })

  it('is nobody’s gender where several could be, and that is told', async () => {
    const report = await importText(
      test,
      'Bib;Nachname;Vorname;S: Geschlecht;R: Geschlecht\n1;One;Ada;m;w\n2;Two;Bob;w;m\n',
    )
    const genders = (await importedFields(test, 'person')).map(({ gender }) => gender ?? 'none')
    expect(genders).toEqual(['none', 'none'])
    expect(report.guesses).toContainEqual(
      expect.objectContaining({
        what: 'R: Geschlecht',
        value: 'not used',
        why: expect.stringContaining('could each be Gender'),
      }),
    )
  })
})

describe('a column that asks whether somebody is out', () => {
  it.each([
    ['Removed', 'True', 'False', 'withdrawn'],
    ['cancelled', 'X', '', 'withdrawn'],
    ['Abgemeldet', 'ja', 'nein', 'withdrawn'],
    ['No show', 'yes', 'no', 'dns'],
  ])('%s: %s', async (header, yes, no, status) => {
    const report = await importText(test, `bib,name,${header}\n1,Ada One,${yes}\n2,Bob Two,${no}\n`)
    expect(await importedFields(test, 'eventParticipant')).toMatchObject([
      { number: '1', status },
      { number: '2', status: 'registered' },
    ])
    expect(report.guesses).toContainEqual(
      expect.objectContaining({ what: header, why: expect.stringContaining(status) }),
    )
  })

  it('takes the first yes wherever it stands', async () => {
    const many = Array.from({ length: 1000 }, (_, at) => `${at + 1},Ada N${at},,`).join('\n')
    await importText(test, `bib,name,Cancelled,No show\n${many}\n1001,Bob Last,X,\n`)
    const { records } = await listRecords(test.core.reader, 'eventParticipant', {
      after: 0,
      limit: 2000,
      deleted: false,
      where: {},
    })
    const out = records.flatMap(({ fields }) => (fields['status'] === 'withdrawn' ? [fields] : []))
    expect(out).toMatchObject([{ number: '1001' }])
  })

  it('tells nothing where its cells are no answers', async () => {
    const report = await importText(test, 'bib,name,Removed\n1,Ada One,2026-03-01\n')
    expect(await importedFields(test, 'eventParticipant')).toMatchObject([{ status: 'registered' }])
    expect(report.ignoredColumns).toEqual(['Removed'])
  })
})
