import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import {
  errorDocument,
  logDocument,
  personsDocument,
  statusDocument,
} from '../support/command-documents.ts'
import { importDocument } from '../support/import-document.ts'
import { withDataFolder } from '../support/data-folder.ts'
import { marshal, marshalJson, RunningMarshal } from '../support/run-marshal.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

let data: string
withDataFolder((dir) => (data = dir))

const json = (...args: readonly string[]) => marshalJson(args, { data })
const persons = async (...args: readonly string[]) =>
  personsDocument.parse(await json('record', ...args)).records

const startList = [
  'bib,first_name,last_name,gender,age,date_of_birth,email,city,country,club,race,start_group,tag,half_split',
  '0001,Ana,Núñez,F,,1990-02-01,ana@example.org,Sevilla,ESP,Club Río,Marathon,Wave 1,T1,1:30:00',
  '0002,Bo,"O’Hara, Jr.",M,41,,bo@example.org,Cork,IRL,,Marathon,Wave 2,,1:40:00',
  '',
].join('\n')

async function file(name: string, text: string): Promise<string> {
  const path = join(data, name)
  await writeFile(path, text)
  return path
}

const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

describe('marshal record', () => {
  it('makes, changes, lists and deletes a record, and keeps its history', async () => {
    const [made] = await persons(
      'set',
      'person',
      '--field',
      'firstName=Ana',
      '--field',
      'lastName=Núñez',
    )
    expect(made).toMatchObject({
      firstName: 'Ana',
      lastName: 'Núñez',
      email: null,
      deletedOn: null,
    })
    const id = made!.id

    const [changed] = await persons(
      'set',
      'person',
      id,
      '--field',
      'email=ANA@example.org',
      '--field',
      'firstName=',
    )
    expect(changed).toMatchObject({ id, firstName: null, email: 'ana@example.org' })
    expect(changed!.modifiedOn > made!.modifiedOn).toBe(true)

    expect(await persons('get', 'person', id)).toEqual([changed])
    expect(await persons('list', 'person')).toEqual([changed])
    expect(await persons('list', 'person', '--where', 'email=ana@example.org')).toHaveLength(1)
    expect(await persons('list', 'person', '--where', 'email=bo@example.org')).toEqual([])

    const [gone] = await persons('delete', 'person', id)
    expect(gone!.deletedOn).not.toBeNull()
    expect(await persons('list', 'person')).toEqual([])

    const { entries } = logDocument.parse(await json('log', '--record', id))
    expect(entries.map(({ action }) => action)).toEqual(['delete', 'update', 'create'])
    expect(entries[1]!.changes).toContainEqual({
      field: 'email',
      before: null,
      after: 'ana@example.org',
    })
  })

  it('lists more than one page as one document, and stops at --limit', async () => {
    const rows = Array.from({ length: 2500 }, (_, at) => `P${at},Runner`).join('\n')
    await json('import', await file('p.csv', `firstName,lastName\n${rows}\n`), '--entity', 'person')
    expect(await persons('list', 'person')).toHaveLength(2500)
    expect(await persons('list', 'person', '--limit', '1234')).toHaveLength(1234)
  })

  it('shows sensitive values to programs, not to whoever looks at the terminal', async () => {
    const fields = ['--field', 'lastName=Lee', '--field', 'medicalConditions=Asthma']
    const [made] = await persons('set', 'person', ...fields)
    const id = made!.id
    await persons('set', 'person', id, '--field', 'identityNumber=ID-4711')
    for (const args of [
      ['record', 'get', 'person', id],
      ['record', 'set', 'person', id, '--field', 'city=Porto'],
      ['log', '--record', id],
    ]) {
      const run = await marshal(args, { data })
      expect(run.stdout).toMatch(/medicalConditions.*\(sensitive, see --json\)/)
      expect(run.stdout).not.toMatch(/Asthma|4711/)
    }
    expect(JSON.stringify(await json('log', '--record', id))).toContain('Asthma')
    expect(await persons('get', 'person', id)).toMatchObject([{ medicalConditions: 'Asthma' }])
  })

  it('prints tables for people, and nothing for them on stdout with --json', async () => {
    await json('record', 'set', 'person', '--field', 'lastName=Lee')
    const run = await marshal(['record', 'list', 'person'], { data })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/^ID +NAME +CHANGED/)
    expect(run.stdout).toContain('Lee')
  })

  it.each([
    ['an unknown field', ['set', 'person', '--field', 'lastNam=Lee'], /lastNam/],
    [
      'a value that does not fit',
      ['set', 'person', '--field', 'lastName=Lee', '--field', 'dateOfBirth=soon'],
      /dateOfBirth|birth/i,
    ],
    [
      'a field that is part of every object',
      ['set', 'person', '--field', '__proto__=1'],
      /__proto__/,
    ],
    ['a time that is none', ['set', 'event', '--field', 'startDateTime=soon'], /is not a moment/],
    ['nothing to set', ['set', 'person'], /--field/],
    [
      'a change of what there is not',
      ['set', 'person', '01890000-0000-7000-8000-000000000000', '--field', 'city=Bonn'],
      /does not exist\. Look it up again/,
    ],
    ['no such record', ['get', 'person', '01890000-0000-7000-8000-000000000000'], /no|not/i],
    ['no such kind of data', ['list', 'horse'], /person/],
    ['a filter without a value', ['list', 'person', '--where', 'email'], /name=value/],
  ])('refuses %s with one clear line and exit code 2', async (_what, args, said) => {
    const run = await marshal(['record', ...args], { data })
    expect(run.code).toBe(2)
    expect(run.stdout).toBe('')
    expect(run.stderr).toMatch(said)
    expect(run.stderr.trim().split('\n')).toHaveLength(1)
  })

  it('names who has a bib that is taken', async () => {
    await json('import', await file('s.csv', startList), '--entity', 'entrant', '--event', 'Spring')
    const { records } = (await json(
      'record',
      'list',
      'eventParticipant',
      '--where',
      'number=0002',
    )) as {
      records: { id: string }[]
    }
    const refused = await marshal(
      ['--json', 'record', 'set', 'eventParticipant', records[0]!.id, '--field', 'number=0001'],
      { data },
    )
    expect(refused.code).toBe(2)
    const { error } = errorDocument.parse(JSON.parse(refused.stdout))
    expect(error).toMatchObject({ code: 'taken', holder: { entity: 'eventParticipant' } })
    expect(refused.stderr).toMatch(/^marshal: /)
  })
})

