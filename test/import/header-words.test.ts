import { describe, expect, it } from 'vitest'
import { isHeaderWord, meaningOfHeader } from '../../main/engine/import/header-words.ts'

describe('what a header says of its column', () => {
  it.each([
    ['Bib #', 'bib'],
    ['Startnr.', 'bib'],
    ['Start#', 'bib'],
    ['Race №', 'bib'],
    ['Nº dorsal', 'bib'],
    ['Startovní číslo', 'bib'],
    ['FNAME', 'first_name'],
    ["Runner's first name", 'first_name'],
    ['Participant: First Name', 'first_name'],
    ['SURNAME', 'last_name'],
    ['Nom de famille', 'last_name'],
    ['DOB (yyyy-mm-dd)', 'date_of_birth'],
    ['Date of birth [TT.MM.JJJJ]', 'date_of_birth'],
    ['What is your date of birth?', 'date_of_birth'],
    ['Fødselsdato', 'date_of_birth'],
    ['E-mail address', 'email'],
    ['Kön', 'gender'],
    ['Pohlaví', 'gender'],
    ['Cl.name', 'club'],
    ['AgeGroup1', 'category'],
    ['M/V', 'gender'],
    ['Numéro de puce', 'tag'],
    ['SI-Card', 'tag'],
    ['Transponder2', 'spare_tag'],
    ['Geburtsdatum / Date of birth', 'date_of_birth'],
    ['T-Shirt Size', 'shirt'],
    ['Emergency Contact Phone', 'emergency_phone'],
    ['N°', 'bib'],
    ['SeasonBib', 'bib'],
    ['SeasonTag', 'tag'],
    ['SeasonTag2', 'spare_tag'],
    ['StateProv', 'state'],
    ['School', 'club'],
    ['Ticket Type', 'race'],
    ['Sub-event', 'race'],
    ['Category Entered / Merchandise Ordered', 'category'],
    ['Participant - Participant No', 'bib'],
    ['Entry Details - Club', 'club'],
    ['Emergency Details - Emergency Contact Telephone', 'emergency_phone'],
    ['Emergency Details - Medical Conditions', 'medical_conditions'],
  ])('%s is %s', (header, field) => {
    expect(meaningOfHeader(header)).toMatchObject({ field })
  })

  it.each([
    ['Nachname, Vorname', 'last-first'],
    ['Last, First', 'last-first'],
    ['Name, Vorname', 'last-first'],
    ['Nom Prénom', 'last-first'],
    ['Nazwisko i imię', 'last-first'],
    ['Imię i nazwisko', 'first-last'],
    ['First Name Last Name', 'first-last'],
    ['Athlete', 'first-last'],
  ])('%s is a whole name, %s', (header, name) => {
    expect(meaningOfHeader(header)).toMatchObject({ name, half: null })
  })

  it.each([
    'Coach e-mail',
    'km',
    'Short',
    'Parent e-mail / phone',
    'Emergency Details - First name',
    'Guardian - Phone',
    'half_split',
    'finish_time',
    'constructor',
    'Ada',
    '1990-01-01',
    '',
  ])('%s says nothing', (header) => {
    expect(meaningOfHeader(header)).toBeNull()
    expect(isHeaderWord(header)).toBe(false)
  })

  it('knows a year of birth, and that nothing takes it', () => {
    expect(meaningOfHeader('Jahrgang')).toMatchObject({ none: expect.stringContaining('year') })
  })
})
