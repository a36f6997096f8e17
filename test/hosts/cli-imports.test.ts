import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { personsDocument } from '../support/command-documents.ts'
import { importDocument } from '../support/import-document.ts'
import { withDataFolder } from '../support/data-folder.ts'
import { marshal, marshalJson } from '../support/run-marshal.ts'

let data: string
withDataFolder((dir) => (data = dir))

const json = (...args: readonly string[]) => marshalJson(args, { data })
const persons = async (...args: readonly string[]) =>
  personsDocument.parse(await json('record', 'list', 'person', ...args)).records

const startList = [
  'bib,first_name,last_name,email,race,start_group,tag',
  '0001,Ana,Núñez,ana@example.org,Marathon,Wave 1,T1',
  '0002,Bo,"O’Hara, Jr.",bo@example.org,Marathon,Wave 2,',
  '',
].join('\n')

async function file(name: string, text: string): Promise<string> {
  const path = join(data, name)
  await writeFile(path, text)
  return path
}

describe('an import on the command line', () => {
  it('tells whom a file speaks of, the first twenty of each, and writes what is to be corrected', async () => {
    const path = await file('s.csv', startList)
    await json('import', path, '--entity', 'entrant', '--event', 'Spring')
    const rows = Array.from({ length: 30 }, (_, at) => `${at + 50},Ida,Own${at},`).join('\n')
    const late = await file(
      'late.csv',
      `bib,first_name,last_name,email\n0001,Ana,Núñez,ana@example.com\n${rows}\n99,=Cmd,,\n`,
    )
    const bad = join(data, 'to-correct.csv')
    const imported = await marshal(
      ['import', late, '--entity', 'entrant', '--event', 'Spring', '--rehearse', '--bad', bad],
      { data },
    )
    expect(imported.code).toBe(1)
    expect(imported.stdout).toContain('Would be new (30)')
    expect(imported.stdout).toContain('and 10 more; --json lists them')
    expect(imported.stdout).toMatch(
      /Would be changed \(1\)[^]*E-mail +ana@example\.org +ana@example\.com/,
    )
    expect(imported.stdout).toContain('Last name is missing.')
    expect(await readFile(bad, 'utf8')).toBe(
      "\uFEFFbib,first_name,last_name,email,reason\r\n99,'=Cmd,,,Last name is missing.\r\n",
    )
    expect(imported.stderr).toContain('One row to correct')
  })

  it('lists imports and takes one back once, naming what was changed since', async () => {
    const path = await file('s.csv', startList)
    const { importId } = importDocument.parse(
      await json('import', path, '--entity', 'entrant', '--event', 'Spring'),
    )
    const [ana] = await persons('--where', 'firstName=Ana')
    await json('record', 'set', 'person', ana!.id, '--field', 'city=Kiel')
    const listed = await marshal(['imports', 'list'], { data })
    expect(listed.stdout).toContain(importId)
    expect(listed.stdout).toContain('s.csv')
    const taken = await marshal(['import', 'undo', importId!], { data })
    expect(taken.code).toBe(1)
    expect(taken.stdout).toMatch(/person +1 +0/)
    expect(taken.stdout).toContain('Ana Núñez was changed since')
    expect(await persons()).toMatchObject([{ display: 'Ana Núñez', city: 'Kiel' }])
    const twice = await marshal(['import', 'undo', importId!], { data })
    expect(twice.code).toBe(2)
    expect(twice.stderr).toContain('was taken back already')
  })
})
