import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyChanges } from '../../main/engine/change-together.ts'
import { matchExpression, searchPersons } from '../../main/engine/store/search/person-search.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeAll(async () => {
  test = await openTestCore()
})
afterAll(() => test.close())

async function addPerson(firstName: string, lastName: string, email: string | null = null) {
  const id = test.core.ports.ids.uuid()
  await applyChanges(test.core, [
    { action: 'create', entity: 'person', id, fields: { firstName, lastName, email } },
  ])
  return id
}

const search = async (query: string, limit: number) =>
  (await searchPersons(test.core.reader, query, limit, 0)).map(({ id }) => id)

describe('searching for people', () => {
  it('finds by the beginning of any word, with or without accents', async () => {
    const id = await addPerson('Zoë', 'Åkesson-Lindqvist', 'zoe.ak@example.org')
    for (const query of ['zoe', 'ZO', 'åke', 'ake lind', 'zoe.ak@example', 'ak zoe']) {
      expect(await search(query, 10), query).toContain(id)
    }
    expect(await search('zoe nobody', 10)).toEqual([])
  })

  it('finds a person under the new name once it has changed, and not under the old one', async () => {
    const id = await addPerson('Vera', 'Oldname')
    await applyChanges(test.core, [
      { action: 'update', entity: 'person', id, fields: { lastName: 'Newname' } },
    ])
    expect(await search('vera newn', 10)).toEqual([id])
    expect(await search('oldn', 10)).toEqual([])
  })

  it('finds a bib under the person it moved to, and no longer under the one before', async () => {
    const event = test.core.ports.ids.uuid()
    const entry = test.core.ports.ids.uuid()
    const [first, second] = [await addPerson('Uno', 'Mover'), await addPerson('Due', 'Mover')]
    await applyChanges(test.core, [
      { action: 'create', entity: 'event', id: event, fields: { name: 'Spring' } },
      {
        action: 'create',
        entity: 'eventParticipant',
        id: entry,
        fields: { event, person: first, number: 'B777' },
      },
    ])
    expect(await search('b777', 10)).toEqual([first])
    await applyChanges(test.core, [
      { action: 'update', entity: 'eventParticipant', id: entry, fields: { person: second } },
    ])
    expect(await search('b777', 10)).toEqual([second])
  })

  it('does not find a deleted person', async () => {
    const id = await addPerson('Gone', 'Tomorrow')
    await applyChanges(test.core, [{ action: 'delete', entity: 'person', id }])
    expect(await search('tomorrow', 10)).toEqual([])
  })

  it.each([
    ['Müller', ['mueller', 'muller', 'MÜLLER', 'müll', 'muel', 'mul']],
    ['Mueller', ['müller', 'muller', 'mueller', 'mue']],
    ["O'Brien", ['obrien', 'o’brien', "o'brien", 'brien', 'obr']],
    ['O’Brien', ['obrien', "o'brien"]],
    ['Smith-Jones', ['smith jones', 'jones', 'Smith-Jones']],
    ['Søndergaard', ['sondergaard', 'soendergard', 'Søndergård']],
    ['Łuczak', ['luczak', 'łucz']],
    ['Weiß', ['weiss', 'weiß']],
  ])('finds %s however the name is typed', async (lastName, queries) => {
    const id = await addPerson('Ida', lastName)
    for (const query of queries) expect(await search(query, 50), query).toContain(id)
    expect(await search(`ida ${lastName} nobody`, 50)).toEqual([])
  })

  it('takes anything typed as words, never as query syntax', { timeout: 60_000 }, async () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.stringMatching(/^[\p{L}\p{M}\p{N} "*^():-]{0,12}$/u),
      fc.constantFrom(
        '"',
        'a AND',
        'NOT x',
        'NEAR(a b)',
        'words : a',
        '*',
        'a*b',
        "o'brien",
        'हिन्दी',
        '\u0301',
      ),
    )
    await fc.assert(
      fc.asyncProperty(typed, async (query) => {
        await search(query, 5)
      }),
      { numRuns: 150 },
    )
  })

  it('takes every letter, mark and number of the living scripts inside a word', async () => {
    const inWords: string[] = []
    for (let code = 0; code < 0x3400; code++) {
      const letter = String.fromCodePoint(code)
      if (/[\p{L}\p{M}\p{N}]/u.test(letter)) inWords.push(`a${letter}0`)
    }
    const wrong: string[] = []
    for (let at = 0; at < inWords.length; at += 8) {
      const query = inWords.slice(at, at + 8).join(' ')
      await search(query, 1).catch(() => wrong.push(query))
    }
    expect(wrong).toEqual([])
  })

  it('has no expression when there is no word', () => {
    expect(matchExpression(' -–"*() ')).toBeNull()
    expect(matchExpression('')).toBeNull()
  })
})
