import { createReadStream, existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importFile } from '../../main/engine/import/import-file.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

const file = new URL('../../../shared/data/marathon-entrants.csv', import.meta.url).pathname
const present = existsSync(file)
if (!present) console.warn(`SKIPPED: the marathon file is not on this machine (${file})`)

let test: TestCore
beforeAll(async () => {
  test = await openTestCore()
})
afterAll(() => test.close())

const importMarathon = () =>
  importFile(test.core, () => createReadStream(file), {
    entity: 'entrant',
    event: 'Spring Classic',
    map: {},
    rehearse: false,
    fileName: 'marathon-entrants.csv',
    format: 'csv',
  })

describe.skipIf(!present)('the start list of a real marathon', () => {
  it('is imported whole', { timeout: 60_000 }, async () => {
    const report = await importMarathon()
    expect(report).toMatchObject({
      rows: 31_984,
      created: {
        event: 1,
        race: 1,
        startGroup: 7,
        person: 31_984,
        eventParticipant: 31_984,
        startGroupParticipant: 31_984,
      },
      bad: [],
      ignoredColumns: ['half_split', 'finish_time'],
    })
  })

  it('changes nothing the second time', { timeout: 60_000 }, async () => {
    const report = await importMarathon()
    expect(report.unchanged).toBe(31_984)
    expect(
      Object.values({ ...report.created, ...report.updated }).every((count) => count === 0),
    ).toBe(true)
    expect(await checkStore(test.core.reader, test.database)).toEqual({
      ok: true,
      problems: [],
    })
  })
})
