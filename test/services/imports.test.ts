import iconv from 'iconv-lite'
import { utils, write } from '@e965/xlsx'
import { readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { call } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportProgress } from '../../main/contract/imports.ts'
import { importHandlers } from '../../main/engine/services/data/imports-service.ts'
import { createUploads, type Uploads } from '../../main/engine/services/data/uploads.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let uploads: Uploads
let imports: ReturnType<typeof importHandlers>
beforeEach(async () => {
  test = await openTestCore()
  uploads = createUploads(folder())
  imports = importHandlers(test.core, uploads)
})
afterEach(() => test.close())

async function upload(text: string, fileName = 'list.csv', pieceLength = 50_000): Promise<string> {
  const { id } = await call(imports.begin, { fileName })
  for (let at = 0; at < text.length; at += pieceLength) {
    await call(imports.append, { id, text: text.slice(at, at + pieceLength) })
  }
  return id
}

async function uploadBytes(bytes: Uint8Array, fileName: string): Promise<string> {
  const { id } = await call(imports.begin, { fileName })
  for (let at = 0; at < bytes.length; at += 1000) {
    const base64 = Buffer.from(bytes.subarray(at, at + 1000)).toString('base64')
    await call(imports.append, { id, base64 })
  }
  return id
}

async function run(id: string, rehearse = false): Promise<ImportProgress[]> {
  const steps: ImportProgress[] = []
  const input = { id, entity: 'entrant', event: 'Spring', rehearse } as const
  for await (const step of await call(imports.run, input)) steps.push(step)
  return steps
}

const folder = () => join(test.dataDir, 'imports')
const list = (rows: number) =>
  `bib,last_name,shoe\n${Array.from({ length: rows }, (_, at) => `${at},Näme ${at},38`).join('\n')}\n`

