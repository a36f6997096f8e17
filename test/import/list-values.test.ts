import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exportRecords } from '../../main/engine/export/export-records.ts'
import { importText } from '../support/demo-entrants.ts'
import { importedFields } from '../support/imported.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

const fieldOf = async (entity: 'person' | 'eventParticipant', name: string) =>
  (await importedFields(test, entity)).map((fields) => fields[name])

describe('what a registration brings', () => {
  it('is taken: status, shirt, team, paid, address, nationality, emergency contact', async () => {
    const report = await importText(
      test,
      `bib,first_name,last_name,status,Shirt Size,Team,Paid,Street Address,Zip,Nationality,Emergency Contact,Emergency Phone,Medical conditions,Country,Phone
1,Ada,One,Cancelled,M,Blue,yes,1 Road,02134,GER,Ann,0171 7654321,Asthma,GER,0171 1234567
2,Bea,Two,Registered,L,Red,no,2 Road,07001,SUI,Bob,,,SUI,044 668 18 00
3,Cia,Three,Deferred,S,Red,no,,,NED,,,,Netherlands,06-12345678
4,Dea,Four,DNS,S,Red,no,,,,,,,DE,0171 1234567
5,Eva,Five,Refunded,S,Red,no,,,,,,,Deutschland,0171 1234567
6,Fay,Six,Active,S,Red,no,,,,,,,USA,617-555-0100
`,
    )
    expect(report).toMatchObject({ bad: [], ignoredColumns: [] })
    expect(await fieldOf('eventParticipant', 'status')).toEqual([
      'withdrawn',
      'registered',
      'withdrawn',
      'dns',
      'withdrawn',
      'registered',
    ])
    expect(await fieldOf('person', 'country')).toEqual(['DE', 'CH', 'NL', 'DE', 'DE', 'US'])
    expect(await fieldOf('person', 'phone')).toEqual([
      '+491711234567',
      '+41446681800',
      '+31612345678',
      '+491711234567',
      '+491711234567',
      '+16175550100',
    ])
    const [person] = await importedFields(test, 'person')
    expect(person).toMatchObject({
      street: '1 Road',
      postalCode: '02134',
      nationality: 'DE',
      emergencyContactName: 'Ann',
      emergencyContactNumber: '+491717654321',
      medicalConditions: 'Asthma',
    })
    const [entry] = await importedFields(test, 'eventParticipant')
    expect(entry).toMatchObject({ shirt: 'M', team: 'Blue', paid: true })
  })

  it('changes nothing the second time', async () => {
    const text =
      'bib,first_name,last_name,Team,Paid,Waiver,Nationality,Emergency Contact,Shirt\n1,Ada,One,Blue,yes,no,GER,Ann,M\n'
    await importText(test, text)
    expect(await importText(test, text)).toMatchObject({ unchanged: 1, bad: [] })
  })

  it.each([
    ['Storniert', 'withdrawn'],
    ['Annulé', 'withdrawn'],
    ['Avmeldt', 'withdrawn'],
    ['Wycofany', 'withdrawn'],
    ['transferred out', 'withdrawn'],
    ['Angemeldet', 'registered'],
    ['paid', 'registered'],
    ['Checked in', 'checkedIn'],
    ['Did not start', 'dns'],
    ['DQ', 'dsq'],
    ['Abandon', 'dnf'],
  ])('reads the status %s as %s', async (word, status) => {
    expect((await importText(test, `bib,last_name,status\n1,One,${word}\n`)).bad).toEqual([])
    expect(await fieldOf('eventParticipant', 'status')).toEqual([status])
  })

  it('takes an amount under Paid for paid, nothing but zeros for not paid, and says so', async () => {
    const amounts = ['45.00', '€ 30', '$1,250.00', '55 USD', '0.00', '0,- €', 'yes', 'no']
    const rows = amounts.map((amount, at) => `${at + 1},One${at},"${amount}"`)
    const report = await importText(test, `bib,last_name,Paid\n${rows.join('\n')}\n`)
    expect(report.bad).toEqual([])
    expect(await fieldOf('eventParticipant', 'paid')).toEqual([
      ...[true, true, true, true],
      ...[false, false, true, false],
    ])
    expect(report.guesses).toContainEqual(
      expect.objectContaining({
        what: 'Amounts in "Paid"',
        value: 'more than 0 is paid, 0 is not',
        why: '"45.00" is an amount of money',
      }),
    )
  })

  it('says nothing of amounts where Paid is answered, and asks what else stands there', async () => {
    const report = await importText(
      test,
      'bib,last_name,Paid\n1,One,yes\n2,Two,1\n3,Tre,voucher 30\n',
    )
    expect(report.guesses.map(({ what }) => what)).not.toContain('Amounts in "Paid"')
    expect(report.bad).toMatchObject([{ column: 'Paid', value: 'voucher 30', kept: true }])
  })

  it('keeps the runner whose status nobody knows, and takes what a person says it means', async () => {
    const text = 'bib,last_name,Status\n1,One,Limbo\n'
    const report = await importText(test, text)
    expect(report.bad).toMatchObject([{ column: 'Status', value: 'Limbo', kept: true }])
    const reading = { values: { status: { limbo: 'withdrawn' } } }
    expect((await importText(test, text, { reading })).bad).toEqual([])
    expect(await fieldOf('eventParticipant', 'status')).toEqual(['withdrawn'])
  })

  it.each(['Niemcy', 'Tyskland', 'Allemagne', 'GER', 'DEU', 'de', 'Germany'])(
    'knows one country by %s',
    async (word) => {
      await importText(test, `last_name,Land\nOne,${word}\n`)
      expect(await fieldOf('person', 'country')).toEqual(['DE'])
    },
  )
})

