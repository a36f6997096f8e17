import { call } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeskOutcome } from '../../main/contract/desk.ts'
import { deskHandlers } from '../../main/engine/services/desk/desk-service.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let desk: ReturnType<typeof deskHandlers>
let event: string

beforeAll(async () => {
  test = await openTestCore({ who: 'Eva @ Desk 1' })
  desk = deskHandlers(test.core)
  await importText(
    test,
    `bib,first_name,last_name,gender,date_of_birth,email,club,start_group,tag
7,Ana,Kip,F,1990-01-02,ana.kip@example.org,Harriers,Wave 1,T-1
007,Bo,Lund,M,1985-05-05,bo@example.org,Harriers,Wave 1,
8,Cleo,Anand,F,,,,Wave 2,T-3
,Dee,Nobib,F,,,,Wave 2,
`,
  )
  await importText(test, 'bib,first_name,last_name\n7,Other,Event\n', { event: 'Autumn Run' })
  event = (await call(desk.events, undefined)).find(({ name }) => name === 'Spring Classic')!.id
})
afterAll(() => test.close())

async function find(query: string, eventId: string | null = event) {
  const { rows } = await call(desk.search, { query, eventId })
  return rows.map(({ firstName }) => firstName)
}

async function idOf(query: string): Promise<string> {
  const { rows } = await call(desk.search, { query, eventId: event })
  return rows[0]!.id
}

function entrantOf(outcome: DeskOutcome) {
  if (!outcome.entrant) throw new Error(`No entrant: ${JSON.stringify(outcome)}`)
  return outcome.entrant
}

describe('events at the desk', () => {
  it('come with start groups and how many are checked in', async () => {
    const events = await call(desk.events, undefined)
    expect(events.find(({ id }) => id === event)).toMatchObject({
      name: 'Spring Classic',
      startGroups: [
        { name: 'Wave 1', race: 'Spring Classic' },
        { name: 'Wave 2', race: 'Spring Classic' },
      ],
      entrants: 4,
      checkedIn: 0,
    })
  })
})

describe('searching entrants', () => {
  it.each([
    ['an', ['Ana', 'Cleo']],
    ['ana', ['Ana', 'Cleo']],
    ['kip ana', ['Ana']],
    ['ana.kip@ex', ['Ana']],
    ['1990-01-02', ['Ana']],
    ['harr', ['Ana', 'Bo']],
    ['T-3', ['Cleo']],
    ['nobody', []],
    ['   ', []],
  ])('finds by %j', async (query, expected) => {
    expect(await find(query)).toEqual(expected)
  })

  it('puts whole words before beginnings of words', async () => {
    expect((await find('ana'))[0]).toBe('Ana')
  })

  it('puts the exact bib first and keeps leading zeros apart', async () => {
    expect((await find('7'))[0]).toBe('Ana')
    expect((await find('007'))[0]).toBe('Bo')
    expect(await find('00')).toEqual(['Bo'])
  })

  it('stays within the event, or looks in all of them', async () => {
    expect(await find('other')).toEqual([])
    expect(await find('other', null)).toEqual(['Other'])
    // Bo has 007: the same number, but not as it was typed.
    expect((await find('7', null)).slice(0, 2).sort()).toEqual(['Ana', 'Other'])
    expect((await find('7', null)).slice(2)).toEqual(['Bo'])
  })

  it('takes a number for a number: as it was typed first, then with other zeros before it', async () => {
    expect(await find('7')).toEqual(['Ana', 'Bo'])
    expect(await find('007')).toEqual(['Bo', 'Ana'])
    expect(await find('#7')).toEqual(['Ana', 'Bo'])
    expect(await find('00008')).toEqual(['Cleo'])
  })

  it('puts whose whole name was typed before who has more names', async () => {
    await importText(
      test,
      'bib,first_name,last_name\n258,Charlotte,Morgan-Smith-Jones\n00258,Charlotte,Morgan\n',
      { event: 'Winter Run' },
    )
    const winter = (await call(desk.events, undefined)).find(
      ({ name }) => name === 'Winter Run',
    )!.id
    for (const query of ['charlotte morgan', 'Morgan Charlotte']) {
      const { rows } = await call(desk.search, { query, eventId: winter })
      expect(rows.map(({ bib }) => bib)).toEqual(['00258', '258'])
    }
  })

  it('finds nobody in an event that does not exist', async () => {
    expect(await find('ana', 'no-such-event')).toEqual([])
  })

  it('shows what a row needs', async () => {
    const { rows } = await call(desk.search, { query: 'cleo', eventId: event })
    expect(rows).toEqual([
      expect.objectContaining({
        bib: '8',
        lastName: 'Anand',
        tag: 'T-3',
        startGroup: 'Wave 2',
        race: 'Spring Classic',
        status: 'registered',
        club: null,
      }),
    ])
  })
})