describe('an import from the window', () => {
  it('take a file as it lies there, and read it as a person says', async () => {
    const bytes = iconv.encode('Bib;Name\n1;Łukasz Świętoń\n', 'windows-1250')
    const id = await uploadBytes(bytes, 'list.csv')
    const input = { id, entity: 'entrant', map: { Name: 'last_name' } } as const
    expect(await call(imports.preview, input)).toMatchObject({
      sample: [{ Bib: '1', Name: 'Łukasz Świętoń' }],
      reading: { encoding: 'Windows-1250', separator: ';', headerLine: 1 },
      guesses: [{ what: 'letters', value: 'Windows-1250' }],
    })
    const reading = { encoding: 'Windows-1252', headerLine: 'none' } as const
    expect(await call(imports.preview, { ...input, map: {}, reading })).toMatchObject({
      columns: ['column 1', 'column 2'],
      sample: [{ 'column 2': 'Name' }, { 'column 2': '£ukasz Œwiêtoñ' }],
      reading,
    })
  })

  it('take a workbook, and name its sheets', async () => {
    const workbook = utils.book_new()
    for (const day of ['Saturday', 'Sunday'])
      utils.book_append_sheet(
        workbook,
        utils.aoa_to_sheet([
          ['bib', 'last_name'],
          ['007', day],
        ]),
        day,
      )
    const bytes = write(workbook, { type: 'buffer', bookType: 'xlsx' }) as Buffer
    const id = await uploadBytes(bytes, 'list.xlsx')
    const reading = { sheet: 'Sunday' }
    expect(await call(imports.preview, { id, entity: 'entrant', reading })).toMatchObject({
      sheets: ['Saturday', 'Sunday'],
      sample: [{ bib: '007', last_name: 'Sunday' }],
      reading: { sheet: 'Sunday', headerLine: 1 },
    })
  })

  it('comes in pieces, is looked at, rehearsed, run, and leaves no file behind', async () => {
    const id = await upload(list(1200), 'list.csv', 7)
    const preview = await call(imports.preview, { id, entity: 'entrant', map: {} })
    expect(preview).toMatchObject({
      columns: ['bib', 'last_name', 'shoe'],
      mapping: { bib: 'bib', last_name: 'last_name', shoe: null },
      rows: 1200,
    })
    expect(preview.sample.length).toBe(10)
    expect(preview.sample[1]).toEqual({ bib: '1', last_name: 'Näme 1', shoe: '38' })
    expect(preview.fields).toContainEqual({ name: 'date_of_birth', label: 'Date of birth' })

    const rehearsed = await run(id, true)
    expect(rehearsed.at(-1)).toMatchObject({ report: { created: { person: 1200 } } })
    const steps = await run(id)
    expect(steps.at(-1)).toMatchObject({
      done: 1200,
      total: 1200,
      report: { rows: 1200, created: { person: 1200 }, bad: [], ignoredColumns: ['shoe'] },
    })
    expect(steps.slice(0, -1).every(({ report }) => report === null)).toBe(true)
    expect(readdirSync(folder())).toEqual([])
    await expect(run(id)).rejects.toThrow('not there any more')
  })

  it('shows a mapping as it is told, and refuses one that makes no sense', async () => {
    const id = await upload('Nr,last_name\n1,Kip\n')
    const preview = (map: Record<string, string>) =>
      call(imports.preview, { id, entity: 'entrant', map })
    expect((await preview({ Nr: 'bib' })).mapping).toEqual({ Nr: 'bib', last_name: 'last_name' })
    await expect(preview({ Nr: 'shoe' })).rejects.toThrow('no field shoe')
  })

  it('shows even a file without the column it needs', async () => {
    const id = await upload('Nr,Ort\n1,Kiel\n')
    const preview = await call(imports.preview, { id, entity: 'entrant', map: {} })
    expect(preview).toMatchObject({ rows: 1, columns: ['Nr', 'Ort'] })
    await expect(run(id)).rejects.toThrow('no column for last name')
  })

  it('stops after the page that is being written when it is cancelled', async () => {
    const id = await upload(list(5000))
    const steps = await call(imports.run, { id, entity: 'entrant', event: 'Spring' })
    await expect(
      (async () => {
        for await (const { done } of steps) if (done > 0) await call(imports.cancel, { id })
      })(),
    ).rejects.toThrow('The import was stopped')
    const persons = await test.core.reader.selectFrom('person').select('id').execute()
    expect(persons.length).toBeGreaterThan(0)
    expect(persons.length).toBeLessThan(5000)
    expect(readdirSync(folder())).toEqual([])
  })

  it('stops when the window goes away', async () => {
    const id = await upload(list(5000))
    for await (const { done } of await call(imports.run, {
      id,
      entity: 'entrant',
      event: 'Spring',
    })) {
      if (done > 0) break
    }
    const persons = await test.core.reader.selectFrom('person').select('id').execute()
    expect(persons.length).toBeLessThan(5000)
  })

  it('clears away what a killed process left', async () => {
    await mkdir(folder(), { recursive: true })
    await writeFile(join(folder(), 'left-over.part'), 'x')
    await uploads.clear()
    expect(readdirSync(folder())).toEqual([])
  })

  it('forgets the oldest of many uploads nobody came back to', async () => {
    const first = await upload('last_name\nKip\n')
    const later: string[] = []
    for (let at = 0; at < 5; at++) later.push(await upload('last_name\nKip\n'))
    expect(readdirSync(folder()).sort()).toEqual(later.map((id) => `${id}.part`).sort())
    await expect(call(imports.append, { id: first, text: 'x' })).rejects.toThrow(
      'not there any more',
    )
  })

  it('says so when the file is no CSV', async () => {
    const id = await upload('{"a":1}')
    await expect(call(imports.preview, { id, entity: 'entrant', map: {} })).rejects.toThrow(
      'not CSV',
    )
  })
})

describe('an export to the window', () => {
  it('comes as pieces of one text', async () => {
    await run(await upload(list(700)))
    const pieces: string[] = []
    for await (const piece of await call(imports.export, { entity: 'entrant' })) pieces.push(piece)
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('').trim().split('\n').length).toBe(701)
  })
})
