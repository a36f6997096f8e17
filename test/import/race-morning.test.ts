import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import { keepRaceMorning } from '../../main/engine/import/race-morning.ts'
import type { KnownEntrant } from '../../main/engine/store/imports/known-entrants.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

describe('what race morning did', () => {
  const entrant = (fields: Record<string, FieldValue>, tagCode: string | null = null) =>
    ({
      person: { id: 'p', fields: {} },
      participant: { id: 'e', event: 'x', fields, tagStatus: null, tagCode, places: [] },
    }) satisfies KnownEntrant
  const kept = (
    known: KnownEntrant,
    participant: Record<string, FieldValue>,
    { tag, moves = false }: { tag?: string; moves?: boolean } = {},
  ) => {
    const links = tag === undefined ? {} : { tag }
    const given = { line: 2, person: {}, participant, links }
    const result = keepRaceMorning(given, known, { display: 'Ada One', bibMoves: () => moves })
    return { ...result.row.participant, ...result.row.links, asked: result.asked.length }
  }

  it.each([
    ['registered', 'withdrawn', true],
    ['registered', 'checkedIn', true],
    ['checkedIn', 'registered', false],
    ['checkedIn', 'withdrawn', false],
    ['checkedIn', 'finished', true],
    ['started', 'checkedIn', false],
    ['finished', 'registered', false],
    ['dnf', 'registered', false],
    ['dnf', 'dsq', true],
    ['dsq', 'started', false],
    ['withdrawn', 'registered', false],
  ])('%s here, %s in the list: taken %s', (before, given, taken) => {
    expect(kept(entrant({ status: before }), { status: given })).toEqual(
      taken ? { status: given, asked: 0 } : { asked: 1 },
    )
  })

  it('keeps the bib and the tag somebody was checked in with', () => {
    const ada = entrant({ status: 'checkedIn', number: '105' }, 'T9')
    expect(kept(ada, { number: '5' }, { tag: 'T1' })).toEqual({ asked: 2 })
    expect(kept(ada, { number: '5', status: 'registered' })).toEqual({ asked: 2 })
    expect(kept(ada, { number: '105' }, { tag: 'T9' })).toEqual({
      number: '105',
      tag: 'T9',
      asked: 0,
    })
  })

  it('lets a bib go that the list gives to somebody else, and takes what a later list says', () => {
    const ada = entrant({ status: 'checkedIn', number: '105' }, 'T9')
    expect(kept(ada, { number: '5' }, { moves: true })).toEqual({ number: '5', asked: 0 })
    expect(kept(ada, { number: '5', status: 'checkedIn' })).toMatchObject({ number: '5', asked: 0 })
    expect(kept(entrant({ status: 'registered', number: '105' }), { number: '5' })).toMatchObject({
      number: '5',
    })
  })
})

describe('a list after race morning', () => {
  let test: TestCore
  beforeEach(async () => {
    test = await openTestCore()
  })
  afterEach(() => test.close())

  async function entries() {
    const options = { after: 0, limit: 100, deleted: false, where: {} }
    return (await listRecords(test.core.reader, 'eventParticipant', options)).records
  }
  const change = (fields: Record<string, FieldValue>, id: string) =>
    applyChanges(test.core, [{ action: 'update', entity: 'eventParticipant', id, fields }])

  it('adds who is new and leaves who is checked in, and says so', async () => {
    const list = 'bib,first_name,last_name,Stand\n1,Ada,One,registered\n2,Bea,Two,registered\n'
    const map = { Stand: 'status' }
    await importText(test, list, { map })
    const [ada] = await entries()
    const checkedIn = { status: 'checkedIn', checkedInOn: '2026-05-01T07:00:00Z' }
    await change(checkedIn, ada!.id)
    const report = await importText(test, `${list}3,Cia,Three,registered\n`, { map })
    expect(report).toMatchObject({ bad: [], created: { person: 1 }, unchanged: 2 })
    expect(report.asked).toMatchObject([
      {
        line: 2,
        column: 'Stand',
        value: 'registered',
        reason: 'Ada One is checked in here, the list says registered: it stays checked in.',
        fix: expect.stringContaining('card'),
      },
    ])
    expect((await entries()).map(({ fields }) => fields['status'])).toEqual([
      'checkedIn',
      'registered',
      'registered',
    ])
  })

  it.each([
    [
      'a bib',
      'bib,first_name,last_name,date_of_birth\n1,Ada,One,1990-01-01\n2,Bea,Two,1991-01-01\n',
    ],
    ['nothing but names', 'first_name,last_name\nAda,One\nBea,Two\n'],
    [
      'a birth date',
      'first_name,last_name,date_of_birth\nAda,One,1990-01-01\nBea,Two,1991-01-01\n',
    ],
  ])(
    'names whom somebody deleted here, with %s, and enters them only when told to',
    async (_, list) => {
      await importText(test, list)
      const [ada] = await entries()
      await applyChanges(test.core, [{ action: 'delete', entity: 'eventParticipant', id: ada!.id }])
      const report = await importText(test, list)
      expect(report.bad).toMatchObject([
        {
          line: 2,
          column: 'last_name',
          reason: expect.stringMatching(
            /^Ada One was deleted here on \d{4}-\d\d-\d\d by Desk 1\.$/,
          ),
          fix: expect.stringContaining('--deleted-too'),
        },
      ])
      expect(report).toMatchObject({ unchanged: 1, created: { eventParticipant: 0 } })
      const again = await importText(test, list, { again: true })
      expect(again).toMatchObject({ bad: [], created: { person: 0, eventParticipant: 1 } })
      expect(await entries()).toHaveLength(2)
      expect((await importText(test, list)).bad).toEqual([])
    },
  )

  it('does not take somebody else of the same name for whom was deleted', async () => {
    await importText(test, 'bib,first_name,last_name,date_of_birth\n1,Ada,One,1990-01-01\n')
    const [ada] = await entries()
    await applyChanges(test.core, [{ action: 'delete', entity: 'eventParticipant', id: ada!.id }])
    const other = 'bib,first_name,last_name,date_of_birth\n1,Ada,One,1977-07-07\n'
    expect(await importText(test, other)).toMatchObject({ bad: [], created: { person: 1 } })
  })

  it('says that a race was added to those there were', async () => {
    const file = (race: string) => `bib,first_name,last_name,race\n501,Ida,Voss,${race}\n`
    await importText(test, file('Sat 5K'))
    const report = await importText(test, file('Sun Half'))
    expect(report.guesses).toContainEqual(
      expect.objectContaining({
        what: 'Races of Ida Voss (501)',
        value: 'Sun Half as well as Sat 5K',
        why: expect.stringContaining('--move'),
      }),
    )
    expect((await importText(test, file('Sun Half'))).guesses).toEqual([])
  })
})
