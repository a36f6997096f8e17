import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(async () => {
  const checked = await checkStore(test.core.reader, test.database)
  await test.close()
  expect(checked.problems).toEqual([])
})

async function all(entity: EntityName) {
  const options = { after: 0, limit: 1000, deleted: false, where: {} }
  return (await listRecords(test.core.reader, entity, options)).records
}

/** Bib → first and last name, birth date, e-mail; `-` for none. Entries without a bib are listed by their names alone. */
async function wearers(): Promise<readonly string[]> {
  const persons = new Map((await all('person')).map(({ id, fields }) => [id, fields]))
  const shown = (value: unknown) => (typeof value === 'string' ? value : '-')
  return (await all('eventParticipant'))
    .map(({ fields }) => {
      const { firstName, lastName, dateOfBirth, email } = persons.get(String(fields['person']))!
      return [fields['number'], firstName, lastName, dateOfBirth, email].map(shown).join(' ')
    })
    .sort()
}

/** Names with the races they are in. */
async function places(): Promise<readonly string[]> {
  const by = async (entity: EntityName) =>
    new Map((await all(entity)).map(({ id, fields }) => [id, fields]))
  const [persons, entries, groups, races] = [
    await by('person'),
    await by('eventParticipant'),
    await by('startGroup'),
    await by('race'),
  ]
  return (await all('startGroupParticipant'))
    .map(({ fields }) => {
      const entry = entries.get(String(fields['eventParticipant']))!
      const group = groups.get(String(fields['startGroup']))!
      const { firstName } = persons.get(String(entry['person']))!
      const race = races.get(String(group['race']))!
      return `${String(entry['number'] ?? '-')} ${String(firstName)}: ${String(race['name'])}`
    })
    .sort()
}

const family = `bib,first_name,last_name,gender,date_of_birth,email,race,tag
1,Anna,Vollmer,F,1980-02-03,anna@vollmer.example,10K,T1
2,Ben,Vollmer,M,1978-05-06,ben@vollmer.example,10K,T2
`
const annaAndBen = [
  '1 Anna Vollmer 1980-02-03 anna@vollmer.example',
  '2 Ben Vollmer 1978-05-06 ben@vollmer.example',
]

