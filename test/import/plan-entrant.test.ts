import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import { matchEntrant } from '../../main/engine/import/match-entrant.ts'
import { planEntrant, type EntrantLinks } from '../../main/engine/import/plan-entrant.ts'
import type { EntrantRow } from '../../main/engine/import/read-entrant.ts'
import type { KnownEntrant } from '../../main/engine/store/known-entrants.ts'

type Values = Record<string, FieldValue>

const row = (person: Values, participant: Values = {}): EntrantRow => ({
  line: 2,
  person,
  participant,
  links: {},
})
const known = (person: Values, participant: Values | null = {}, id = 'p1'): KnownEntrant => ({
  person: { id, fields: person },
  participant: participant && {
    id: `e-${id}`,
    event: 'event',
    fields: participant,
    tagStatus: null,
    places: [],
  },
})
const nobody = new Set<string>()
const links: EntrantLinks = { event: 'event', organisation: null, startGroup: null, tag: null }

describe('matching by bib', () => {
  const holder = known(
    { firstName: 'Ana', lastName: 'Kip', dateOfBirth: '1990-01-01' },
    { number: '7' },
  )
  it.each([
    ['the same names', { firstName: 'Ana', lastName: 'Kip' }, true],
    ['another case and accents', { firstName: 'ANA', lastName: 'Kíp' }, true],
    ['a new last name', { firstName: 'Ana', lastName: 'Anders' }, true],
    ['a corrected first name', { firstName: 'Anna', lastName: 'Kip' }, true],
    ['only an initial', { firstName: 'A', lastName: 'Kip' }, true],
    ['both names different', { firstName: 'Bo', lastName: 'Lund' }, false],
    ['another last name and no first name', { lastName: 'Lund' }, false],
  ])('%s: %s', (_, names, same) => {
    const match = matchEntrant(row(names, { number: '7' }), holder, [], nobody)
    expect(match).toEqual(same ? { found: holder } : { takenBy: holder })
  })
})

describe('matching without a bib', () => {
  const ana = known({
    firstName: 'Ana',
    lastName: 'Kip',
    email: 'kip@x.org',
    dateOfBirth: '1990-01-01',
  })
  it.each([
    ['same names and e-mail', { firstName: 'Ana', lastName: 'Kip', email: 'kip@x.org' }, true],
    [
      'same names and birth date',
      { firstName: 'Ana', lastName: 'Kip', dateOfBirth: '1990-01-01' },
      true,
    ],
    ['same e-mail, a sister', { firstName: 'Eva', lastName: 'Kip', email: 'kip@x.org' }, false],
    [
      'same e-mail, a parent of the same name',
      { firstName: 'Ana', lastName: 'Kip', email: 'kip@x.org', dateOfBirth: '1960-01-01' },
      false,
    ],
    ['same names alone', { firstName: 'Ana', lastName: 'Kip' }, true],
    [
      'same names, another birth date',
      { firstName: 'Ana', lastName: 'Kip', dateOfBirth: '1991-01-01' },
      false,
    ],
  ])('%s: %s', (_, person, same) => {
    expect(matchEntrant(row(person), null, [ana], nobody)).toEqual({ found: same ? ana : null })
  })

  it('does not take the same entrant for two rows', () => {
    const twin = row({ firstName: 'Ana', lastName: 'Kip' })
    expect(matchEntrant(twin, null, [ana], new Set(['p1']))).toEqual({ found: null })
  })

  it('finds a runner of another event by more than the name', () => {
    const before = known({ firstName: 'Ana', lastName: 'Kip', email: 'kip@x.org' }, null)
    const names = { firstName: 'Ana', lastName: 'Kip' }
    expect(matchEntrant(row({ ...names, email: 'kip@x.org' }), null, [before], nobody)).toEqual({
      found: before,
    })
    expect(matchEntrant(row(names), null, [before], nobody)).toEqual({ found: null })
  })

  it('does not give a new bib to a namesake who has another', () => {
    const other = known({ firstName: 'Ana', lastName: 'Kip' }, { number: '8' })
    const given = row({ firstName: 'Ana', lastName: 'Kip' }, { number: '7' })
    expect(matchEntrant(given, null, [other], nobody)).toEqual({ found: null })
  })
})

describe('planning a row', () => {
  const ids = () => {
    let next = 0
    return () => `id${++next}`
  }

  it('makes person, entry and place for somebody new', () => {
    const given = row({ lastName: 'Kip' }, { number: '7' })
    const startGroup = { id: 'wave1', race: 'race' }
    expect(planEntrant(given, null, { ...links, startGroup }, ids())).toEqual([
      { action: 'create', entity: 'person', id: 'id1', fields: { lastName: 'Kip' } },
      {
        action: 'create',
        entity: 'eventParticipant',
        id: 'id2',
        fields: { event: 'event', person: 'id1', number: '7' },
      },
      {
        action: 'create',
        entity: 'startGroupParticipant',
        id: 'id3',
        fields: { startGroup: 'wave1', eventParticipant: 'id2' },
      },
    ])
  })

  it('moves a place within its race, and a single one from race to race', () => {
    const at = (...races: string[]) => {
      const entrant = known({ lastName: 'Kip' })
      const places = races.map((race, n) => ({ id: `place${n}`, startGroup: `group${n}`, race }))
      return { ...entrant, participant: { ...entrant.participant!, places } }
    }
    const to = { ...links, startGroup: { id: 'wave2', race: 'race' } }
    const plan = (entrant: KnownEntrant) =>
      planEntrant(row({ lastName: 'Kip' }), entrant, to, ids())
    expect(plan(at('other', 'race'))).toMatchObject([{ action: 'update', id: 'place1' }])
    expect(plan(at('other'))).toMatchObject([{ action: 'update', id: 'place0' }])
    expect(plan(at('other', 'third'))).toMatchObject([{ action: 'create' }])
  })

  it('says nothing about what a row does not name, and nothing at all once it is so', () => {
    const value = fc.oneof(fc.constant(null), fc.string({ minLength: 1, maxLength: 5 }))
    const fields = fc.dictionary(fc.constantFrom('firstName', 'city', 'email', 'phone'), value)
    fc.assert(
      fc.property(fields, fields, (before, given) => {
        const entrant = known({ lastName: 'Kip', ...before })
        const said = Object.fromEntries(Object.entries(given).filter(([, own]) => own !== null))
        const changes = planEntrant(row({ lastName: 'Kip', ...said }), entrant, links, ids())
        const after = { ...entrant.person.fields }
        for (const change of changes) {
          if (change.action === 'delete') throw new Error('nothing is ever deleted')
          Object.assign(after, change.fields)
          expect(Object.keys(change.fields).every((name) => name in said)).toBe(true)
        }
        expect(after).toEqual({ ...entrant.person.fields, ...said })
        const again = known(after)
        expect(planEntrant(row({ lastName: 'Kip', ...said }), again, links, ids())).toEqual([])
      }),
    )
  })
})
