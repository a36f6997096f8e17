import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { choicesKey, withRemembered } from '../../main/engine/import/remembered.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

const persons = async () => {
  const options = { after: 0, limit: 100, deleted: false, where: {} }
  return (await listRecords(test.core.reader, 'person', options)).records.map(
    ({ fields }) => fields,
  )
}
const list = (n: number, columns = 'Nr,Quux,Born') => `${columns}\n${n},Name${n},0${n}/02/1990\n`

describe('what was chosen for a list', () => {
  it('is there again for the next one with the same columns, and said', async () => {
    const map = { Nr: 'bib', Quux: 'last_name', Born: 'date_of_birth' }
    await importText(test, list(1), { map, reading: { dates: 'dmy' } })
    const report = await importText(test, list(2))
    expect(report).toMatchObject({ bad: [], ignoredColumns: [], created: { person: 1 } })
    expect(report.guesses).toContainEqual(
      expect.objectContaining({
        what: 'Columns and values',
        value: 'as last time',
        why: 'a list with the same columns was imported with these choices',
      }),
    )
    expect((await persons()).map(({ dateOfBirth }) => dateOfBirth)).toEqual([
      '1990-02-01',
      '1990-02-02',
    ])
  })

  it('is not there for other columns, after a rehearsal, or where nobody wants it', async () => {
    const map = { Nr: 'bib', Quux: 'last_name', Born: 'date_of_birth' }
    await importText(test, list(1), { map, reading: { dates: 'dmy' }, rehearse: true })
    const none = (text: string, fresh = false) => importText(test, text, { fresh })
    await expect(none(list(2))).rejects.toThrow(/last name/)
    await importText(test, list(1), { map, reading: { dates: 'dmy' } })
    await expect(none(list(2), true)).rejects.toThrow(/last name/)
    await expect(none(list(2, 'Nr,Quux,Other'))).rejects.toThrow(/last name/)
  })

  it('gives way to what is chosen now', () => {
    const last = {
      map: { A: 'bib', B: 'last_name' },
      reading: { dates: 'dmy' as const, values: { B: { x: 'y' }, C: { d: 'female' } } },
    }
    expect(withRemembered({ map: { b: 'bib' }, reading: { dates: 'mdy' } }, last)).toEqual({
      map: { b: 'bib' },
      reading: { dates: 'mdy', values: { C: { d: 'female' } } },
    })
  })

  it('goes by the names of the columns, in any order and however they are written', () => {
    expect(choicesKey('entrant', ['Nr', 'NAME '])).toBe(choicesKey('entrant', ['name', 'nr']))
    expect(choicesKey('entrant', ['Nr', 'Name'])).not.toBe(choicesKey('person', ['Nr', 'Name']))
    expect(choicesKey('entrant', ['column 1', 'column 2'])).toBeNull()
  })
})