describe('a bib is not a person', () => {
  it('swaps the bibs of a family, not the people', async () => {
    await importText(test, family)
    const report = await importText(
      test,
      'bib,first_name,last_name\n1,Ben,Vollmer\n2,Anna,Vollmer\n',
    )
    expect(report).toMatchObject({ bad: [], created: { person: 0 }, updated: { person: 0 } })
    expect(await wearers()).toEqual([
      '1 Ben Vollmer 1978-05-06 ben@vollmer.example',
      '2 Anna Vollmer 1980-02-03 anna@vollmer.example',
    ])
  })

  it('refuses a bib that its holder keeps, with the holder', async () => {
    await importText(test, family)
    const report = await importText(
      test,
      'bib,first_name,last_name,gender,date_of_birth,email\n1,Clara,Vollmer,F,2008-09-09,clara@vollmer.example\n',
    )
    expect(report.bad).toMatchObject([
      { line: 2, column: 'bib', value: '1', reason: 'Bib 1 is taken by Anna Vollmer.' },
    ])
    expect(await wearers()).toEqual(annaAndBen)
  })

  it('passes a bib on when the list has its holder without one; check-in and tag stay with the holder', async () => {
    await importText(test, family)
    const [anna] = await all('eventParticipant')
    await applyChanges(test.core, [
      {
        action: 'update',
        entity: 'eventParticipant',
        id: anna!.id,
        fields: { status: 'checkedIn', checkedInOn: '2026-05-01T07:00:00Z' },
      },
    ])
    const report = await importText(
      test,
      'bib,first_name,last_name,date_of_birth\n1,Clara,Vollmer,2008-09-09\n,Anna,Vollmer,1980-02-03\n',
    )
    expect(report).toMatchObject({ bad: [], created: { person: 1 } })
    expect(await wearers()).toEqual([
      '- Anna Vollmer 1980-02-03 anna@vollmer.example',
      '1 Clara Vollmer 2008-09-09 -',
      '2 Ben Vollmer 1978-05-06 ben@vollmer.example',
    ])
    const again = (await all('eventParticipant')).find(({ id }) => id === anna!.id)
    expect(again!.fields).toMatchObject({ status: 'checkedIn', tag: anna!.fields['tag'] })
  })

  it('takes a changed surname with the birth date for the same person', async () => {
    await importText(test, family)
    const report = await importText(
      test,
      'bib,first_name,last_name,date_of_birth\n1,Anna,Berg,1980-02-03\n',
    )
    expect(report).toMatchObject({ bad: [], created: { person: 0 }, updated: { person: 1 } })
    expect((await wearers())[0]).toBe('1 Anna Berg 1980-02-03 anna@vollmer.example')
  })

  it('swaps bibs, in one change each', async () => {
    const list = (a: string, b: string) =>
      `bib,first_name,last_name,email\n${a},Ada,One,ada@mail.example\n${b},Bea,Two,bea@mail.example\n`
    await importText(test, list('1', '2'))
    const report = await importText(test, list('2', '1'))
    expect(report).toMatchObject({ bad: [], updated: { eventParticipant: 2, person: 0 } })
    expect(await wearers()).toEqual([
      '1 Bea Two - bea@mail.example',
      '2 Ada One - ada@mail.example',
    ])
    expect(await importText(test, list('2', '1'))).toMatchObject({ unchanged: 2 })
  })

  it('moves bibs round, however far apart the rows are', async () => {
    const count = 700
    const list = (shift: number) =>
      `bib,first_name,last_name\n${Array.from({ length: count }, (_, at) => `${((at + shift) % count) + 1},P${at},Kip${at}`).join('\n')}\n`
    await importText(test, list(0))
    const before = await all('person')
    const report = await importText(test, list(1))
    expect(report).toMatchObject({ bad: [], created: { person: 0, eventParticipant: 0 } })
    expect(await all('person')).toEqual(before)
    expect(await wearers()).toContain('1 P699 Kip699 - -')
    expect(await wearers()).toContain('700 P698 Kip698 - -')
  })

  it('moves nothing along a chain whose last bib is kept', async () => {
    await importText(test, 'bib,first_name,last_name\n1,Ada,One\n2,Bea,Two\n3,Cia,Three\n')
    const report = await importText(
      test,
      'bib,first_name,last_name\n2,Ada,One\n3,Bea,Two\n1,Dee,Four\n',
    )
    expect(report.bad).toMatchObject([
      { line: 2, reason: 'Bib 2 is taken by Bea Two.' },
      { line: 3, reason: 'Bib 3 is taken by Cia Three.' },
      { line: 4, reason: 'Bib 1 is taken by Ada One.' },
    ])
    expect(await wearers()).toEqual(['1 Ada One - -', '2 Bea Two - -', '3 Cia Three - -'])
  })

  it('refuses a tag of somebody else, and swaps tags', async () => {
    const list = (a: string, b: string) =>
      `bib,first_name,last_name,tag\n1,Ada,One,${a}\n2,Bea,Two,${b}\n`
    await importText(test, list('C100', 'C200'))
    const late = await importText(test, 'bib,first_name,last_name,tag\n3,Cia,Three,C100\n')
    expect(late.bad).toMatchObject([
      { line: 2, column: 'tag', reason: 'Tag is taken by Ada One (1).' },
    ])
    expect(await importText(test, list('C200', 'C100'))).toMatchObject({ bad: [] })
    expect((await all('tag')).map(({ fields }) => fields['status'])).toEqual(['inUse', 'inUse'])
    const one = 'bib,first_name,last_name,tag\n1,Ada,One,C200\n'
    expect(await importText(test, one)).toMatchObject({ unchanged: 1, bad: [] })
  })
})

