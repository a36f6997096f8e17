/** Relay teams under one bib, and runners with two chips, as lists have them. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportReport } from '../../main/contract/imports.ts'
import { entrantColumns, readEntrantPage } from '../../main/engine/store/desk/entrant-export.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(async () => {
  expect(await checkStore(test.core.reader, test.database)).toEqual({ ok: true, problems: [] })
  await test.close()
})

const whole = { limit: 1000, sensitive: false }
type Column = 'bib' | 'first_name' | 'team' | 'leg' | 'tag' | 'spare_tag'

/** The entrants as an export has them, in the columns asked for. */
async function entrants(...columns: Column[]): Promise<readonly (readonly unknown[])[]> {
  const { rows } = await readEntrantPage(test.core.reader, 0, whole)
  const at = columns.map((name) => entrantColumns(false).indexOf(name))
  expect(at).not.toContain(-1)
  return rows
    .map((row) => at.map((column) => row[column]))
    .toSorted((a, b) => (String(a) < String(b) ? -1 : 1))
}

/** Importing the same again changes nothing. */
async function expectSettled(list: string): Promise<void> {
  const again = await importText(test, list)
  expect(again.bad).toEqual([])
  for (const count of [...Object.values(again.created), ...Object.values(again.updated)]) {
    expect(count).toBe(0)
  }
}

const reasons = ({ bad }: ImportReport) =>
  bad.map(({ line, column, reason }) => ({ line, column, reason }))

describe('a relay team', () => {
  const list = `bib,team,leg,first_name,last_name
1,Fast Four,1,Ada,One
1,Fast Four,2,Bea,Two
1,Fast Four,3,Cia,Three
2,Slow Two,1,Dea,Four
2,Slow Two,2,Eva,Five
`
  const team = [
    ['1', 'Ada', 'Fast Four', 1],
    ['1', 'Bea', 'Fast Four', 2],
    ['1', 'Cia', 'Fast Four', 3],
    ['2', 'Dea', 'Slow Two', 1],
    ['2', 'Eva', 'Slow Two', 2],
  ]

  it('is as many runners as rows, all under their bib', async () => {
    const report = await importText(test, list)
    expect(report).toMatchObject({ bad: [], guesses: [], created: { eventParticipant: 5 } })
    expect(await entrants('bib', 'first_name', 'team', 'leg')).toEqual(team)
    await expectSettled(list)
  })

  it('has its legs in the order of the rows where no column says them, and that is told', async () => {
    const short = list.replace(/,leg/, '').replace(/(Four|Two),\d/g, '$1')
    expect(await importText(test, short, { rehearse: true })).toMatchObject({ bad: [] })
    const report = await importText(test, short)
    expect(report.bad).toEqual([])
    expect(report.guesses).toMatchObject([{ what: 'leg', value: 'by the order of the rows' }])
    expect(await entrants('bib', 'first_name', 'team', 'leg')).toEqual(team)
    await expectSettled(short)
    // Whoever comes later gets the next leg; the others keep theirs, whatever the order.
    const more = `${short.split('\n')[0]}\n1,Fast Four,Fay,Six\n1,FAST  FOUR,Bea,Two\n`
    expect((await importText(test, more)).bad).toEqual([])
    expect(await entrants('bib', 'first_name', 'leg')).toContainEqual(['1', 'Fay', 4])
    expect(await entrants('bib', 'first_name', 'team', 'leg')).toEqual(
      expect.arrayContaining(team.map((row) => row)),
    )
    await expectSettled(short)
  })

  it('is known again by a list that has bibs and names alone', async () => {
    await importText(test, list)
    await expectSettled('bib,first_name,last_name\n1,Cia,Three\n1,Ada,One\n1,Bea,Two\n')
  })

  it('does not share its bib with another team, nor a leg: both are refused with who has it', async () => {
    const head = list.split('\n')[0]
    const fourth = `1,Other,1,Gil,Seven\n1,Fast Four,2,Hal,Eight\n1,,,Ida,Nine\n`
    const report = await importText(test, `${list}${fourth}`)
    expect(reasons(report)).toEqual([
      {
        line: 7,
        column: 'bib',
        reason: 'Bib 1 is taken by Ada One of Fast Four: only legs of one team share a bib.',
      },
      {
        line: 8,
        column: 'leg',
        reason: 'Bib 1 is taken by Bea Two, who is leg 2 of Fast Four.',
      },
      { line: 9, column: 'bib', reason: expect.stringContaining('Bib 1') },
    ])
    expect(await entrants('bib', 'first_name', 'team', 'leg')).toEqual(team)
    // The same from a file of its own.
    const later = await importText(test, `${head}\n${fourth}`)
    expect(reasons(later).map(({ line }) => line)).toEqual([2, 3, 4])
    expect(reasons(later)[2]!.reason).toMatch(/Bib 1 is taken by/)
    expect(await entrants('bib', 'first_name', 'team', 'leg')).toEqual(team)
  })

  it('is the same people whatever the order of the rows', async () => {
    const [head, ...rows] = list.trim().split('\n')
    await importText(test, list)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async (shuffled) => {
        await expectSettled(`${[head, ...shuffled].join('\n')}\n`)
      }),
      { numRuns: 5 },
    )
    const other = await openTestCore()
    await importText(other, `${[head, ...rows.toReversed()].join('\n')}\n`)
    const { rows: there } = await readEntrantPage(other.core.reader, 0, whole)
    expect(there).toHaveLength(5)
    await other.close()
  })

  it('holds over the border of a page, also where nothing is written', async () => {
    const runners = Array.from({ length: 260 }, (_, n) => `${n + 10},Club,,R${n},Runner`)
    const legs = list.trim().split('\n').slice(1, 4)
    const wide = [
      'bib,team,leg,first_name,last_name',
      legs[0],
      ...runners.slice(0, 130),
      legs[1],
      ...runners.slice(130),
      legs[2],
    ].join('\n')
    const rehearsed = await importText(test, `${wide}\n`, { rehearse: true })
    expect(rehearsed.bad).toEqual([])
    expect((await importText(test, `${wide}\n`)).bad).toEqual([])
    expect((await entrants('bib', 'first_name', 'leg')).filter(([bib]) => bib === '1')).toEqual([
      ['1', 'Ada', 1],
      ['1', 'Bea', 2],
      ['1', 'Cia', 3],
    ])
  })

  it('is no team where two rows have one bib by mistake', async () => {
    const report = await importText(test, 'bib,first_name,last_name\n1,Ada,One\n1,Bea,Two\n')
    expect(reasons(report)).toMatchObject([{ line: 3, column: 'bib' }])
  })

  it('comes back from an export as it was', async () => {
    await importText(test, list)
    const { rows } = await readEntrantPage(test.core.reader, 0, whole)
    const text = [entrantColumns(false), ...rows]
      .map((row) => row.map((cell) => (cell === null ? '' : `"${String(cell)}"`)).join(','))
      .join('\n')
    await expectSettled(`${text}\n`)
  })
})

