import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importText } from '../support/demo-entrants.ts'
import { importedFields } from '../support/imported.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

const names = async () =>
  (await importedFields(test, 'person')).map(({ firstName, lastName }) => [firstName, lastName])

describe('the columns of a list', () => {
  it('are known by the words lists use, and each guess is told', async () => {
    const report = await importText(
      test,
      'BIB,FNAME,SURNAME,SEX,DOB,ZIP,TEAM,CHIP,WAVE,YOB\n1,Ada,One,F,1990-01-01,02134,Reds,C1,A,1990\n',
    )
    expect(report).toMatchObject({ bad: [], ignoredColumns: ['YOB'] })
    expect(report.guesses).toContainEqual(
      expect.objectContaining({
        what: 'SURNAME',
        value: 'Last name',
        why: expect.stringContaining('Last name'),
      }),
    )
    expect(report.guesses).toContainEqual(
      expect.objectContaining({ what: 'YOB', value: 'not used' }),
    )
    expect(await importedFields(test, 'person')).toMatchObject([
      {
        firstName: 'Ada',
        lastName: 'One',
        gender: 'female',
        dateOfBirth: '1990-01-01',
        postalCode: '02134',
      },
    ])
    expect(await importedFields(test, 'eventParticipant')).toMatchObject([
      { number: '1', team: 'Reds' },
    ])
    expect(await importedFields(test, 'tag')).toMatchObject([{ number: 'C1' }])
    expect(await importedFields(test, 'startGroup')).toMatchObject([{ name: 'A' }])
  })

  it.each([
    [
      'Startnummer;Vorname;Nachname;Geschlecht;Geburtsdatum;Verein;Strecke;Jahrgang',
      'W',
      '01.02.1990',
    ],
    ['Dossard;Prénom;Nom;Sexe;Date de naissance;Société;Épreuve;Année', 'F', '01/02/1990'],
    [
      'Dorsal;Nombre;Apellidos;Sexo;Fecha de nacimiento;Club;Carrera;Año de nacimiento',
      'F',
      '1990-02-01',
    ],
    ['Pettorale;Nome;Cognome;Sesso;Data di nascita;Società;Gara;Anno', 'F', '1990-02-01'],
    [
      'Startnummer;Voornaam;Achternaam;Geslacht;Geboortedatum;Vereniging;Afstand;Geboortejaar',
      'Vrouw',
      '1990-02-01',
    ],
    [
      'Startnr;Förnamn;Efternamn;Kön;Födelsedatum;Förening;Distans;Födelseår',
      'Kvinna',
      '1990-02-01',
    ],
    [
      'Startnr.;Fornavn;Etternavn;Kjønn;Fødselsdato;Klubb;Distanse;Fødselsår',
      'Kvinne',
      '1990-02-01',
    ],
    [
      'Nr startowy;Imię;Nazwisko;Płeć;Data urodzenia;Klub;Dystans;Rok urodzenia',
      'Kobieta',
      '1990-02-01',
    ],
    [
      'Startovní číslo;Jméno;Příjmení;Pohlaví;Datum narození;Oddíl;Trať;Ročník',
      'Žena',
      '1990-02-01',
    ],
  ])('are known in other languages: %s', async (header, gender, born) => {
    const reading = { dates: 'dmy' } as const
    const text = `${header}\n1;Ada;Eins;${gender};${born};LG Nord;10 km;1990\n`
    const report = await importText(test, text, { reading })
    expect(report.bad).toEqual([])
    expect(report.ignoredColumns).toEqual([header.split(';')[7]])
    expect(await importedFields(test, 'person')).toMatchObject([
      { firstName: 'Ada', lastName: 'Eins', gender: 'female', dateOfBirth: '1990-02-01' },
    ])
    expect(await importedFields(test, 'race')).toMatchObject([{ name: '10 km' }])
    expect(await importedFields(test, 'organisation')).toMatchObject([{ name: 'LG Nord' }])
    expect(await importedFields(test, 'eventParticipant')).toMatchObject([{ number: '1' }])
  })

  it('may hold whole names, parted by comma, capitals, order and particles', async () => {
    const report = await importText(
      test,
      [
        'Bib #,Athlete',
        '1,Ada One',
        '2,"Two, Bea Ann"',
        '3,THREE Cia',
        '4,Dea FOUR',
        '5,Jan van den Berg',
        '6,Madonna',
        '7,VAN DYK Ann',
        '8,John Smith Jr.',
      ].join('\n'),
    )
    expect(report.bad).toEqual([])
    expect(await names()).toEqual([
      ['Ada', 'One'],
      ['Bea Ann', 'Two'],
      ['Cia', 'THREE'],
      ['Dea', 'FOUR'],
      ['Jan', 'van den Berg'],
      [null, 'Madonna'],
      ['Ann', 'VAN DYK'],
      ['John', 'Smith Jr.'],
    ])
    expect(report.guesses).toContainEqual(
      expect.objectContaining({ what: 'Athlete', value: 'Full name' }),
    )
  })

  it.each([
    ['Nachname Vorname', 'Eins Ada'],
    ['Name, Vorname', '"Eins, Ada"'],
    ['Nazwisko i imię', 'Eins Ada'],
    ['Vorname Nachname', 'Ada Eins'],
    ['Name', 'Ada Eins'],
  ])('say which name comes first: %s', async (header, name) => {
    await importText(test, `bib,"${header}"\n1,${name}\n`)
    expect(await names()).toEqual([['Ada', 'Eins']])
  })

  it.each([
    ['Vorname', 'Name'],
    ['Prénom', 'Nom'],
    ['Name', 'Surname'],
    ['Nombre', 'Apellidos'],
    ['Jméno', 'Příjmení'],
  ])('of half a name go by the other half: %s, %s', async (first, last) => {
    await importText(test, `${last},${first}\nEins,Ada\n`)
    expect(await names()).toEqual([['Ada', 'Eins']])
  })

  it('never vanish: the event under a named event, and the weaker of two', async () => {
    const report = await importText(
      test,
      'Event,bib,First Name,Last Name,Full name,Phone,Mobile\nSpring,1,Ada,One,Ada One,1234567,7654321\n',
    )
    expect(report.ignoredColumns).toEqual(['Event', 'Full name', 'Mobile'])
    const unused = report.guesses.filter(({ value }) => value === 'not used')
    expect(unused.map(({ what }) => what)).toEqual(['Event', 'Full name', 'Mobile'])
    expect(unused[2]!.why).toContain('"Phone"')
  })

  it('of which the fuller one is taken where two say the same', async () => {
    const report = await importText(
      test,
      'bib,First Name,Last Name,Tel,Mobile\n1,Ada,One,,7654321\n2,Bea,Two,,7654322\n',
    )
    expect(report.ignoredColumns).toEqual(['Tel'])
    expect(await importedFields(test, 'person')).toMatchObject([
      { phone: '7654321' },
      { phone: '7654322' },
    ])
  })

  it('are refused where two could be the bib and nothing tells which', async () => {
    const text = 'Startnummer,Race number,last_name\n1,2,Kip\n'
    await expect(importText(test, text)).rejects.toThrow('would both fill Bib')
  })

  it('are known by what stands in them where no header tells, and only then', async () => {
    const report = await importText(
      test,
      [
        'bib,first_name,last_name,Netfang,column 5,Coach e-mail,Shirt cut',
        '1,Ada,One,ada@x.example,F,c@x.example,M',
        '2,Bea,Two,bea@x.example,M,c@x.example,F',
      ].join('\n'),
    )
    expect(report.ignoredColumns).toEqual(['Coach e-mail', 'Shirt cut'])
    expect(await importedFields(test, 'person')).toMatchObject([
      { email: 'ada@x.example', gender: 'female' },
      { email: 'bea@x.example', gender: 'male' },
    ])
    expect(report.guesses).toContainEqual(
      expect.objectContaining({
        what: 'Netfang',
        value: 'E-mail',
        why: 'all its cells are e-mail addresses',
      }),
    )
  })

  it('without first names are taken, and that is said', async () => {
    const report = await importText(test, 'bib,SURNAME\n1,One\n')
    expect(report.guesses).toContainEqual(
      expect.objectContaining({ what: 'First name', value: 'none' }),
    )
  })

  it('of a list of persons have the same words', async () => {
    const report = await importText(
      test,
      'Name;Geb.-Datum;E-Mail-Adresse;Verein\nAda Eins;1.2.1990;ada@x.example;\n',
      {
        entity: 'person',
      },
    )
    expect(report).toMatchObject({ bad: [], created: { person: 1 }, ignoredColumns: [] })
    expect(await importedFields(test, 'person')).toMatchObject([
      { firstName: 'Ada', lastName: 'Eins', dateOfBirth: '1990-02-01', email: 'ada@x.example' },
    ])
  })

  it.each(['entrant', 'person'] as const)(
    'may hold what stands before a last name (%s)',
    async (entity) => {
      const text = 'Voornaam;Tussenvoegsel;Achternaam\nAda;van den;Berg\nBob;;Smit\nCas;de;de Wit\n'
      expect(await importText(test, text, { entity })).toMatchObject({ ignoredColumns: [] })
      expect(await names()).toEqual([
        ['Ada', 'van den Berg'],
        ['Bob', 'Smit'],
        ['Cas', 'de Wit'],
      ])
    },
  )

  it('of an orienteering program are known: club, class and gender are not what their letters look like', async () => {
    const report = await importText(
      test,
      [
        'Stno;XStno;Chip;Database Id;Surname;First name;YB;S;Block;nc;Start;Club no.;Cl.name;City;Nat;Cl. no.;Short;Long;km',
        '1;;212121;77;Eins;Ada;1990;F;;0;10:00:00;12;OLV;Nord;GER;3;D21;Damen 21;5,2',
        '2;;0;78;Zwei;Bob;1988;M;;0;10:02:00;12;OLV;Nord;GER;4;H21;Herren 21;7,2',
      ].join('\n'),
    )
    expect(report.bad).toEqual([])
    expect(await importedFields(test, 'person')).toMatchObject([
      { firstName: 'Ada', gender: 'female', nationality: 'DE' },
      { firstName: 'Bob', gender: 'male', nationality: 'DE' },
    ])
    expect(await importedFields(test, 'organisation')).toMatchObject([{ name: 'OLV' }])
    expect(await importedFields(test, 'eventParticipant')).toMatchObject([
      { number: '1', category: 'D21' },
      { number: '2', category: 'H21', tag: null },
    ])
  })
})