describe('odd values', () => {
  it('are no ages and no addresses', async () => {
    const report = await importText(
      test,
      [
        'bib,first_name,last_name,age,email',
        '1,A,One,34.0,n/a',
        '2,B,Two,-5,none',
        '3,C,Three,121,a@b@c',
        '4,D,Four,1e2,foo@bar',
        '5,E,Five,0x1F,MAILTO:e@x.example',
        '6,F,Six,"34,5",f@x.example; g@x.example',
        '7,G,Seven,0,x@x',
        '8,H,Eight,120,-',
        '9,I,Nine,n/a,noemail@noemail.com',
      ].join('\n'),
    )
    expect(report.bad.map(({ column, value, kept }) => [column, value, kept])).toEqual([
      ['age', '-5', true],
      ['age', '121', true],
      ['email', 'a@b@c', true],
      ['age', '1e2', true],
      ['email', 'foo@bar', true],
      ['age', '0x1F', true],
      ['age', '34,5', true],
      ['email', 'f@x.example; g@x.example', true],
    ])
    expect(await fieldOf('eventParticipant', 'age')).toEqual([
      34,
      null,
      null,
      null,
      null,
      null,
      0,
      120,
      null,
    ])
    expect((await fieldOf('person', 'email')).filter((email) => email !== null)).toEqual([
      'e@x.example',
    ])
  })

  it('keep people called None and Null', async () => {
    await importText(test, 'bib,first_name,last_name,club\n1,None,Null,none\n2,-,Na,-\n')
    expect(await importedFields(test, 'person')).toMatchObject([
      { firstName: 'None', lastName: 'Null' },
      { firstName: null, lastName: 'Na' },
    ])
    expect(await importedFields(test, 'organisation')).toEqual([])
  })
})