describe('scanning', () => {
  const scan = (code: string, eventId: string | null = event) => call(desk.scan, { code, eventId })

  it('finds by tag and by bib, to the letter', async () => {
    expect(entrantOf(await scan('T-1\n')).firstName).toBe('Ana')
    expect(entrantOf(await scan('007')).firstName).toBe('Bo')
    expect((await scan('0007')).outcome).toBe('wrong')
  })

  it('says when nobody has a code, and when a tag lies around', async () => {
    const nobody = await scan('4711')
    expect(nobody).toMatchObject({
      outcome: 'wrong',
      entrant: null,
      problem: { code: 'not-found' },
    })
    await call(desk.change, { id: await idOf('T-3'), tag: null })
    const loose = await scan('T-3')
    expect(loose).toMatchObject({ problem: { message: 'Tag T-3 is not given to anybody.' } })
    await call(desk.change, { id: await idOf('8'), tag: 'T-3' })
  })

  it('asks for the event when several have the code', async () => {
    expect(await scan('7', null)).toMatchObject({
      outcome: 'wrong',
      problem: { code: 'wrong-use' },
    })
  })
})

describe('checking in', () => {
  it('is ok once, then already with who and when, and can be taken back', async () => {
    const id = await idOf('bo lund')
    const first = await call(desk.checkIn, { id })
    expect(first).toMatchObject({
      outcome: 'ok',
      entrant: {
        status: 'checkedIn',
        checkedInBy: 'Eva @ Desk 1',
        checkedInOn: '2026-04-18T06:00:00Z',
      },
    })
    test.clock.advance(60_000)
    expect(await call(desk.checkIn, { id })).toMatchObject({
      outcome: 'already',
      entrant: { checkedInOn: '2026-04-18T06:00:00Z' },
    })
    expect(await call(desk.checkIn, { id, undo: true })).toMatchObject({
      outcome: 'ok',
      entrant: { status: 'registered', checkedInOn: null, checkedInBy: null },
    })
    expect(await call(desk.checkIn, { id, undo: true })).toMatchObject({ outcome: 'already' })
  })

  it('of two desks at once one gets ok, the other already', async () => {
    const id = await idOf('cleo')
    const outcomes = await Promise.all([call(desk.checkIn, { id }), call(desk.checkIn, { id })])
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['already', 'ok'])
  })

  it('refuses who has withdrawn, and who is not there', async () => {
    const id = await idOf('dee')
    await call(desk.change, { id, status: 'withdrawn' })
    expect(await call(desk.checkIn, { id })).toMatchObject({
      outcome: 'wrong',
      problem: { message: 'Dee Nobib has withdrawn: cannot be checked in.' },
      entrant: { status: 'withdrawn' },
    })
    expect(await call(desk.checkIn, { id: 'gone' })).toMatchObject({
      outcome: 'wrong',
      entrant: null,
    })
  })
})

describe('changing an entrant', () => {
  it('refuses a bib somebody has, names them and changes nothing else', async () => {
    const id = await idOf('cleo')
    const outcome = await call(desk.change, { id, bib: '7', city: 'Bonn', notes: 'late' })
    expect(outcome).toMatchObject({
      outcome: 'wrong',
      problem: {
        code: 'taken',
        fields: { bib: 'is taken by Ana Kip (7)' },
        holder: { display: 'Ana Kip (7)' },
      },
      entrant: { bib: '8', city: null, notes: null },
    })
  })

  it('refuses a tag somebody has and leaves its own tag alone', async () => {
    const id = await idOf('cleo')
    const outcome = await call(desk.change, { id, tag: 'T-1' })
    expect(outcome).toMatchObject({
      outcome: 'wrong',
      problem: { code: 'taken', holder: { display: 'Ana Kip (7)' } },
      entrant: { tag: 'T-3' },
    })
    expect(await tagStatus('T-3')).toBe('inUse')
  })

  it('makes a new tag for an unknown code and puts the old one back into stock', async () => {
    const id = await idOf('cleo')
    const outcome = await call(desk.change, { id, tag: 'T-9' })
    expect(entrantOf(outcome).tag).toBe('T-9')
    expect([await tagStatus('T-3'), await tagStatus('T-9')]).toEqual(['stock', 'inUse'])
    expect(await find('T-9')).toEqual(['Cleo'])
    expect(await find('T-3')).toEqual([])
  })

  it('moves to another start group of the event and refuses one of another event', async () => {
    const id = await idOf('cleo')
    const events = await call(desk.events, undefined)
    const groups = events.find(({ id: own }) => own === event)!.startGroups
    const outcome = await call(desk.change, { id, startGroupId: groups[0]!.id })
    expect(entrantOf(outcome)).toMatchObject({ startGroup: 'Wave 1' })
    await importText(test, 'bib,last_name,start_group\n9,Far,Far wave\n', { event: 'Autumn Run' })
    const other = (await call(desk.events, undefined)).find(({ name }) => name === 'Autumn Run')!
    const refused = await call(desk.change, { id, startGroupId: other.startGroups[0]!.id })
    expect(refused).toMatchObject({ outcome: 'wrong', entrant: { startGroup: 'Wave 1' } })
    expect(await call(desk.change, { id, startGroupId: null })).toMatchObject({
      entrant: { startGroup: null, startGroupId: null },
    })
  })

  it('says already when nothing is new, and names a value that does not fit', async () => {
    const id = await idOf('bo lund')
    expect(await call(desk.change, { id, firstName: ' Bo ' })).toMatchObject({ outcome: 'already' })
    expect(await call(desk.change, { id, dateOfBirth: '31.2.1990' })).toMatchObject({
      outcome: 'wrong',
      problem: {
        code: 'invalid',
        fields: { dateOfBirth: expect.stringContaining('not a date') },
        unfit: { dateOfBirth: { code: 'not-date' } },
      },
    })
  })

  it('refuses a broken tag', async () => {
    await importText(test, 'number,status\nT-B,broken\n', { entity: 'tag' })
    const outcome = await call(desk.change, { id: await idOf('bo lund'), tag: 'T-B' })
    expect(outcome).toMatchObject({
      outcome: 'wrong',
      problem: { fields: { tag: 'is marked as broken' } },
    })
  })
})