describe('an e-mail is not a person', () => {
  const first =
    'first_name,last_name,email,club\nJohn,Able,coach@club.example,Harriers\nMary,Able,coach@club.example,Harriers\n'

  it.each([
    [
      '',
      'first_name,last_name,email,club\nJohn,Baker,coach@club.example,Harriers\nM,Carter,coach@club.example,Harriers\n',
      2,
    ],
    [
      ' with a bib',
      'bib,first_name,last_name,email,club\n71,John,Baker,coach@club.example,Harriers\n',
      1,
    ],
  ])('keeps the runners of one coach apart%s', async (_, late, more) => {
    await importText(test, first)
    const report = await importText(test, late)
    expect(report).toMatchObject({ bad: [], created: { person: more }, updated: { person: 0 } })
    expect(report.possible).toMatchObject([
      { line: 2, display: 'John Baker', candidate: 'John Able' },
    ])
    expect(await all('eventParticipant')).toHaveLength(2 + more)
  })

  it('names whoever shares a birth date and nearly the name, on one page or two, and takes both', async () => {
    const row = (name: string) => `${name},2001-04-05`
    const filler = Array.from({ length: 300 }, (_, at) => `P${at},Filler${at},`)
    const list = [row('Anna,Kip'), row('Ana,Kip'), ...filler, row('Kip,Anna')]
    const report = await importText(
      test,
      `first_name,last_name,date_of_birth\n${list.join('\n')}\n`,
    )
    expect(report).toMatchObject({ bad: [], created: { person: 303 } })
    expect(report.possible).toMatchObject([
      { line: 3, display: 'Ana Kip', candidate: 'Anna Kip' },
      { line: 304, display: 'Kip Anna', candidate: 'Anna Kip' },
    ])
  })

  it('names twins as possible, and takes both', async () => {
    await importText(
      test,
      'first_name,last_name,date_of_birth,email\nJan,Kip,2001-04-05,kip@mail.example\n',
    )
    const report = await importText(
      test,
      'first_name,last_name,date_of_birth,email\nJana,Kip,2001-04-05,kip@mail.example\n',
    )
    expect(report.possible).toMatchObject([
      {
        line: 2,
        display: 'Jana Kip',
        candidate: 'Jan Kip',
        why: 'similar name, same birth date, same e-mail.',
      },
    ])
    expect(await all('person')).toHaveLength(2)
  })
})

describe('races are different when they look different to a runner', () => {
  it('keeps 2.5 km and 25 km, and one race of two spellings', async () => {
    await importText(
      test,
      'bib,first_name,last_name,race\n1,Ada,One,2.5 km\n2,Bea,Two,25 km\n3,Cia,Three,25  KM\n',
    )
    expect((await all('race')).map(({ fields }) => fields['name'])).toEqual(['2.5 km', '25 km'])
    expect(await places()).toEqual(['1 Ada: 2.5 km', '2 Bea: 25 km', '3 Cia: 25 km'])
  })

  it('keeps groups apart by their signs', async () => {
    await importText(
      test,
      'bib,last_name,race,start_group\n1,One,10K,A\n2,Two,10K,A+\n3,Three,10K,<4:00\n4,Four,10K,>4:00\n5,Five,10K,1-2\n6,Six,10K,12\n7,Seven,10K,a\n',
    )
    expect((await all('startGroup')).map(({ fields }) => fields['name'])).toEqual([
      'A',
      'A+',
      '<4:00',
      '>4:00',
      '1-2',
      '12',
    ])
  })
})

describe('one person in several races', () => {
  const ida = 'Ida,Voss,1990-01-02,ida@mail.example'

  it.each([
    ['one bib', 'bib,', '501,'],
    ['no bib', '', ''],
  ])('is one entry with a place in each: %s', async (_, column, bib) => {
    const list = `${column}first_name,last_name,date_of_birth,email,race\n${bib}${ida},Sat 5K\n${bib}${ida},Sun Half\n`
    const report = await importText(test, list)
    expect(report).toMatchObject({
      bad: [],
      created: { person: 1, eventParticipant: 1, startGroupParticipant: 2 },
    })
    const number = bib === '' ? '-' : '501'
    expect(await places()).toEqual([`${number} Ida: Sat 5K`, `${number} Ida: Sun Half`])
    expect(await importText(test, list)).toMatchObject({ bad: [], unchanged: 2 })
  })

  it('is one person with an entry per bib', async () => {
    const list = `bib,first_name,last_name,date_of_birth,email,race\n501,${ida},Sat 5K\n801,${ida},Sun Half\n`
    const report = await importText(test, list)
    expect(report).toMatchObject({ bad: [], created: { person: 1, eventParticipant: 2 } })
    expect(await places()).toEqual(['501 Ida: Sat 5K', '801 Ida: Sun Half'])
    expect(await importText(test, list)).toMatchObject({ bad: [], unchanged: 2 })
  })

  it('keeps both entries when only the rows are turned round and no race is named', async () => {
    await importText(test, `bib,first_name,last_name,date_of_birth,email\n501,${ida}\n`)
    const list = `bib,first_name,last_name,date_of_birth,email\n801,${ida}\n501,${ida}\n`
    expect(await importText(test, list)).toMatchObject({
      bad: [],
      created: { person: 0, eventParticipant: 1 },
      updated: { eventParticipant: 0 },
    })
  })

  it.each([
    ['the same bib', '501', '501'],
    ['no bib', '', ''],
    ['another bib', '501', '801'],
  ])('is added to by a file of another race, with %s', async (_, saturday, sunday) => {
    const file = (bib: string, race: string) =>
      `bib,first_name,last_name,date_of_birth,email,race\n${bib},${ida},${race}\n`
    await importText(test, file(saturday, 'Sat 5K'))
    expect(await importText(test, file(sunday, 'Sun Half'))).toMatchObject({
      bad: [],
      created: { person: 0, startGroupParticipant: 1 },
    })
    expect(await places()).toEqual([
      `${saturday || '-'} Ida: Sat 5K`,
      `${sunday || '-'} Ida: Sun Half`,
    ])
    expect(await importText(test, file(saturday, 'Sat 5K'))).toMatchObject({ unchanged: 1 })
  })

  it('leaves the first race when the import is to move', async () => {
    const file = (race: string) => `bib,first_name,last_name,race\n501,Ida,Voss,${race}\n`
    await importText(test, file('Sat 5K'))
    await importText(test, file('Sun Half'), { move: true })
    expect(await places()).toEqual(['501 Ida: Sun Half'])
  })

  it('names a row that is there twice in one race', async () => {
    const report = await importText(
      test,
      `first_name,last_name,date_of_birth,email,race\n${ida},Sat 5K\n${ida},Sat 5K\n`,
    )
    expect(report.bad).toMatchObject([
      { line: 3, column: 'last_name', reason: expect.stringContaining('is on line 2 already') },
    ])
  })
})