describe('two chips of one runner', () => {
  it.each([
    ['under two names', 'bib,first_name,last_name,tag,tag2'],
    ['under the same name', 'Bib,First Name,Last Name,Tag,Tag'],
    ['as chip and second chip', 'Bib,First Name,Last Name,Chip,Chip 2'],
  ])('%s are both theirs', async (_, head) => {
    const list = `${head}\n1,Ada,One,C100,C101\n2,Bea,Two,C200,\n`
    const report = await importText(test, list)
    expect(report).toMatchObject({ bad: [], ignoredColumns: [], created: { tag: 3 } })
    expect(await entrants('bib', 'tag', 'spare_tag')).toEqual([
      ['1', 'C100', 'C101'],
      ['2', 'C200', null],
    ])
    await expectSettled(list)
    // The other way round is said by both columns, or not at all.
    await expectSettled('bib,first_name,last_name,tag\n1,Ada,One,C101\n')
    await importText(test, `${head}\n1,Ada,One,C101,C100\n`)
    expect(await entrants('bib', 'tag', 'spare_tag')).toContainEqual(['1', 'C101', 'C100'])
  })

  it('that somebody else has are refused with who has them', async () => {
    await importText(test, 'bib,first_name,last_name,tag,tag2\n1,Ada,One,C100,C101\n')
    const report = await importText(
      test,
      'bib,first_name,last_name,tag,tag2\n2,Bea,Two,C101,\n3,Cia,Three,C300,C100\n4,Dea,Four,C400,C401\n5,Eva,Five,C500,C401\n',
    )
    expect(reasons(report)).toEqual([
      { line: 2, column: 'tag', reason: 'Tag is taken by Ada One (1).' },
      { line: 3, column: 'tag2', reason: 'Spare tag is taken by Ada One (1).' },
      { line: 5, column: 'tag2', reason: 'Tag C401 is on line 4 already.' },
    ])
    expect(await entrants('bib', 'tag', 'spare_tag')).toEqual([
      ['1', 'C100', 'C101'],
      ['4', 'C400', 'C401'],
    ])
  })

  it('change hands within a file', async () => {
    await importText(test, 'bib,first_name,last_name,tag,tag2\n1,Ada,One,A1,A2\n2,Bea,Two,B1,B2\n')
    const swapped = 'bib,first_name,last_name,tag,tag2\n1,Ada,One,B2,B1\n2,Bea,Two,A2,A1\n'
    expect((await importText(test, swapped)).bad).toEqual([])
    expect(await entrants('bib', 'tag', 'spare_tag')).toEqual([
      ['1', 'B2', 'B1'],
      ['2', 'A2', 'A1'],
    ])
    await expectSettled(swapped)
  })
})