describe('a walk-up', () => {
  it('gets person, entry, tag and place in one go, and is found at once', async () => {
    const [first] = (await call(desk.events, undefined)).find(({ id }) => id === event)!.startGroups
    const outcome = await call(desk.walkUp, {
      eventId: event,
      firstName: 'Walter',
      lastName: 'Up',
      dateOfBirth: '2000-02-03',
      bib: '900',
      tag: 'T-900',
      startGroupId: first!.id,
      paid: true,
    })
    expect(outcome).toMatchObject({
      outcome: 'ok',
      entrant: { bib: '900', tag: 'T-900', startGroup: 'Wave 1', status: 'registered', paid: true },
    })
    expect(await find('walter up')).toEqual(['Walter'])
  })

  it('leaves nothing behind when one part is refused', async () => {
    const before = await counters()
    const outcome = await call(desk.walkUp, {
      eventId: event,
      firstName: 'Never',
      lastName: 'There',
      bib: '901',
      tag: 'T-1',
    })
    expect(outcome).toMatchObject({
      outcome: 'wrong',
      problem: { code: 'taken' },
      entrant: { firstName: 'Ana' },
    })
    expect(await counters()).toEqual(before)
    expect(await find('never')).toEqual([])
  })

  it('is refused when the same person is entered already, but namesakes are welcome', async () => {
    const same = { eventId: event, firstName: 'Walter', lastName: 'Up' }
    const outcome = await call(desk.walkUp, { ...same, dateOfBirth: '2000-02-03' })
    expect(outcome).toMatchObject({
      outcome: 'wrong',
      problem: { code: 'taken', holder: { display: 'Walter Up (900)' } },
      entrant: { bib: '900' },
    })
    expect((await call(desk.walkUp, same)).outcome).toBe('ok')
  })

  it('is the same person by e-mail or phone too, and tells who else may be meant', async () => {
    const given = { eventId: event, firstName: 'Dora', lastName: 'Twin' }
    const born = { ...given, dateOfBirth: '2001-04-05', email: 'twins@mail.example', bib: '955' }
    expect((await call(desk.walkUp, born)).outcome).toBe('ok')
    expect(await call(desk.walkUp, { ...given, email: 'TWINS@mail.example' })).toMatchObject({
      outcome: 'wrong',
      problem: { code: 'taken', holder: { display: 'Dora Twin (955)' } },
    })
    const other = { ...given, email: 'twins@mail.example', dateOfBirth: '1970-04-05' }
    expect((await call(desk.walkUp, other)).outcome).toBe('ok')
    const twin = { ...born, firstName: 'Dorat', bib: '956' }
    expect(await call(desk.walkUp, twin)).toMatchObject({
      outcome: 'ok',
      entrant: { firstName: 'Dorat' },
      possible: [
        { display: 'Dora Twin (955)', why: 'similar name, same birth date, same e-mail.' },
      ],
    })
  })

  it('needs an event that exists', async () => {
    const outcome = await call(desk.walkUp, { eventId: 'gone', firstName: 'A', lastName: 'B' })
    expect(outcome).toMatchObject({ outcome: 'wrong', problem: { code: 'not-found' } })
  })
})

async function tagStatus(number: string): Promise<unknown> {
  const row = await test.core.reader
    .selectFrom('tag')
    .select('status')
    .where('number', '=', number)
    .executeTakeFirst()
  return row?.['status']
}

function counters() {
  return test.core.reader.selectFrom('counter').selectAll().orderBy('name').execute()
}
