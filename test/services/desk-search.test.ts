import { call } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeskFilter } from '../../main/contract/desk.ts'
import { deskHandlers } from '../../main/engine/services/desk/desk-service.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let desk: ReturnType<typeof deskHandlers>

beforeAll(async () => {
  test = await openTestCore()
  desk = deskHandlers(test.core)
})
afterAll(() => test.close())

async function eventOf(csv: string, name: string): Promise<string> {
  await importText(test, csv, { event: name })
  return (await call(desk.events, undefined)).find((event) => event.name === name)!.id
}

async function find(query: string, eventId: string) {
  const { rows } = await call(desk.search, { query, eventId })
  return rows.map(({ firstName }) => firstName)
}

describe('searching entrants', () => {
  it('takes a number for a bib before a tag, whatever zeros are before the bib', async () => {
    const csv = 'bib,first_name,last_name,tag\n900,Tag,Wearer,0258\n0258,Bib,Wearer,\n'
    const tags = await eventOf(csv, 'Tag Run')
    expect(await find('258', tags)).toEqual(['Bib', 'Tag'])
    expect(await find('0258', tags)).toEqual(['Bib', 'Tag'])
  })

  it('finds nobody by signs alone, whatever names there are', async () => {
    const marks = await eventOf('bib,first_name,last_name\n1,Ana,????,\n2,Bo,???\n', 'Sign Run')
    for (const query of ['????', '???', '?? ??', '-', '()', '"']) {
      expect(await find(query, marks)).toEqual([])
    }
  })

  it('finds a name with one letter mistyped, after everybody who is called so', async () => {
    const slips = await eventOf(
      `bib,first_name,last_name
1,Lena,Müller
2,Lena,Muler
3,Sean,O’Brien
4,Tom,Smith
5,Charlotte,Morgan-Smith-Jones
6,Charlotte,Morgan
7,Jo,Mulerson
`,
      'Slip Run',
    )
    const bibs = async (query: string) => {
      const { rows, similar } = await call(desk.search, { query, eventId: slips })
      return { bibs: rows.map(({ bib }) => bib).join(' '), similar }
    }
    expect(await bibs('Müler')).toEqual({ bibs: '2 7 1', similar: 1 })
    expect(await bibs('mueller')).toEqual({ bibs: '1 2', similar: 1 })
    expect(await bibs('smih')).toEqual({ bibs: '4 5', similar: 2 })
    expect(await bibs('obrein')).toEqual({ bibs: '3', similar: 1 })
    expect(await bibs('obrien')).toEqual({ bibs: '3', similar: 0 })
    expect(await bibs('charlote morgan')).toEqual({ bibs: '6 5', similar: 2 })
    expect(await bibs('charlote mrogan')).toEqual({ bibs: '6 5', similar: 2 })
    // Three letters are one slip away from too many; two slips are another name.
    expect(await bibs('tmo')).toEqual({ bibs: '', similar: 0 })
    expect(await bibs('smhti')).toEqual({ bibs: '', similar: 0 })
  })

  it('finds a mistyped name only until the name is changed', async () => {
    const event = await eventOf('bib,first_name,last_name\n1,Bo,Lund\n', 'New Name Run')
    const [{ id } = { id: '' }] = (await call(desk.search, { query: 'lund', eventId: event })).rows
    await call(desk.change, { id, lastName: 'Kvamme' })
    expect(await find('kvame', event)).toEqual(['Bo'])
    expect(await find('lumd', event)).toEqual([])
  })
})

describe('the lists of the desk', () => {
  it('say who is still missing, in a start group or a race, and how many', async () => {
    const event = await eventOf(
      `bib,first_name,last_name,race,start_group,tag,waiver
1,Ana,Kip,10 km,Wave 1,T1,yes
2,Bo,Lund,10 km,Wave 3,,yes
,Cleo,Anand,10 km,Wave 3,T3,no
4,Dee,Moss,5 km,Wave 3,T4,no
`,
      'Filter Run',
    )
    const { startGroups } = (await call(desk.events, undefined)).find(({ id }) => id === event)!
    const wave3 = startGroups.find(({ race, name }) => race === '10 km' && name === 'Wave 3')!
    const list = async (filter: Partial<DeskFilter>, query = '') => {
      const { rows, matching } = await call(desk.search, { query, eventId: event, filter })
      return [rows.map(({ firstName }) => firstName).join(' '), matching]
    }
    expect(await list({ missing: ['checkIn'] })).toEqual(['Cleo Ana Bo Dee', 4])
    expect(await list({ missing: ['bib'] })).toEqual(['Cleo', 1])
    expect(await list({ missing: ['tag'] })).toEqual(['Bo', 1])
    expect(await list({ missing: ['waiver'] })).toEqual(['Cleo Dee', 2])
    expect(await list({ race: wave3.raceId })).toEqual(['Cleo Ana Bo', 3])
    const missing: Partial<DeskFilter> = { missing: ['checkIn'], startGroupId: wave3.id }
    expect(await list(missing)).toEqual(['Cleo Bo', 2])
    expect(await list(missing, 'b')).toEqual(['Bo', null])
    expect(await list(missing, 'annand')).toEqual(['Cleo', null])
    expect(await list(missing, 'ana')).toEqual(['Cleo', null])
    const hidden = async (query: string) => {
      const { rows, hidden } = await call(desk.search, { query, eventId: event, filter: missing })
      return [rows.length, hidden]
    }
    expect(await hidden('kip'), 'who is not on the list is not nobody').toEqual([0, 1])
    expect(await hidden('ana')).toEqual([1, 0])
    expect(await hidden('zzzz')).toEqual([0, 0])
    const [bo] = (await call(desk.search, { query: '2', eventId: event })).rows
    await call(desk.checkIn, { id: bo!.id })
    expect(await list(missing)).toEqual(['Cleo', 1])
  })
})