describe('marshal record delete of what others need', () => {
  it('names who needs it and the option, and with it says what went along', async () => {
    await json('import', await file('s.csv', startList), '--entity', 'entrant', '--event', 'Spring')
    const find = async (entity: string) =>
      ((await json('record', 'list', entity)) as { records: { id: string }[] }).records
    const [entry] = await find('eventParticipant')
    const refused = await marshal(['record', 'delete', 'eventParticipant', entry!.id], { data })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/still used by .*Ana Núñez in Wave 1\..*--with-children/)

    const gone = await json('record', 'delete', 'eventParticipant', entry!.id, '--with-children')
    expect(gone).toMatchObject({
      records: [{ id: entry!.id, deletedOn: expect.any(String) }],
      along: [
        {
          entity: 'startGroupParticipant',
          action: 'deleted',
          field: null,
          count: 1,
          names: ['Ana Núñez in Wave 1'],
        },
      ],
    })
    expect(await find('startGroupParticipant')).toHaveLength(1)

    const race = (await find('race'))[0]!
    const told = await marshal(['record', 'delete', 'race', race.id, '--with-children'], { data })
    expect(told).toMatchObject({ code: 0, stderr: '' })
    expect(told.stdout).toMatch(/2 startGroup deleted too +Wave 1, Wave 2/)
  })
})

