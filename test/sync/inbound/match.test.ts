import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../../../main/engine/model/record.ts'
import {
  keyValues,
  matchRecord,
  type Candidate,
  type MatchFacts,
} from '../../../main/engine/sync/inbound/decide/match.ts'

const ana: Fields = {
  firstName: 'Ana',
  lastName: 'Gomez',
  email: 'ana@example.org',
  dateOfBirth: '1984-03-28',
}
const candidate = (
  recordId: string,
  fields: Fields,
  linkedTo: string | null = null,
): Candidate => ({
  recordId,
  fields,
  linkedTo,
})
const facts = (more: Partial<MatchFacts>): MatchFacts => ({
  entity: 'person',
  theirs: ana,
  knownAs: null,
  candidates: [],
  mode: 'mirror',
  ...more,
})

describe('matching a remote record', () => {
  it('takes the link there is, whatever the fields say', () => {
    const found = matchRecord(facts({ knownAs: '7', candidates: [candidate('1', ana)] }))
    expect(found).toMatchObject({ kind: 'known', recordId: '7' })
  })

  it.each([
    ['all the same', ana],
    ['another e-mail, but the same name and birth date', { ...ana, email: 'new@example.org' }],
    ['no birth date here', { ...ana, dateOfBirth: null }],
    ['names in other case', { ...ana, firstName: 'ANA', lastName: 'gomez' }],
    ['names with accents', { ...ana, firstName: 'Ána', lastName: 'Gómez', email: null }],
  ])('links one confident hit: %s', (_name, fields) => {
    expect(matchRecord(facts({ candidates: [candidate('1', fields)] }))).toMatchObject({
      kind: 'link',
      recordId: '1',
    })
  })

  it.each([
    ['Müller', 'Mueller'],
    ['Müller', 'Muller'],
    ["O'Brien", 'O’Brien'],
    ["O'Brien", 'OBrien'],
    ['Smith-Jones', 'Smith  Jones'],
    ['Søndergård', 'Soendergaard'],
  ])('links %s and %s of one birth date, and asks where a birth date is missing', (one, other) => {
    const theirs = { firstName: 'Ida', lastName: one, dateOfBirth: '1990-07-01' }
    const ours = { ...theirs, lastName: other }
    const match = (there: Fields, here: Fields, linkedTo: string | null = null) =>
      matchRecord(facts({ theirs: there, candidates: [candidate('1', here, linkedTo)] }))
    expect(match(theirs, ours)).toMatchObject({ kind: 'link', recordId: '1' })
    const unknown = {
      kind: 'possible',
      recordIds: ['1'],
      reason: { code: 'namesakes' },
    }
    expect(match({ ...theirs, dateOfBirth: null }, ours)).toMatchObject(unknown)
    expect(match(theirs, { ...ours, dateOfBirth: null })).toMatchObject(unknown)
    expect(match(theirs, { ...ours, dateOfBirth: '1991-07-01' }).kind).toBe('create')
    // Their own records tell namesakes apart.
    expect(match({ ...theirs, dateOfBirth: null }, ours, 'r9').kind).toBe('create')
  })

  it('takes who a record of ours leads to, in spite of a slip of the pen', () => {
    const ours = { firstName: 'Anna', lastName: 'Gómez', email: null, dateOfBirth: null }
    const through = { ...candidate('1', ours), through: true }
    expect(matchRecord(facts({ candidates: [through] }))).toMatchObject({
      kind: 'link',
      recordId: '1',
    })
    const other = { ...candidate('1', { ...ours, firstName: 'Luis' }), through: true }
    expect(matchRecord(facts({ candidates: [other] }))).toMatchObject({ kind: 'possible' })
    expect(matchRecord(facts({ candidates: [candidate('1', ours)] }))).toMatchObject({
      kind: 'create',
    })
  })

  it.each([
    ['family sharing an e-mail', { ...ana, firstName: 'Luis', dateOfBirth: null }],
    ['the same name and e-mail, another birth date', { ...ana, dateOfBirth: '2010-01-01' }],
  ])('leaves a weak hit to a person: %s', (_name, fields) => {
    const found = matchRecord(facts({ candidates: [candidate('1', fields)] }))
    expect(found).toMatchObject({ kind: 'possible', recordIds: ['1'] })
    expect(found.reason.code).toBe('similar')
  })

  it.each([
    ['gender', { gender: 'male' }, ['gender']],
    [
      'gender and birth date',
      { gender: 'male', dateOfBirth: '1999-01-01' },
      ['dateOfBirth', 'gender'],
    ],
  ])('never takes somebody of another %s for the same person', (_name, more, fields) => {
    const theirs = { ...ana, gender: 'female' }
    for (const through of [false, true]) {
      const ours = { ...candidate('1', { ...ana, ...more }), through }
      const found = matchRecord(facts({ theirs, candidates: [ours] }))
      expect(found).toMatchObject({ kind: 'possible', reason: { code: 'similar', fields } })
    }
    const unknown = candidate('1', { ...ana, gender: 'unknown' })
    expect(matchRecord(facts({ theirs, candidates: [unknown] })).kind).toBe('link')
  })

  it('asks where one e-mail and last name are all there is, and finds nobody by what is no address', () => {
    const family = candidate('1', { ...ana, firstName: null, dateOfBirth: null })
    expect(matchRecord(facts({ candidates: [family] }))).toEqual({
      kind: 'possible',
      recordIds: ['1'],
      reason: {
        code: 'doubtful',
        likeness: { name: 'noFirstName', shared: ['email'], differs: [] },
      },
    })
    const none = { ...ana, email: 'none@example.org', dateOfBirth: null }
    const theirs = { ...none, firstName: 'Luis' }
    expect(matchRecord(facts({ theirs, candidates: [candidate('1', none)] })).kind).toBe('create')
  })

  it('links the confident hit beside weak ones', () => {
    const luis = { ...ana, firstName: 'Luis', dateOfBirth: null }
    const candidates = [candidate('1', luis), candidate('2', ana)]
    expect(matchRecord(facts({ candidates }))).toMatchObject({ kind: 'link', recordId: '2' })
  })

  it('leaves several confident hits to a person, those that can be linked first of all', () => {
    const candidates = [candidate('2', ana), candidate('1', ana), candidate('3', ana, 'r9')]
    expect(matchRecord(facts({ candidates }))).toMatchObject({
      kind: 'possible',
      recordIds: ['1', '2'],
    })
  })

  it('never links a record that is linked to another remote one', () => {
    const found = matchRecord(facts({ candidates: [candidate('1', ana, 'r9')] }))
    expect(found).toMatchObject({ kind: 'possible', recordIds: ['1'] })
    expect(found.reason).toMatchObject({ code: 'linked', linkedTo: 'r9' })
  })

  it.each([
    ['mirror', 'create'],
    ['target-leads', 'create'],
    ['master-leads', 'unmatched'],
  ] as const)('without a hit, %s: %s', (mode, kind) => {
    expect(matchRecord(facts({ mode })).kind).toBe(kind)
    const stranger = candidate('1', { firstName: 'Zoe', lastName: 'Zed', email: 'z@example.org' })
    expect(matchRecord(facts({ mode, candidates: [stranger] })).kind).toBe(kind)
  })

  it('does not match by empty fields', () => {
    const nobody: Fields = { firstName: null, lastName: 'Gomez', email: '', dateOfBirth: null }
    expect(matchRecord(facts({ theirs: nobody, candidates: [candidate('1', nobody)] })).kind).toBe(
      'create',
    )
  })

  it('finds an event participant by bib within its event, to the letter', () => {
    const theirs = { event: 'e1', person: 'p1', number: '007' }
    const match = (fields: Fields) =>
      matchRecord(
        facts({ entity: 'eventParticipant', theirs, candidates: [candidate('1', fields)] }),
      ).kind
    expect(match({ event: 'e1', person: null, number: '007' })).toBe('link')
    expect(match({ event: 'e1', person: 'p1', number: null })).toBe('link')
    expect(match({ event: 'e1', person: 'p2', number: '007' })).toBe('possible')
    expect(match({ event: 'e1', person: 'p1', number: '7' })).toBe('possible')
    expect(match({ event: 'e2', person: 'p1', number: '007' })).toBe('create')
  })

  it('finds a tag by any of its codes, unless another code speaks against it', () => {
    const theirs = { number: '1', barcode: 'B1', uuid: 'U1' }
    const match = (fields: Fields) =>
      matchRecord(facts({ entity: 'tag', theirs, candidates: [candidate('1', fields)] })).kind
    expect(match({ number: null, barcode: 'B1', uuid: null })).toBe('link')
    expect(match({ number: '2', barcode: 'B1', uuid: null })).toBe('possible')
  })

  it('never guesses where an entity has no key', () => {
    const theirs = { subject: 'Bib?' }
    const found = matchRecord(
      facts({ entity: 'conversation', theirs, candidates: [candidate('1', theirs)] }),
    )
    expect(found.kind).toBe('create')
  })

  it('does not depend on the order of the candidates, and links only what is free', () => {
    const value = fc.constantFrom(null, 'a', 'b')
    const person = fc.record({
      firstName: value,
      lastName: value,
      email: value,
      dateOfBirth: value,
    })
    const several = fc.array(fc.tuple(person, fc.option(fc.constant('r'))), { maxLength: 5 })
    fc.assert(
      fc.property(person, several, fc.nat(), (theirs, others, turn) => {
        const candidates = others.map(([fields, linkedTo], at) =>
          candidate(String(at), fields, linkedTo),
        )
        const at = candidates.length === 0 ? 0 : turn % candidates.length
        const turned = [...candidates.slice(at), ...candidates.slice(0, at)].toReversed()
        const found = matchRecord(facts({ theirs, candidates }))
        expect(matchRecord(facts({ theirs, candidates: turned }))).toEqual(found)
        const linked = candidates.filter(
          ({ recordId }) => found.kind === 'link' && recordId === found.recordId,
        )
        expect(linked.every(({ linkedTo }) => linkedTo === null)).toBe(true)
      }),
    )
  })
})

