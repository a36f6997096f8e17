import { call } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RosterChoice, RosterPage, RosterRow } from '../../main/contract/roster.ts'
import { deskHandlers } from '../../main/engine/services/desk/desk-service.ts'
import { rosterHandlers } from '../../main/engine/services/desk/roster-service.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let roster: ReturnType<typeof rosterHandlers>
let eventId: string

const list = `bib,first_name,last_name,gender,club,email,race,start_group,tag,medical_conditions
12,Ana,Schmidt,F,TSV Lauf,ana@example.org,Marathon,Wave 2,T-12,Asthma
7,Bo,Müller,M,,bo@example.org,Marathon,Wave 1,,
A2,Cy,Muller,M,,,10 km,Start,,
A10,Dan,Ångström,M,,,10 km,Start,,
,Eve,Zuma,F,,,,,,
007,Fay,Abel,F,,,Marathon,Wave 1,,
`

beforeAll(async () => {
  test = await openTestCore()
  roster = rosterHandlers(test.core)
  await importText(test, list)
  // The same entry in a second race.
  await importText(test, 'bib,first_name,last_name,race,start_group\n12,Ana,Schmidt,10 km,Start\n')
  eventId = (await call(deskHandlers(test.core).events, undefined))[0]!.id
})
afterAll(() => test.close())

type Asked = Partial<Omit<RosterChoice, 'filter'>> & {
  readonly filter?: Partial<RosterChoice['filter']>
  readonly fields?: string[]
}

/** Everybody, read in pages of so many. */
async function read(asked: Asked = {}, limit = 1000): Promise<readonly RosterRow[]> {
  const found: RosterRow[] = []
  let after: string | null = null
  do {
    const page: RosterPage = await call(roster.page, { eventId, ...asked, after, limit })
    found.push(...page.rows)
    after = page.next
  } while (after !== null)
  return found
}
const bibs = (rows: readonly RosterRow[]) => rows.map(({ bib }) => bib ?? '-').join(' ')

describe('a roster', () => {
  it('is in the order of last names, whatever accents they have', async () => {
    expect((await read()).map(({ lastName }) => lastName)).toEqual([
      ...['Abel', 'Ångström', 'Müller', 'Muller', 'Schmidt', 'Zuma'],
    ])
  })

  it('is in the order of bibs as numbers, those without one last', async () => {
    expect(bibs(await read({ order: 'bib' }))).toBe('7 007 12 A2 A10 -')
  })

  it.each([1, 2, 3, 6])('is the same in pages of %i', async (limit) => {
    for (const parts of ['none', 'race', 'startGroup'] as const) {
      for (const order of ['name', 'bib'] as const) {
        const whole = await read({ parts, order })
        expect(await read({ parts, order }, limit)).toEqual(whole)
      }
    }
  })

  it('has an entry once for each start group it is in, and those without one at the end', async () => {
    const found = await read({ parts: 'startGroup', order: 'bib' })
    expect(found.map(({ startGroup, bib }) => `${startGroup ?? '-'} ${bib ?? '-'}`)).toEqual([
      ...['Wave 2 12', 'Wave 1 7', 'Wave 1 007', 'Start 12', 'Start A2', 'Start A10', '- -'],
    ])
    const { parts } = await call(roster.parts, { eventId, parts: 'startGroup' })
    expect(parts.map((part) => [part.race, part.startGroup, part.entrants])).toEqual([
      ['Marathon', 'Wave 2', 1],
      ['Marathon', 'Wave 1', 2],
      ['10 km', 'Start', 3],
      [null, null, 1],
    ])
  })

  it('tells all races of an entry that is on it once', async () => {
    const [ana] = (await read()).filter(({ bib }) => bib === '12')
    expect(ana).toMatchObject({ race: 'Marathon, 10 km', startGroup: 'Wave 2, Start', tag: 'T-12' })
    expect((await call(roster.parts, { eventId })).parts).toEqual([
      { raceId: null, race: null, startGroupId: null, startGroup: null, entrants: 6 },
    ])
  })

  it('of a race has nothing of other races', async () => {
    const [part] = (await call(roster.parts, { eventId, parts: 'race' })).parts.filter(
      ({ race }) => race === '10 km',
    )
    const filter = { race: part!.raceId }
    for (const parts of ['none', 'startGroup'] as const) {
      const found = await read({ filter, parts, order: 'bib' })
      expect(bibs(found)).toBe('12 A2 A10')
      expect(new Set(found.map(({ race }) => race))).toEqual(new Set(['10 km']))
    }
    expect(bibs(await read({ filter: { missing: ['bib'] } }))).toBe('-')
  })

  it('carries the fields asked for and no other', async () => {
    const [plain] = (await read()).filter(({ bib }) => bib === '12')
    expect(plain!.values).toEqual({})
    const fields = ['club', 'gender', 'medicalConditions', 'own_none', 'age']
    const [ana] = (await read({ fields })).filter(({ bib }) => bib === '12')
    expect(ana!.values).toEqual({
      club: 'TSV Lauf',
      gender: 'female',
      medicalConditions: 'Asthma',
    })
  })

  it('refuses what is no field, and a place in the list that is none', async () => {
    await expect(read({ fields: ['p.identityNumber'] })).rejects.toThrow('Input validation failed')
    const asked = { eventId, after: 'x' }
    await expect(call(roster.page, asked)).rejects.toThrow('no place in this list')
  })
})
