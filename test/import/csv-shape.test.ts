import { describe, expect, it } from 'vitest'
import type { ReadingChoices } from '../../main/contract/imports.ts'
import { detectSeparator } from '../../main/engine/import/csv-dialect.ts'
import { openTable } from '../../main/engine/import/table.ts'
import { openTestCore } from '../support/test-core.ts'
import { bytesOf, importText } from '../support/demo-entrants.ts'

const clock = { timer: () => () => {} }

async function read(text: string, reading?: ReadingChoices) {
  const table = await openTable(() => bytesOf(text), { format: 'csv', reading, clock })
  const rows: unknown[][] = []
  const lines: number[] = []
  const bad: unknown[] = []
  let columns: readonly string[] = []
  for await (const page of table.pages(2)) {
    columns = page.columns
    lines.push(...page.rows.map(({ line }) => line))
    rows.push(...page.rows.map(({ cells }) => [...cells]))
    bad.push(...page.bad)
  }
  return { columns, rows, lines, bad, guesses: table.guesses }
}

describe('what separates the cells of a list', () => {
  it.each([
    [',', 'bib,name\n1,Ada\n'],
    [';', 'bib;time\n1;3,5\n2;4,5\n'],
    [';', 'bib;name\n1;One, Ada\n2;Two, Bea\n'],
    ['\t', 'bib\tname\n1\tOne, Ada\n'],
    ['|', 'bib|name|note\n1|Ada|a; b; c; d\n'],
    ['^', 'bib^name^club\n1^Ada^Reds\n'],
    ['~', 'bib~name~club\n1~Ada~Reds, Kiel\n'],
    [',', 'Bib,First,"I agree; I accept; I know; I am fit;\nsign; here",City\n1,Ada,AO,Kiel\n'],
    [';', 'Spring Run, 2026, Kiel, all\n\nbib;name\n1;Ada\n2;Bea\n3;Cia\n'],
    [',', 'name\nAda\n'],
  ])('%j is recognised', (separator, text) => {
    expect(detectSeparator(text)).toBe(separator)
  })

  it('is what a person says', async () => {
    const text = 'bib:first:last\n1:Ada:One\n'
    expect((await read(text, { separator: ':' })).rows).toEqual([['1', 'Ada', 'One']])
    expect((await read('a\tb, c\n1\t2\n', { separator: 'tab' })).columns).toEqual(['a', 'b, c'])
    await expect(read(text, { separator: 'xy' })).rejects.toThrow('"xy" cannot separate cells')
  })

  it('keeps empty cells between tabs', async () => {
    expect((await read('bib\tname\tclub\n1\t\tReds\n')).rows).toEqual([['1', '', 'Reds']])
  })
})

describe('the shape of a list', () => {
  it('reads a quoted question of two lines as the name of one column', async () => {
    const { columns, rows } = await read(
      'Bib,First Name,Last Name,"I agree; I accept; I know the risks; I am fit;\nsign with your initials",City\n1,Ada,One,AO,Kiel\n',
    )
    expect(columns[3]).toBe(
      'I agree; I accept; I know the risks; I am fit; sign with your initials',
    )
    expect(rows).toEqual([['1', 'Ada', 'One', 'AO', 'Kiel']])
  })

  it('takes cells left out at the end of a row as blank, and empty ones beyond the columns as nothing', async () => {
    const { rows, bad } = await read(
      'bib,first_name,last_name,club,notes\n1,Ada,One,Harriers,vegan\n2,Bea,Two\n3,Cia,Three,Runners\n4,Dea,Four,,,,,\n',
    )
    expect(rows.map((cells) => cells.join('|'))).toEqual([
      '1|Ada|One|Harriers|vegan',
      '2|Bea|Two||',
      '3|Cia|Three|Runners|',
      '4|Dea|Four||',
    ])
    expect(bad).toEqual([])
  })

  it('drops columns without name and content at the end, and keeps those with content', async () => {
    expect((await read('bib;name;;\n1;Ada;;\n2;Bea\n;;;\n')).columns).toEqual(['bib', 'name'])
    const kept = await read('bib;name;;\n1;Ada;;vegan\n')
    expect(kept.columns).toEqual(['bib', 'name', 'column 3', 'column 4'])
    expect(kept.rows).toEqual([['1', 'Ada', '', 'vegan']])
  })

  it('leaves out a header that comes again further down', async () => {
    const { rows } = await read('bib,name\n1,Ada\nbib,name\n2,Bea\n')
    expect(rows).toEqual([
      ['1', 'Ada'],
      ['2', 'Bea'],
    ])
  })
})