describe('bibs and tags', () => {
  it('that are zero are none yet, and leading zeros stay', async () => {
    const report = await importText(
      test,
      'bib,first_name,last_name,tag\n0,Ada,One,0\n0,Bea,Two,00\n000,Dea,Four,0000\n,Cia,Three,\nn/a,Eva,Five,-\n007,Fay,Six,0070\n',
    )
    expect(report.bad).toEqual([])
    expect(await fieldOf('eventParticipant', 'number')).toEqual([
      null,
      null,
      null,
      null,
      null,
      '007',
    ])
    expect(await importedFields(test, 'tag')).toMatchObject([{ number: '0070' }])
  })

  it('that a spreadsheet damaged are named with that word', async () => {
    const report = await importText(
      test,
      [
        'bib,first_name,last_name,tag,date_of_birth',
        '12.0,Bea,Two,5.8E+11,',
        '2-Jan,Cia,Three,T-1,',
        'Jan-02,Dea,Four,T-2,1990-01-01',
        '02. Mrz,Eva,Five,T-3,',
        '1-2,Fay,Six,058E10,',
        'MAR12,Gil,Seven,30187E7C,',
      ].join('\n'),
    )
    expect(report.bad.map(({ line, column, value, kept }) => [line, column, value, kept])).toEqual([
      [2, 'tag', '5.8E+11', true],
      [3, 'bib', '2-Jan', undefined],
      [4, 'bib', 'Jan-02', true],
      [5, 'bib', '02. Mrz', undefined],
    ])
    for (const { reason } of report.bad) expect(reason).toContain('spreadsheet')
    expect(await fieldOf('eventParticipant', 'number')).toEqual(['12', null, '1-2', 'MAR12'])
    expect((await importedFields(test, 'tag')).map(({ number }) => number)).toEqual([
      'T-2',
      '058E10',
      '30187E7C',
    ])
  })
})

it('a list saved by a spreadsheet makes nobody new, and no tag', async () => {
  await importText(
    test,
    'bib,first_name,last_name,tag\n0007,Ada,One,0580037\n0012,Bea,Two,058E10\n1-2,Cia,Three,30187E7C\n0013,Dea,Four,30187E7D\n',
  )
  const report = await importText(
    test,
    'bib,first_name,last_name,tag\n7,Ada,One,580037\n12.0,Bea,Two,5.8E+11\n2-Jan,Cia,Three,30187e7c\n13,Dea,Four,30187e7d\n',
  )
  expect(report).toMatchObject({
    created: { person: 0, eventParticipant: 0, tag: 0 },
    updated: { person: 0, eventParticipant: 0, tag: 0 },
  })
  expect(report.bad.map(({ value, kept }) => [value, kept])).toEqual([
    ['5.8E+11', true],
    ['2-Jan', undefined],
  ])
  expect(report.guesses.map(({ what, value }) => [what.split(' ')[0], value])).toEqual(
    expect.arrayContaining([
      ['Tag', '0580037'],
      ['Tag', '30187E7D'],
      ['Bib', '0007'],
    ]),
  )
  expect(await fieldOf('eventParticipant', 'number')).toEqual(['0007', '0012', '1-2', '0013'])
})

describe('a start list with everything', () => {
  it('is the same after an export and an import, elsewhere and where it came from', async () => {
    const text =
      'bib,first_name,last_name,team,shirt,giveaway,paid,waiver,street,nationality,language,emergency_contact,emergency_phone,medical_conditions,identity_number,identity_type,identity_country\n' +
      '7,Ada,One,Blue,M,Mug,true,false,1 Road,DE,de,Ann,+491717654321,Asthma,ID-1,passport,DE\n'
    await importText(test, text)
    const written = await exported(test, true)
    expect(written).toContain('Asthma')
    expect(await importText(test, written, { event: undefined })).toMatchObject({
      unchanged: 1,
      bad: [],
      changes: [],
    })
    const other = await openTestCore()
    await importText(other, written, { event: undefined })
    expect(await exported(other, true)).toBe(written)
    await other.close()
    expect(await exported(test, false)).not.toMatch(/Asthma|ID-1|Ann/)
  })
})

async function exported({ core }: TestCore, sensitive: boolean): Promise<string> {
  let text = ''
  for await (const piece of exportRecords(core, 'entrant', 'csv', { sensitive })) text += piece
  return text
}

it('a country known by other letters stays as it is', async () => {
  const id = test.core.ports.ids.uuid()
  await importText(test, `id,lastName,country,email\n${id},One,GER,one@mail.example\n`, {
    entity: 'person',
  })
  expect(await fieldOf('person', 'country')).toEqual(['GER'])
  const report = await importText(
    test,
    'bib,last_name,country,email\n1,One,Germany,one@mail.example\n',
  )
  expect(report).toMatchObject({ updated: { person: 0 }, created: { person: 0 } })
})
