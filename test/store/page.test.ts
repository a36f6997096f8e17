import { afterAll, beforeAll, expect, it } from 'vitest'
import { page } from '../../main/engine/store/sql/page.ts'
import { rows } from '../../main/engine/store/sql/statement.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeAll(async () => {
  test = await openTestCore()
})
afterAll(() => test.close())

const given = page({
  ...{ id: 'int', name: 'text', bib: 'text?', body: 'json', value: 'any' },
})

it('a page arrives under the names of its columns, whatever order its rows say them in', async () => {
  const text = given.json([
    { name: 'Ana', id: 1, bib: null, body: { a: [1] }, value: true },
    { value: 'x', body: {}, bib: '007', id: 9_007_199_254_740_991, name: "O'Hara" },
  ])
  expect(
    await rows(test.core.reader, `SELECT ${given.names}, position FROM ${given.from()}`, text),
  ).toEqual([
    { id: 1, name: 'Ana', bib: null, body: '{"a":[1]}', value: 1, position: 0 },
    {
      ...{ id: 9_007_199_254_740_991, name: "O'Hara", bib: '007' },
      ...{ body: '{}', value: 'x', position: 1 },
    },
  ])
})

it('what several rows say is asked once, where that is wanted', () => {
  const names = page({ id: 'int', name: 'text' })
  const [ana, bo] = [
    { id: 1, name: 'Ana' },
    { id: 2, name: 'Bo' },
  ]
  expect(names.distinctJson([ana, bo, { ...ana }])).toBe(names.json([ana, bo]))
})

it('two pages stand in one statement, each under a name of its own', async () => {
  const names = page({ id: 'int', name: 'text' })
  const clubs = page({ id: 'int', club: 'text' })
  expect(
    await rows(
      test.core.reader,
      `SELECT a.name, b.club FROM ${names.from('?1', 'a')} JOIN ${clubs.from('?2', 'b')} ON a.id = b.id`,
      names.json([{ id: 1, name: 'Ana' }]),
      clubs.json([{ id: 1, club: 'Harriers' }]),
    ),
  ).toEqual([{ name: 'Ana', club: 'Harriers' }])
})