describe('marshal import and export', () => {
  it('imports a start list, changes nothing the second time, and names columns left out', async () => {
    const path = await file('s.csv', startList)
    const first = await marshal(
      ['--json', 'import', path, '--entity', 'entrant', '--event', 'Spring Classic'],
      { data },
    )
    expect(first.code).toBe(0)
    const report = importDocument.parse(JSON.parse(first.stdout))
    expect(report).toMatchObject({ entity: 'entrant', rows: 2, unchanged: 0, bad: [] })
    expect(report.created).toMatchObject({
      event: 1,
      race: 1,
      startGroup: 2,
      person: 2,
      eventParticipant: 2,
      startGroupParticipant: 2,
      tag: 1,
    })
    expect(report.ignoredColumns).toEqual(['half_split'])

    const again = importDocument.parse(
      await json('import', path, '--entity', 'entrant', '--event', 'Spring Classic'),
    )
    expect(Object.values(again.created).every((count) => count === 0)).toBe(true)
    expect(Object.values(again.updated).every((count) => count === 0)).toBe(true)
    expect(again.unchanged).toBe(2)

    const { records } = statusDocument.parse(await json('status'))
    expect(records).toMatchObject({ person: 2, eventParticipant: 2 })
  })

  it('imports the good rows, lists each bad one with line and reason, and exits 1', async () => {
    const path = await file(
      'bad.csv',
      `${startList}0001,Cy,Twice,M,,,cy@example.org,,,,Marathon,Wave 1,,\n0003,Di,Late,F,,1990-13-45,di@example.org,,,,Marathon,Wave 1,,\n`,
    )
    const report = importDocument.parse(
      await marshalJson(['import', path, '--entity', 'entrant', '--event', 'Spring'], {
        data,
        code: 1,
      }),
    )
    expect(report.bad).toEqual([
      {
        line: 4,
        column: 'bib',
        value: '0001',
        reason: expect.any(String),
        fix: expect.any(String),
        facts: { code: 'bib-twice', bib: '0001', line: 2 },
      },
      {
        line: 5,
        column: 'date_of_birth',
        value: '1990-13-45',
        reason: expect.stringContaining('not a day of the calendar'),
        fix: expect.any(String),
        kept: true,
        facts: expect.objectContaining({ code: 'unfit' }),
      },
    ])
    // The row is in; only the birth date is not.
    expect(report.created).toMatchObject({ person: 3 })
  })

  it('stops at Ctrl-C, keeps what was done, and finishes when run again', async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, at) => `P${at},Runner${at},r${at}@example.org`,
    ).join('\n')
    const path = await file('many.csv', `firstName,lastName,email\n${rows}\n`)
    await json('status')
    const running = new RunningMarshal(['--json', 'import', path, '--entity', 'person'], { data })
    while ((await sizeOf(join(data, 'marshal.db-wal'))) < 500_000);
    const stopped = await running.end('SIGINT')
    expect(stopped.code).toBe(1)
    expect(errorDocument.parse(JSON.parse(stopped.stdout)).error.message).toContain('Stopped')
    const { records } = statusDocument.parse(await json('status'))
    expect(records['person']).toBeGreaterThan(0)
    expect(records['person']).toBeLessThan(20_000)
    const report = importDocument.parse(await json('import', path, '--entity', 'person'))
    expect(report.unchanged + (report.created['person'] ?? 0)).toBe(20_000)
    expect(statusDocument.parse(await json('status')).records['person']).toBe(20_000)
  })

  it('rehearses without changing anything', async () => {
    const path = await file('s.csv', startList)
    const report = importDocument.parse(
      await json('import', path, '--entity', 'entrant', '--event', 'Spring', '--rehearse'),
    )
    expect(report.created).toMatchObject({ person: 2 })
    expect(statusDocument.parse(await json('status')).records['person'] ?? 0).toBe(0)
  })

  it('takes columns by --map', async () => {
    const path = await file('m.csv', 'Startnummer,Vorname,last_name\n7,Uwe,Groß\n')
    await json(
      'import',
      path,
      '--entity',
      'entrant',
      '--event',
      'Spring',
      '--map',
      'Startnummer=bib',
      '--map',
      'Vorname=first_name',
    )
    expect(await persons('list', 'person')).toMatchObject([{ firstName: 'Uwe', lastName: 'Groß' }])
  })

  it('writes CSV a spreadsheet cannot be tricked with, which imports again as it was', async () => {
    await json('record', 'set', 'person', '--field', 'lastName==1+1', '--field', 'firstName=Ana')
    const out = join(data, 'persons.csv')
    const run = await marshal(['export', 'person', '--out', out], { data })
    expect(run.code).toBe(0)
    expect((await stat(out)).mode & 0o777).toBe(0o600)
    const text = await readFile(out, 'utf8')
    expect(text).not.toMatch(/(^|,)"?=/m)
    const [before] = await persons('list', 'person')
    const again = importDocument.parse(await json('import', out, '--entity', 'person'))
    expect(again.updated['person'] ?? 0).toBe(0)
    expect(await persons('list', 'person')).toEqual([before])
  })

  it('writes sensitive fields only when told to, and says that the file has them', async () => {
    const fields = ['lastName=Lee', 'medicalConditions=asthma', 'identityNumber=X12']
    await json('record', 'set', 'person', ...fields.flatMap((field) => ['--field', field]))
    const out = join(data, 'persons.csv')
    for (const entity of ['person', 'entrant']) {
      const plain = await marshal(['export', entity, '--out', out], { data })
      expect(await readFile(out, 'utf8')).not.toMatch(/medical|identity_?number/i)
      expect(plain.stderr).not.toContain('medical')
      const whole = await marshal(['export', entity, '--out', out, '--sensitive'], { data })
      expect(await readFile(out, 'utf8')).toMatch(
        /medical.*identity_?number|identityNumber.*medical/,
      )
      expect(whole.stderr).toMatch(/identity numbers, emergency contacts.* medical conditions/)
      expect(whole.stderr.includes('sensitive own fields')).toBe(entity === 'entrant')
    }
    const entries = ['export', 'eventParticipant', '--out', out, '--sensitive']
    expect((await marshal(entries, { data })).stderr).toContain('columns with sensitive own fields')
    expect((await marshal(['export', 'person'], { data })).stdout).not.toContain('asthma')
    const shown = await marshal(['export', 'person', '--sensitive'], { data })
    expect(shown.stdout).toMatch(/X12.*asthma/)
  })

  it('exports JSON as one document, also on stdout', async () => {
    await json('record', 'set', 'person', '--field', 'lastName=Lee')
    expect(await json('export', 'person')).toEqual(
      JSON.parse((await marshal(['export', 'person', '--format', 'json'], { data })).stdout),
    )
  })

  it.each([
    ['a missing file', ['import', 'nowhere.csv', '--entity', 'person'], /nowhere\.csv/],
    ['a missing --entity', ['import', 'x.csv'], /--entity/],
    [
      'a mapping to no field',
      ['import', 's.csv', '--entity', 'entrant', '--event', 'E', '--map', 'bib=horse'],
      /horse/,
    ],
    ['a start list without an event', ['import', 's.csv', '--entity', 'entrant'], /event/i],
    [
      'a missing column',
      ['import', 'short.csv', '--entity', 'entrant', '--event', 'E'],
      /last_name|lastName|name/,
    ],
    ['a folder', ['import', '.', '--entity', 'person'], /folder/],
    ['an export to nowhere', ['export', 'person', '--out', 'none/x.csv'], /none/],
    ['an export to a folder', ['export', 'person', '--out', '.'], /marshal: [^.]* is a folder/],
    ['an unknown format', ['export', 'person', '--format', 'xml'], /csv/],
  ])('refuses %s with exit code 2', async (_what, args, said) => {
    await file('s.csv', startList)
    await file('short.csv', 'bib,city\n1,Leeds\n')
    const run = await marshal(args, { data, cwd: data })
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(said)
    expect(run.stderr.trim().split('\n')).toHaveLength(1)
  })
})