describe('races', () => {
  const race = (name: string): Fields => ({ event: 'e', name })

  it.each([
    ['10 km', '10KM', 'link'],
    ['Läufe', 'LAUFE', 'link'],
    ['A', 'A+', 'create'],
    ['2.5 km', '25 km', 'create'],
  ])('are the same when they look the same to a runner: %s and %s', (ours, theirs, kind) => {
    const given = facts({
      entity: 'race',
      theirs: race(theirs),
      candidates: [candidate('1', race(ours))],
    })
    expect(matchRecord(given).kind).toBe(kind)
  })

  it('of several that look the same the one written the same is meant', () => {
    const candidates = [candidate('1', race('wave 1')), candidate('2', race('Wave 1'))]
    const given = { entity: 'race', candidates } as const
    expect(matchRecord(facts({ ...given, theirs: race('Wave 1') }))).toMatchObject({
      kind: 'link',
      recordId: '2',
    })
    expect(matchRecord(facts({ ...given, theirs: race('WAVE 1') })).kind).toBe('possible')
  })
})

describe('the keys of a record', () => {
  it('are those without an empty field, strongest first', () => {
    expect(keyValues('person', { ...ana, email: null }).map(({ fields }) => fields)).toEqual([
      ['firstName', 'lastName', 'dateOfBirth'],
    ])
    expect(keyValues('person', ana)).toHaveLength(2)
    expect(keyValues('message', { body: 'x' })).toEqual([])
  })

  it('of different fields never look alike', () => {
    const texts = keyValues('tag', { number: '1', barcode: '1', uuid: '1' }).map(({ text }) => text)
    expect(new Set(texts).size).toBe(3)
  })
})