describe('the line with the names of the columns', () => {
  it.each([
    ['a title and a date', 'Spring Run 2026 - participants;;;\nexported 03.05.2026;;;\n\n', 4],
    ['a title that begins with a year', '2026;Spring Run;;\n', 2],
    ['a title alone', 'Spring Run\n', 2],
    ['a title of several cells', 'Event:;Spring Run;Date:;03.05.2026\n', 2],
  ])('is found below %s', async (_, above, line) => {
    const { columns, rows, lines, guesses } = await read(
      `${above}Bib;First name;Last name;Club\n1;Ada;One;Harriers\n2;Bea;Two;\n`,
    )
    expect(columns).toEqual(['Bib', 'First name', 'Last name', 'Club'])
    expect(rows.length).toBe(2)
    expect(lines[0]).toBe(line + 1)
    expect(guesses).toMatchObject([{ what: 'header line', value: String(line) }])
  })

  it('is found below a title in a language nobody taught it', async () => {
    const { columns } = await read('Kevätjuoksu;;;\nXa;Xb;Xc;Xd\n1;Ada;One;K1\n2;Bea;Two;K2\n')
    expect(columns).toEqual(['Xa', 'Xb', 'Xc', 'Xd'])
  })

  it.each([
    ['bibs', '1,Ada,One,Reds\n2,Bea,Two,Blues\n3,Cia,Three,\n'],
    ['dates of birth', 'Ada;One;03.05.1990\nBea;Two;04.05.1991\n'],
    ['e-mail addresses', 'Ada,One,ada@example.org\nBea,Two,bea@example.org\n'],
    ['letters of genders', 'Ada,One,F\nBob,Two,M\nCia,Three,F\n'],
    ['one runner alone', '1,Ada,One,F,1990-05-03\n'],
    ['a surname that is a word of headers', '1,Ada,Club,1990-05-03\n2,Bea,Race,1991-05-03\n'],
    ['a first row with few cells', '1,Ada\n2,Bea,Two,Kiel,Reds\n3,Cia,Three,Ulm,Blues\n'],
  ])('is missed by nobody: %s on the first line are a row', async (_, text) => {
    const { columns, rows, guesses } = await read(text)
    expect(rows.length).toBe(text.trim().split('\n').length)
    expect(columns[0]).toBe('column 1')
    expect(guesses).toMatchObject([{ what: 'header line', value: 'none' }])
  })

  it.each([
    ['names with numbers', 'Bib,First,Last,2024,2025\n1,Ada,One,12,13\n2,Bea,Two,3,4\n'],
    ['nothing below', 'bib,first_name,last_name\n'],
    ['words nobody knows', 'Xa,Xb\n1,Ada\n2,Bea\n'],
  ])('is the first one: %s', async (_, text) => {
    const { columns, guesses } = await read(text)
    expect(columns).toEqual(text.split('\n')[0]!.split(','))
    expect(guesses).toEqual([])
  })

  it('is asked for where the first line may be a name like those below', async () => {
    const text = 'Ada,One,Harriers\nBea,Two,Runners\nCia,Three,\n'
    await expect(read(text)).rejects.toThrow('It cannot be told whether line 1 names the columns')
    expect((await read(text, { headerLine: 'none' })).rows.length).toBe(3)
    expect((await read(text, { headerLine: 1 })).rows.length).toBe(2)
  })

  it('is what a person says', async () => {
    const text = 'Xa;Xb\nYa;Yb\n1;Ada\n'
    expect(await read(text, { headerLine: 2 })).toMatchObject({
      columns: ['Ya', 'Yb'],
      rows: [['1', 'Ada']],
    })
    expect(await read(text, { headerLine: 'none' })).toMatchObject({
      columns: ['column 1', 'column 2'],
      rows: [
        ['Xa', 'Xb'],
        ['Ya', 'Yb'],
        ['1', 'Ada'],
      ],
    })
    await expect(read(text, { headerLine: 9 })).rejects.toThrow('Line 9 is not a line')
  })
})

describe('importing such lists', () => {
  it('loses nobody of a list without header, once the columns are mapped', async () => {
    const test = await openTestCore()
    const map = { 'column 1': 'bib', 'column 2': 'first_name', 'column 3': 'last_name' }
    const report = await importText(test, '7,Ada,One\n8,Bea,Two\n', { map })
    expect(report).toMatchObject({ rows: 2, bad: [], created: { person: 2 } })
    expect(report.guesses).toContainEqual(
      expect.objectContaining({ what: 'header line', value: 'none' }),
    )
    await test.close()
  })

  it('says in the report which line names the columns', async () => {
    const test = await openTestCore()
    const text = 'Spring Run 2026;;;\n\nBib;First name;Last name;Club\n1;Ada;One;Harriers\n'
    const report = await importText(test, text)
    expect(report).toMatchObject({ rows: 1, bad: [], created: { person: 1 } })
    expect(report.guesses).toContainEqual(
      expect.objectContaining({ what: 'header line', value: '3' }),
    )
    await test.close()
  })
})
