import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyChanges } from '../../main/engine/change-together.ts'
import { entrantsPerPage } from '../../main/engine/import/entrant-import.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

async function all(entity: EntityName) {
  const options = { after: 0, limit: 1000, deleted: false, where: {} }
  const { records } = await listRecords(test.core.reader, entity, options)
  return records
}
const fieldsOf = async (entity: EntityName) => (await all(entity)).map(({ fields }) => fields)

const list = `Bib,First Name,last-name,gender,age,e-mail,club,race,start_group,tag,half_split
007,Ana,Kip,F,29,ANA@Example.org,Harriers,Marathon,Wave 1,T-1,1:20
8,Bo,Lund,m,,,Harriers,Marathon,Wave 2,,
9,Cleo,Anand,X,41,,,Half,,,
`

describe('importing a start list', () => {
  it('takes a club for one that looks the same, and rather the one that is written the same', async () => {
    await importText(test, 'name\nhärriers\nHarriers\nHARRIERS\n', { entity: 'organisation' })
    const rows = ['Club Rio', 'CLUB  RÍO', 'Harriers', 'HÄRRIERS', 'Harriers+']
    const text = `last_name,club\n${rows.map((club, at) => `P${at},${club}`).join('\n')}\n`
    expect((await importText(test, text)).created).toMatchObject({ organisation: 2 })
    const names = new Map((await all('organisation')).map(({ id, fields }) => [id, fields['name']]))
    expect(
      (await fieldsOf('person')).map(({ organisation }) => names.get(String(organisation))),
    ).toEqual(['Club Rio', 'Club Rio', 'Harriers', 'härriers', 'Harriers+'])
  })

  it('makes event, races, start groups, clubs, persons, entries, tags and places', async () => {
    const report = await importText(test, list)
    expect(report).toMatchObject({
      entity: 'entrant',
      rows: 3,
      created: {
        organisation: 1,
        person: 3,
        event: 1,
        race: 2,
        startGroup: 3,
        tag: 1,
        eventParticipant: 3,
        startGroupParticipant: 3,
      },
      updated: {
        organisation: 0,
        person: 0,
        event: 0,
        race: 0,
        startGroup: 0,
        tag: 0,
        eventParticipant: 0,
        startGroupParticipant: 0,
      },
      unchanged: 0,
      bad: [],
      asked: [],
      possible: [],
      changes: [],
      guesses: [],
      ignoredColumns: ['half_split'],
    })
    expect(await fieldsOf('person')).toMatchObject([
      { firstName: 'Ana', gender: 'female', email: 'ana@example.org', dateOfBirth: null },
      { firstName: 'Bo', gender: 'male', email: null },
      { firstName: 'Cleo', gender: 'other', organisation: null },
    ])
    expect(await fieldsOf('eventParticipant')).toMatchObject([
      { number: '007', age: 29, status: 'registered' },
      { number: '8', age: null },
      { number: '9', age: 41 },
    ])
    expect(await fieldsOf('race')).toMatchObject([{ name: 'Marathon' }, { name: 'Half' }])
    // A race without start groups gets one of its own name, so that its entrants belong to it.
    expect(await fieldsOf('startGroup')).toMatchObject([
      { name: 'Wave 1', seq: 1 },
      { name: 'Wave 2', seq: 2 },
      { name: 'Half', seq: 1 },
    ])
    expect(await fieldsOf('tag')).toMatchObject([{ number: 'T-1', status: 'inUse' }])
    expect(await checkStore(test.core.reader, test.database)).toEqual({
      ok: true,
      problems: [],
    })
  })

  it('changes nothing the second time', async () => {
    await importText(test, list)
    const before = await all('eventParticipant')
    const report = await importText(test, list)
    expect(report.unchanged).toBe(3)
    expect(
      Object.values({ ...report.created, ...report.updated }).every((count) => count === 0),
    ).toBe(true)
    expect(await all('eventParticipant')).toEqual(before)
  })

  it('changes only what differs, and a blank cell clears nothing', async () => {
    await importText(test, list)
    await importText(test, 'bib,first_name,last_name,date_of_birth\n007,Ana,Kip,1997-05-05\n')
    const report = await importText(
      test,
      'bib,first_name,last_name,date_of_birth,age,email,race,start_group,tag\n007,Ana,Kip-Moe,1997-05-05,,,Marathon,Wave 2,T-2\n',
    )
    expect(report).toMatchObject({
      created: { person: 0, tag: 1, startGroup: 0 },
      updated: { person: 1, eventParticipant: 1, startGroupParticipant: 1, tag: 1 },
    })
    expect((await fieldsOf('person'))[0]).toMatchObject({
      lastName: 'Kip-Moe',
      email: 'ana@example.org',
    })
    expect((await fieldsOf('eventParticipant'))[0]).toMatchObject({ age: 29 })
    expect(await fieldsOf('tag')).toMatchObject([
      { number: 'T-1', status: 'stock' },
      { number: 'T-2', status: 'inUse' },
    ])
  })

  it('tells the history which file a change came from', async () => {
    await importText(test, list, { fileName: 'start-list.csv' })
    const row = await test.core.reader.selectFrom('audit').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ origin: 'import', source: 'start-list.csv', who: 'Desk 1' })
  })

  it('uses the only race of an event, and a start group that is unique in it', async () => {
    await importText(test, list)
    const report = await importText(test, 'bib,last_name,start_group\n20,Olsen,wave 2\n')
    expect(report.created).toMatchObject({ race: 0, startGroup: 0, startGroupParticipant: 1 })
    await importText(test, 'bib,last_name\n1,Solo\n', { event: 'Village Run' })
    expect((await fieldsOf('race')).at(-1)).toMatchObject({ name: 'Village Run' })
  })

  it('takes the event from the file, or from what there is', async () => {
    await expect(importText(test, 'last_name\nKip\n', { event: undefined })).rejects.toThrow(
      'no event yet',
    )
    await importText(test, 'event,bib,last_name\nSpring,1,Kip\nAutumn,1,Kip\n', {
      event: undefined,
    })
    expect(await fieldsOf('event')).toMatchObject([{ name: 'Spring' }, { name: 'Autumn' }])
    await expect(importText(test, 'last_name\nKip\n', { event: undefined })).rejects.toThrow(
      'several events',
    )
  })

  it('imports an entrant without a bib once, and gives them a bib later', async () => {
    const rows = 'first_name,last_name,email\nAna,Kip,a@x.org\nAna,Kip,\nAna,Kip,\n'
    expect((await importText(test, rows)).created).toMatchObject({ person: 3 })
    expect(await importText(test, rows)).toMatchObject({ unchanged: 3, created: { person: 0 } })
    const report = await importText(test, 'bib,first_name,last_name,email\n5,Ana,Kip,A@x.org\n')
    expect(report).toMatchObject({ created: { person: 0 }, updated: { eventParticipant: 1 } })
  })

  it('has nothing to report for a header alone, and makes no event for it', async () => {
    const report = await importText(test, 'bib,last_name\n')
    expect(report).toMatchObject({ rows: 0, unchanged: 0, bad: [], created: { person: 0 } })
    expect(await all('event')).toEqual([])
  })

  it('takes JSON with the same names', async () => {
    const report = await importText(
      test,
      '{"records":[{"bib":12,"last_name":"Kip","age":30},{"bib":"013","last_name":"Lund"}]}',
      {
        fileName: 'list.json',
      },
    )
    expect(report).toMatchObject({ rows: 2, created: { person: 2 }, bad: [] })
    expect(await fieldsOf('eventParticipant')).toMatchObject([
      { number: '12', age: 30 },
      { number: '013' },
    ])
  })
})

