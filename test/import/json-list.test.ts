import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

async function fieldsOf(entity: EntityName) {
  const options = { after: 0, limit: 1000, deleted: false, where: {} }
  return (await listRecords(test.core.reader, entity, options)).records.map(({ fields }) => fields)
}

describe('a JSON list', () => {
  it('keeps every digit of a chip, a bib and an id, so that two people stay two', async () => {
    const report = await importText(
      test,
      '[{"bib": 12, "last_name": "Kip", "tag": 900719925474099301},\n' +
        ' {"bib": 9007199254740993, "last_name": "Lund", "tag": 900719925474099302}]',
      { fileName: 'list.json' },
    )
    expect(report.bad).toEqual([])
    expect((await fieldsOf('tag')).map(({ number }) => number)).toEqual([
      '900719925474099301',
      '900719925474099302',
    ])
    expect((await fieldsOf('eventParticipant')).map(({ number }) => number)).toEqual([
      '12',
      '9007199254740993',
    ])
  })

  it('names an age that is no age, however it is written', async () => {
    const report = await importText(
      test,
      '[{"bib": 1, "last_name": "Kip", "age": 9007199254740993}, {"bib": 2, "last_name": "Lund", "age": -5}]',
      { fileName: 'list.json' },
    )
    expect(report.bad).toMatchObject([
      { column: 'age', value: '9007199254740993', reason: 'Age is too large.', kept: true },
      { column: 'age', value: '-5', reason: 'Age is below 0.', kept: true },
    ])
    expect(await fieldsOf('eventParticipant')).toMatchObject([{ age: null }, { age: null }])
  })

  it('tells the rows of a list in a single line apart, in what it says of them and what is to correct', async () => {
    const report = await importText(
      test,
      JSON.stringify([
        { bib: 1, last_name: 'Kip' },
        { bib: 2, last_name: 'Lund', age: -5 },
        { bib: 3, last_name: 'Moe' },
        { bib: 1, last_name: 'Nys' },
        { bib: 5, last_name: 'Orr', age: -7 },
      ]),
      { fileName: 'list.json' },
    )
    const told = report.people.map(({ bib, display, outcome }) => [bib, display, outcome])
    expect(told).toEqual([
      ['1', 'Kip', 'new'],
      ['2', 'Lund', 'new'],
      ['3', 'Moe', 'new'],
      ['1', 'Nys', 'refused'],
      ['5', 'Orr', 'new'],
    ])
    expect(report.bad.map(({ value }) => value)).toEqual(['-5', '1', '-7'])
    expect(report.toCorrect.rows).toHaveLength(3)
  })
})
