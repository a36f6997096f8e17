import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { utils, write } from '@e965/xlsx'
import { describe, expect, it, vi } from 'vitest'
import { personsDocument } from '../support/command-documents.ts'
import { importDocument } from '../support/import-document.ts'
import { withDataFolder } from '../support/data-folder.ts'
import { marshal, marshalJson } from '../support/run-marshal.ts'

// Several processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

let data: string
withDataFolder((dir) => (data = dir))

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(data, name)
  await writeFile(path, content)
  return path
}

const importing = (path: string, ...options: readonly string[]) => [
  'import',
  path,
  '--entity',
  'entrant',
  '--event',
  'Spring Run',
  ...options,
]

describe('marshal import of files as people have them', () => {
  it('tells in which letters it read a file, and takes another choice', async () => {
    const bytes = iconv.encode('bib;first_name;last_name\n1;Łukasz;Świętoń\n', 'windows-1250')
    const path = await file('list.csv', bytes)
    const report = importDocument.parse(await marshalJson(importing(path, '--rehearse'), { data }))
    expect(report.guesses).toContainEqual(
      expect.objectContaining({ what: 'letters', value: 'Windows-1250' }),
    )
    await marshalJson(importing(path, '--encoding', 'windows-1252'), { data })
    const { records } = personsDocument.parse(
      await marshalJson(['record', 'list', 'person'], { data }),
    )
    expect(records).toMatchObject([{ firstName: '£ukasz' }])
  })

  it('takes the line of the header and the separator as they are told', async () => {
    const path = await file('list.txt', 'Xa:Xb\nbib:last_name\n7:Kip\n')
    const told = ['--header-line', '2', '--separator', ':']
    const report = importDocument.parse(await marshalJson(importing(path, ...told), { data }))
    expect(report).toMatchObject({ rows: 1, created: { person: 1 } })
    const wrong = await marshal(importing(path, '--header-line', 'two'), { data })
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('or none') })
  })

  it('reads the sheet of a workbook that it is told', async () => {
    const workbook = utils.book_new()
    const list = (bib: string) =>
      utils.aoa_to_sheet([
        ['bib', 'last_name'],
        [bib, 'Świętoń'],
      ])
    utils.book_append_sheet(workbook, list('1'), 'Saturday')
    utils.book_append_sheet(workbook, list('2'), 'Sunday')
    const path = await file('list.xlsx', write(workbook, { type: 'buffer', bookType: 'xlsx' }))
    const report = importDocument.parse(
      await marshalJson(importing(path, '--sheet', 'Sunday', '--rehearse'), { data }),
    )
    expect(report).toMatchObject({ rows: 1, bad: [], created: { person: 1 } })
    const wrong = await marshal(importing(path, '--sheet', 'Monday'), { data })
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Choose one of its sheets: "Saturday", "Sunday"'),
    })
  })

  it('reads dates and values as it is told, and asks where nothing tells', async () => {
    const path = await file(
      'list.csv',
      'bib,first_name,last_name,Gender,DOB\n1,Ada,One,D,03/04/1990\n2,Bea,Two,M,05/06/1991\n',
    )
    const asked = await marshal(['--json', ...importing(path, '--rehearse')], { data })
    expect(asked.code).toBe(1)
    const bad = importDocument.parse(JSON.parse(asked.stdout)).bad
    expect(bad).toMatchObject([
      { value: 'D', kept: true, fix: expect.stringContaining('--value "Gender:D=') },
      { value: '03/04/1990', kept: true, fix: expect.stringContaining('--dates dmy') },
      { value: '05/06/1991', kept: true },
    ])
    const told = ['--dates', 'mdy', '--value', 'Gender:D=female']
    await marshalJson(importing(path, ...told), { data })
    const { records } = personsDocument.parse(
      await marshalJson(['record', 'list', 'person'], { data }),
    )
    expect(records).toMatchObject([
      { gender: 'female', dateOfBirth: '1990-03-04' },
      { gender: 'male', dateOfBirth: '1991-05-06' },
    ])
    for (const wrong of [
      ['--dates', 'ydm'],
      ['--value', 'Gender=female'],
    ]) {
      expect(await marshal(importing(path, ...wrong), { data })).toMatchObject({ code: 2 })
    }
  })

  it('writes a workbook that goes back in unchanged, and CSV with the mark of UTF-8', async () => {
    const path = await file('list.csv', 'bib,last_name,tag\n0012,Świętoń,058E10\n')
    await marshalJson(importing(path), { data })
    const book = join(data, 'out.xlsx')
    await marshalJson(['export', 'entrant', '--out', book], { data })
    const again = importDocument.parse(await marshalJson(importing(book), { data }))
    expect(again).toMatchObject({ rows: 1, unchanged: 1, bad: [] })
    const csv = await marshal(['export', 'entrant'], { data })
    expect(csv.stdout).toMatch(/^\uFEFFevent,bib,/)
    const lost = await marshal(['export', 'entrant', '--format', 'ods'], { data })
    expect(lost).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --out FILE') })
  })
})