describe('bad rows of a start list', () => {
  it('are listed with line, column and reason while good ones are imported', async () => {
    await importText(test, 'bib,first_name,last_name,tag\n50,Hold,Er,T-50\n')
    const report = await importText(
      test,
      [
        'bib,First,last_name,Born,age,tag,start_group', // line 1
        '1,Ana,Kip,1990-02-30,,,', // no such day: in without it
        '2,Bo,,,,,', // no last name
        '3,Cleo,Anand,28.3.1984,,,', // good
        '3,Dee,Other,,,,', // bib twice
        '4,Eve,Old,,abc,,', // no number: in without it
        '50,Wrong,Person,,,,', // bib of somebody else
        '6,Fay,Tag,,,T-50,Wave 9', // tag of somebody else
        '7,"Gil,Open,,,,', // quote never closed
        '8,Hal,Long,,,,,x', // too many cells
        '9,Ida,Good,,33,T-9,Wave 1', // good
      ].join('\n'),
      { map: { First: 'first_name', Born: 'date_of_birth' } },
    )
    expect(report.rows).toBe(10)
    expect(report.bad).toMatchObject([
      {
        line: 2,
        column: 'Born',
        value: '1990-02-30',
        reason: 'Date of birth is not a day of the calendar: 1990-02-30.',
        fix: expect.stringContaining('import the file again'),
        kept: true,
        facts: {
          code: 'unfit',
          field: { name: 'date_of_birth', label: 'Date of birth' },
          reason: { code: 'no-such-day', value: '1990-02-30' },
        },
      },
      { line: 3, column: 'last_name', value: '', reason: 'Last name is missing.' },
      { line: 5, column: 'bib', value: '3', reason: 'Bib 3 is on line 4 already.' },
      {
        line: 6,
        column: 'age',
        value: 'abc',
        reason: 'Age is not a number.',
        fix: expect.any(String),
        kept: true,
      },
      {
        line: 7,
        column: 'bib',
        value: '50',
        reason: 'Bib 50 is taken by Hold Er.',
        fix: expect.stringContaining('take it from Hold Er'),
      },
      {
        line: 8,
        column: 'tag',
        reason: 'Tag is taken by Hold Er (50).',
        facts: { code: 'taken', field: { name: 'tag', label: 'Tag' }, by: 'Hold Er (50)' },
      },
      { line: 9, column: null, reason: 'A quote (") is opened and never closed.' },
      { line: 10, column: null, reason: 'The row has 8 cells, the header has 7.' },
    ])
    expect(report.created).toMatchObject({ person: 4, eventParticipant: 4, tag: 1 })
    // Nothing of a refused row stays: no person without an entry, no start group only it named.
    const names = (await fieldsOf('person')).map(({ lastName }) => lastName)
    expect(names).toEqual(['Er', 'Kip', 'Anand', 'Old', 'Good'])
    expect(await fieldsOf('startGroup')).toMatchObject([{ name: 'Wave 1' }])
    expect(await checkStore(test.core.reader, test.database)).toEqual({
      ok: true,
      problems: [],
    })
  })

  it.each([
    ['phone', 'Wave A'],
    ['email', 'a@b@c'],
    ['age', '-5'],
    ['age', '0x1F'],
    ['date_of_birth', '2090-01-01'],
    ['date_of_birth', '02/29/1990'],
  ])('are in without a %s that is none: %s', async (column, value) => {
    const report = await importText(test, `bib,last_name,${column}\n7,Kip,${value}\n`)
    expect(report.bad).toMatchObject([
      { line: 2, column, value, reason: expect.any(String), fix: expect.any(String), kept: true },
    ])
    expect(report.created).toMatchObject({ person: 1, eventParticipant: 1 })
    expect(await fieldsOf('person')).toMatchObject([
      { lastName: 'Kip', phone: null, email: null, dateOfBirth: null },
    ])
    expect(await fieldsOf('eventParticipant')).toMatchObject([{ number: '7', age: null }])
  })

  it('names birth dates worth a look, and takes them', async () => {
    const report = await importText(
      test,
      'bib,last_name,date_of_birth\n1,Kip,2024-05-01\n2,Old,1. Mai 1911\n3,Own,1990-05-01\n',
    )
    expect(report.bad).toEqual([])
    expect(report.asked).toMatchObject([
      { line: 2, column: 'date_of_birth', value: '2024-05-01' },
      { line: 3, column: 'date_of_birth', value: '1911-05-01' },
    ])
    expect((await fieldsOf('person')).map(({ dateOfBirth }) => dateOfBirth)).toEqual([
      '2024-05-01',
      '1911-05-01',
      '1990-05-01',
    ])
  })

  it('is the same person however the name is spelled, with an equal birth date', async () => {
    const born = '1990-07-01'
    await importText(
      test,
      `first_name,last_name,date_of_birth\nJosé,García,${born}\nIda,Müller,${born}\nBo,O'Brien,${born}\nCy,Smith-Jones,${born}\n`,
    )
    const again = await importText(
      test,
      `first_name,last_name,date_of_birth\nJose,Garcia,${born}\nIda,Mueller,${born}\nBo,OBrien,${born}\nCy,Smith Jones,${born}\n`,
      { event: 'Autumn Run' },
    )
    expect(again.created).toMatchObject({ person: 0, eventParticipant: 4 })
    expect(await all('person')).toHaveLength(4)
    const persons = await importText(test, `firstName,lastName,dateOfBirth\nIDA,Muller,${born}\n`, {
      entity: 'person',
    })
    expect(persons.created).toMatchObject({ person: 0 })
  })

  it('takes a country by its name or by a federation for its two letters', async () => {
    await importText(test, 'bib,last_name,country\n1,Kip,Germany\n2,Old,Österreich\n3,Own,GER\n')
    expect((await fieldsOf('person')).map(({ country }) => country)).toEqual(['DE', 'AT', 'DE'])
  })

  it('are found across pages', async () => {
    const rows = Array.from({ length: 1200 }, (_, at) => `${at},N${at},T-${at}`)
    rows.push('3,Late,', '2000,Later,T-4')
    const report = await importText(test, `bib,last_name,tag\n${rows.join('\n')}\n`)
    expect(report.bad).toMatchObject([
      { line: 1202, column: 'bib', reason: 'Bib 3 is on line 5 already.' },
      { line: 1203, column: 'tag', reason: 'Tag T-4 is on line 6 already.' },
    ])
    expect(report.created['person']).toBe(1200)
  })

  it('refuses a file that makes no sense at all, before anything is written', async () => {
    await expect(importText(test, 'bib,city\n1,Kiel\n')).rejects.toThrow('no column for last name')
    await expect(importText(test, '')).rejects.toThrow('empty')
    expect(await all('event')).toEqual([])
  })
})

