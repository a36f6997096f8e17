import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entrantsPerPage } from '../../main/engine/import/entrant-import.ts'
import type { ImportReport } from '../../main/contract/imports.ts'
import { exportRecords } from '../../main/engine/export/export-records.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import { openTestCore } from '../support/test-core.ts'

const script = join(import.meta.dirname, 'import-process.ts')
let folder: string
let file: string
let whole: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marshal-crash-'))
  file = join(folder, 'list.csv')
  const rows = Array.from(
    { length: 1200 },
    (_, at) => `${at},First ${at},Last ${at % 90},Club ${at % 7},Wave ${at % 5},T-${at}`,
  )
  // The last rows have no bib: they are known by their names alone.
  rows.push(',Ana,Kip,,Wave 1,', ',Ana,Kip,,Wave 2,')
  await writeFile(file, `bib,first_name,last_name,club,start_group,tag\n${rows.join('\n')}\n`)
  await run(join(folder, 'untouched'))
  whole = await startList(join(folder, 'untouched'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function run(dataDir: string, point = '') {
  const child = spawn(process.execPath, [script, dataDir, file, point], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, output }
}

/** The entrants as a start list, and the proof that everything about them is sound. */
async function startList(dataDir: string): Promise<string> {
  const test = await openTestCore({ dataDir })
  expect(await checkStore(test.core.reader, test.database)).toEqual({ ok: true, problems: [] })
  let text = ''
  for await (const piece of exportRecords(test.core, 'entrant', 'csv')) text += piece
  await test.close()
  return text
}

describe('a process killed while importing', () => {
  it.each([1, 2, 3])('before page %i is durable: started again, it ends the same', async (page) => {
    const dataDir = join(folder, `killed-${page}`)
    expect(await run(dataDir, `import:page:${page}`)).toMatchObject({ signal: 'SIGKILL' })
    const half = await startList(dataDir)
    expect(half.trim().split('\n').length - 1).toBe((page - 1) * entrantsPerPage)
    const again = await run(dataDir)
    expect(again.code).toBe(0)
    const report = JSON.parse(again.output) as ImportReport
    expect(report).toMatchObject({ rows: 1202, unchanged: (page - 1) * entrantsPerPage, bad: [] })
    expect(await startList(dataDir)).toBe(whole)
  })

  it('an import that was finished changes nothing when it is started again', async () => {
    const again = await run(join(folder, 'untouched'))
    expect(JSON.parse(again.output)).toMatchObject({ unchanged: 1202 })
    expect(await startList(join(folder, 'untouched'))).toBe(whole)
  })
})
