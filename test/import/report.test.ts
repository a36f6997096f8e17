import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

const first = `bib,first_name,last_name,email,race,start_group,club,tag
1,Ana,Kip,ana@example.org,Marathon,Wave 1,Harriers,T-1
2,Bo,Lund,bo@example.org,Marathon,Wave 1,Harriers,T-2
3,Cleo,Anand,cleo@example.org,Half,Half A,,
`
const second = `bib,first_name,last_name,email,race,start_group,club,tag,city
1,Ana,Kip,ana@example.org,Marathon,Wave 1,Harriers,T-1,
2,Bo,Lund,bo@example.com,Marathon,Wave 1,Striders,T-9,
3,Cleo,Anand,cleo@example.org,Half,Half B,,,
4,Dee,Own,dee@example.org,Half,Half A,,,Kiel
`

describe.each([
  ['an import', false],
  ['a rehearsal', true],
])('the report of %s', (_, rehearse) => {
  beforeEach(() => importText(test, first))

  it('names who is new, changed, moved, and counts who is the same', async () => {
    const report = await importText(test, second, { rehearse })
    expect(report.people).toEqual([
      { line: 3, display: 'Bo Lund', bib: '2', outcome: 'changed' },
      { line: 4, display: 'Cleo Anand', bib: '3', outcome: 'moved' },
      { line: 5, display: 'Dee Own', bib: '4', outcome: 'new' },
    ])
    expect(report.totals).toEqual({
      new: 1,
      changed: 1,
      moved: 1,
      possible: 0,
      refused: 0,
      same: 1,
    })
    expect(report.unchanged).toBe(1)
  })

  it('tells each changed field before and after, records by their names', async () => {
    const report = await importText(test, second, { rehearse })
    const told = report.changes.map(({ line, display, field, before, after }) => [
      line,
      display,
      field,
      before,
      after,
    ])
    expect(told).toEqual([
      [3, 'Bo Lund', 'E-mail', 'bo@example.org', 'bo@example.com'],
      [3, 'Bo Lund', 'Club', 'Harriers', 'Striders'],
      [3, 'Bo Lund', 'Tag', 'T-2', 'T-9'],
      [4, 'Cleo Anand', 'Start group', 'Half A', 'Half B'],
    ])
    expect(report.changedFields).toBe(4)
  })

  it('says what an added place is', async () => {
    const report = await importText(
      test,
      'bib,first_name,last_name,race,start_group\n1,Ana,Kip,Marathon,Wave 1\n5,Eve,Old,,\n',
      { rehearse: false },
    )
    expect(report.totals).toMatchObject({ same: 1, new: 1 })
    const placed = await importText(
      test,
      'bib,first_name,last_name,race,start_group\n5,Eve,Old,Half,Half A\n',
      { rehearse },
    )
    expect(placed.people).toEqual([{ line: 2, display: 'Eve Old', bib: '5', outcome: 'changed' }])
    expect(placed.changes).toMatchObject([{ field: 'Start group', before: null, after: 'Half A' }])
  })

  it('names every problem of a refused row, with value and way out, and keeps the row as it stood', async () => {
    const report = await importText(
      test,
      `Startnr,last_name,Mail,Alter,race,x\n${'9'.repeat(300)},,at home,abc,Half,=1+1\n7,Own,own@,12,Half,\n`,
      { rehearse, map: { Startnr: 'bib', Mail: 'email', Alter: 'age' } },
    )
    expect(report.bad.map(({ line, column, value, kept }) => [line, column, value, kept])).toEqual([
      [2, 'Startnr', '9'.repeat(300), undefined],
      [2, 'last_name', '', undefined],
      [2, 'Mail', 'at home', undefined],
      [2, 'Alter', 'abc', undefined],
      [3, 'Mail', 'own@', true],
    ])
    expect(report.bad.every(({ fix }) => (fix ?? '') !== '')).toBe(true)
    expect(report.people).toMatchObject([
      { line: 2, bib: '9'.repeat(300), outcome: 'refused' },
      { line: 3, display: 'Own', bib: '7', outcome: 'new' },
    ])
    expect(report.toCorrect.columns).toEqual(['Startnr', 'last_name', 'Mail', 'Alter', 'race', 'x'])
    expect(report.toCorrect.rows).toMatchObject([
      { line: 2, cells: ['9'.repeat(300), '', 'at home', 'abc', 'Half', '=1+1'] },
      { line: 3, cells: ['7', 'Own', 'own@', '12', 'Half', ''] },
    ])
    expect(report.toCorrect.rows[0]!.reason).toContain('Last name is missing.')
  })

  it('lists the first thousand of each outcome and counts all', async () => {
    const rows = Array.from({ length: 2_400 }, (_, at) =>
      at % 2 === 0 ? `${at + 100},N${at}` : `${at + 100},`,
    )
    const heard: number[] = []
    const report = await importText(test, `bib,last_name\n${rows.join('\n')}\n`, {
      rehearse,
      toCorrect: (_columns, { line }) => heard.push(line),
    })
    expect(report.totals).toMatchObject({ new: 1_200, refused: 1_200 })
    const listed = Map.groupBy(report.people, ({ outcome }) => outcome)
    expect(listed.get('new')).toHaveLength(1_000)
    expect(listed.get('refused')).toHaveLength(1_000)
    expect(report.toCorrect.rows).toHaveLength(1_000)
    expect(heard).toHaveLength(1_200)
  })
})

describe('cells corrected in the report', () => {
  const file = `bib,last_name,email,date_of_birth\n1,Kip,ana@example.org,28/03/1984\n2,,bo@example.org,01/02/1990\n3,Own,cleo@,01/02/1991\n`
  const fixes = [
    { line: 3, column: 'last_name', value: 'Lund' },
    { line: 4, column: 'email', value: 'cleo@example.org' },
  ]

  it('are taken in place of what stands in the file', async () => {
    const report = await importText(test, file, { fixes })
    expect(report).toMatchObject({ bad: [], totals: { new: 3, refused: 0 } })
  })

  it('are imported alone once the others are in, read as the whole file is', async () => {
    const first = await importText(test, file)
    expect(first.totals).toMatchObject({ new: 2, refused: 1 })
    const second = await importText(test, file, { fixes, onlyFixed: true })
    expect(second).toMatchObject({ rows: 2, bad: [], totals: { new: 1, changed: 1 } })
    expect(second.people).toMatchObject([
      { line: 3, display: 'Lund', outcome: 'new' },
      { line: 4, display: 'Own', outcome: 'changed' },
    ])
    const born = await test.core.reader.selectFrom('person').select('dateOfBirth').execute()
    expect(born.map(({ dateOfBirth }) => dateOfBirth).toSorted()).toEqual([
      '1984-03-28',
      '1990-02-01',
      '1991-02-01',
    ])
  })
})