describe('a rehearsal', () => {
  it('reports what a real import would do and writes nothing', async () => {
    const rows = Array.from(
      { length: 1300 },
      (_, at) => `${at},N${at},Club ${at % 3},Wave ${at % 4}`,
    )
    const text = `bib,last_name,club,start_group\n${rows.join('\n')}\n7,Twice,,\n`
    const rehearsed = await importText(test, text, { rehearse: true })
    expect(await all('person')).toEqual([])
    expect(await test.core.reader.selectFrom('audit').selectAll().execute()).toEqual([])
    expect(test.events).toEqual([])
    const real = await importText(test, text)
    expect(rehearsed).toEqual({ ...real, importId: null })
    expect(real.created).toMatchObject({ organisation: 3, startGroup: 4, person: 1300 })
  })
})

describe('an import that is cut short', () => {
  it('ends the same when it is started again', async () => {
    const rows = Array.from({ length: 1800 }, (_, at) => `${at},N${at},Wave ${at % 5}`)
    const text = `bib,last_name,start_group\n${rows.join('\n')}\n`
    const cut = await openTestCore({
      probe: (point) => {
        if (point === 'import:page:3') throw new Error('the power went')
      },
    })
    await expect(importText(cut, text)).rejects.toThrow('the power went')
    const half = await cut.core.reader.selectFrom('person').select('id').execute()
    expect(half.length).toBe(2 * entrantsPerPage)
    await cut.database.close()
    const again = await openTestCore({ dataDir: cut.dataDir })
    const report = await importText(again, text)
    expect(report).toMatchObject({
      rows: 1800,
      unchanged: 2 * entrantsPerPage,
      created: { person: 1800 - 2 * entrantsPerPage, startGroup: 0 },
    })
    expect(await checkStore(again.core.reader, again.database)).toEqual({
      ok: true,
      problems: [],
    })
    await again.close()
    await cut.close()
  })

  it('keeps what a desk changed meanwhile', async () => {
    const born = 'bib,first_name,last_name,date_of_birth\n007,Ana,Kip,1997-05-05\n'
    await importText(test, born)
    const [ana] = await all('person')
    await applyChanges(test.core, [
      { action: 'update', entity: 'person', id: ana!.id, fields: { phone: '+49 170 1234567' } },
    ])
    await importText(test, born.replace('Ana,Kip', 'Anna,Kip'))
    expect((await fieldsOf('person'))[0]).toMatchObject({
      firstName: 'Anna',
      phone: '+491701234567',
    })
  })
})