describe('what Excel did to a list', () => {
  it('is the bib without the zeros before it: the entry is found and keeps its bib', async () => {
    await importText(test, 'bib,first_name,last_name\n0007,Ada,One\n0012,Bea,Two\n')
    const report = await importText(
      test,
      'bib,first_name,last_name,city\n7,Ada,One,Ulm\n12,Bea,Two,\n',
    )
    expect(report).toMatchObject({ bad: [], created: { person: 0, eventParticipant: 0 } })
    expect(await wearers()).toEqual(['0007 Ada One - -', '0012 Bea Two - -'])
    expect(report.guesses).toContainEqual(
      expect.objectContaining({
        what: 'Bib of Ada One (0007)',
        value: '0007',
        why: expect.stringContaining('zeros'),
      }),
    )
  })

  it('is named as a possible double under another bib', async () => {
    await importText(test, 'bib,first_name,last_name\n1-2,Cia,Three\n')
    const report = await importText(test, 'bib,first_name,last_name\n99,Cia,Three\n')
    expect(report.possible).toMatchObject([
      { line: 2, display: 'Cia Three', candidate: 'Cia Three (1-2)', why: 'same name.' },
    ])
  })
})

describe('a rehearsal of a list over several pages', () => {
  it('tells what the import does with people who come again, with their bibs, tags and races', async () => {
    const filler = (from: number) =>
      Array.from({ length: 300 }, (_, at) => `${from + at},P${from + at},Filler,,,10K,`)
    const rows = [
      '1,Ida,Voss,1990-01-02,ida@mail.example,Sat 5K,T1',
      ',Ben,Voss,1991-01-02,,Sat 5K,',
      '3,Cia,Voss,1992-01-02,,Sat 5K,',
      ...filler(1000),
      '1,Ida,Voss,1990-01-02,ida@mail.example,Sun Half,T1',
      '2,Ben,Voss,1991-01-02,,Sun Half,',
      '4,Cia,Voss,1992-01-02,,Sun Half,',
      ...filler(2000),
      '1,Ida,Voss,1990-01-02,ida@mail.example,Relay,T1',
      '1,Ida,Voss,1990-01-02,ida@mail.example,Sat 5K,T1',
    ]
    const text = `bib,first_name,last_name,date_of_birth,email,race,tag\n${rows.join('\n')}\n`
    const rehearsed = await importText(test, text, { rehearse: true })
    expect(await all('person')).toEqual([])
    const real = await importText(test, text)
    expect(rehearsed).toEqual({ ...real, importId: null })
    expect(real).toMatchObject({
      created: { person: 603, eventParticipant: 604, startGroupParticipant: 607, tag: 1 },
      bad: [{ line: 609, column: 'bib', reason: 'Bib 1 is on line 2 already.' }],
    })
  })
})
