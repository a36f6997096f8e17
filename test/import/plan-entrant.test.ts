import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import { matchEntrant, type FileSays } from '../../main/engine/import/match-entrant.ts'
import { planEntrant, type EntrantLinks } from '../../main/engine/import/plan-entrant.ts'
import type { EntrantRow } from '../../main/engine/import/read-entrant.ts'
import type { KnownEntrant } from '../../main/engine/store/imports/known-entrants.ts'

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
/** A file whose other rows say nothing of whoever is meant. */
const alone: FileSays = {
  isClaimed: () => false,
  keepsBib: () => false,
  movesHere: () => false,
  race: null,
  move: false,
  day: { raceDay: '2026-05-01', ageSlack: 1 },
}
const links: EntrantLinks = { event: 'event', organisation: null, startGroup: null, tag: null }

describe('matching by bib', () => {
  const holder = known(
    {
      firstName: 'Ana',
      lastName: 'Kip',
      gender: 'female',
      dateOfBirth: '1990-01-01',
      email: 'kip@x.org',
    },
    { number: '7' },
  )
  const born = { dateOfBirth: '1990-01-01' }
  it.each([
    ['the same names', { firstName: 'Ana', lastName: 'Kip' }, true],
    ['another case and accents', { firstName: 'ANA', lastName: 'Kíp' }, true],
    ['a new last name and the birth date', { firstName: 'Ana', lastName: 'Anders', ...born }, true],
    [
      'a corrected first name and the birth date',
      { firstName: 'Anna', lastName: 'Kip', ...born },
      true,
    ],
    ['an initial and the birth date', { firstName: 'A', lastName: 'Kip', ...born }, true],
    ['the names swapped and the birth date', { firstName: 'Kip', lastName: 'Ana', ...born }, true],
    ['the last name alone', { lastName: 'Kip' }, true],
    ['a new last name', { firstName: 'Ana', lastName: 'Anders' }, false],
    ['a corrected first name', { firstName: 'Anna', lastName: 'Kip' }, false],
    ['only an initial', { firstName: 'A', lastName: 'Kip' }, false],
    [
      'the same names and another birth date',
      { firstName: 'Ana', lastName: 'Kip', dateOfBirth: '1991-01-01' },
      false,
    ],
    [
      'the same names and another gender',
      { firstName: 'Ana', lastName: 'Kip', gender: 'male' },
      false,
    ],
    [
      'another first name',
      { firstName: 'Ben', lastName: 'Kip', ...born, email: 'kip@x.org' },
      false,
    ],
    ['both names different', { firstName: 'Bo', lastName: 'Lund' }, false],
    ['another last name and no first name', { lastName: 'Lund' }, false],
  ])('%s: %s', (_, names, same) => {
    const match = matchEntrant(row(names, { number: '7' }), holder, [], alone)
    expect(match).toMatchObject(
      same ? { found: holder, takesFrom: null } : { found: null, takesFrom: holder },
    )
  })

  it('takes a new last name with the e-mail, where no birth date is known or told', () => {
    const ana = { firstName: 'Ana', lastName: 'Kip', email: 'kip@x.org' }
    const before = known(ana, { number: '7' })
    const given = (more: Values) => row({ ...ana, lastName: 'Anders', ...more }, { number: '7' })
    expect(matchEntrant(given({}), before, [], alone).found).toBe(before)
    expect(matchEntrant(given(born), before, [], alone).found).toBe(null)
    expect(matchEntrant(given({ email: 'an@x.org' }), before, [], alone).found).toBe(null)
  })

  it('is not the twin who has the bib, but the one of exactly this name', () => {
    const share = { lastName: 'Kip', ...born, email: 'kip@x.org' }
    const jan = known({ ...share, firstName: 'Jan' }, { number: '1' }, 'jan')
    const jana = known({ ...share, firstName: 'Jana' }, { number: '2' }, 'jana')
    const given = row({ ...share, firstName: 'Jana' }, { number: '1' })
    expect(matchEntrant(given, jan, [jana], alone)).toMatchObject({ found: jana, takesFrom: jan })
  })

  it('is the entry whose bib lost the zeros before it, unless another has exactly this bib', () => {
    const ada = { firstName: 'Ada', lastName: 'One' }
    const padded = known(ada, { number: '0007' })
    const given = row(ada, { number: '7' })
    expect(matchEntrant(given, null, [padded], alone)).toMatchObject({
      found: padded,
      guess: 'zeros',
    })
    const other = known({ firstName: 'Bo', lastName: 'Lund' }, { number: '7' }, 'p2')
    expect(matchEntrant(given, other, [padded], alone)).toMatchObject({
      found: null,
      takesFrom: other,
    })
    expect(
      matchEntrant(
        row({ firstName: 'Bo', lastName: 'Lund' }, { number: '7' }),
        null,
        [padded],
        alone,
      ).found,
    ).toBe(null)
  })
})

describe('matching without a bib', () => {
  const ana = known({
    firstName: 'Ana',
    lastName: 'Kip',
    email: 'kip@x.org',
    phone: '+4917012345678',
    dateOfBirth: '1990-01-01',
  })
  it.each([
    ['same names and e-mail', { firstName: 'Ana', lastName: 'Kip', email: 'kip@x.org' }, true],
    ['same names and phone', { firstName: 'Ana', lastName: 'Kip', phone: '0170 12345678' }, true],
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
    [
      'a coach with the same first name',
      { firstName: 'Ana', lastName: 'Lund', email: 'kip@x.org' },
      false,
    ],
  ])('%s: %s', (_, person, same) => {
    expect(matchEntrant(row(person), null, [ana], alone).found).toBe(same ? ana : null)
  })

  it('does not take the same entrant for two rows that have nothing but the name', () => {
    const twin = row({ firstName: 'Ana', lastName: 'Kip' })
    const claimed = matchEntrant(twin, null, [ana], { ...alone, isClaimed: () => true })
    expect(claimed).toMatchObject({ found: null, possible: [{ known: ana }] })
  })

  it('takes whoever has nothing besides the name before those of whom more is known', () => {
    const plain = known({ firstName: 'Ana', lastName: 'Kip' }, {}, 'z')
    const twin = row({ firstName: 'Ana', lastName: 'Kip' })
    expect(matchEntrant(twin, null, [ana, plain], alone).found).toBe(plain)
  })

  it('leaves a similar name with the birth date or the e-mail to a person', () => {
    const given = row({ firstName: 'Anna', lastName: 'Kip', dateOfBirth: '1990-01-01' })
    expect(matchEntrant(given, null, [ana], alone)).toMatchObject({
      found: null,
      possible: [{ known: ana, judgement: { name: 'letters', shared: ['dateOfBirth'] } }],
    })
  })

  it('finds a runner of another event by more than the name', () => {
    const before = known({ firstName: 'Ana', lastName: 'Kip', email: 'kip@x.org' }, null)
    const names = { firstName: 'Ana', lastName: 'Kip' }
    expect(matchEntrant(row({ ...names, email: 'kip@x.org' }), null, [before], alone).found).toBe(
      before,
    )
    expect(matchEntrant(row(names), null, [before], alone)).toMatchObject({
      found: null,
      possible: [],
    })
  })

  it('does not give a new bib to a namesake who has another, and names them', () => {
    const other = known({ firstName: 'Ana', lastName: 'Kip' }, { number: '8' })
    const given = row({ firstName: 'Ana', lastName: 'Kip' }, { number: '7' })
    expect(matchEntrant(given, null, [other], alone)).toMatchObject({
      found: null,
      possible: [{ known: other }],
    })
  })

  it('gives a bib to the only namesake without one', () => {
    const other = known({ firstName: 'Ana', lastName: 'Kip' })
    const given = row({ firstName: 'Ana', lastName: 'Kip' }, { number: '7' })
    expect(matchEntrant(given, null, [other], alone)).toMatchObject({ found: other, guess: 'name' })
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

  it('moves a place within its race, and from race to race only when asked to', () => {
    const at = (...races: string[]) => {
      const entrant = known({ lastName: 'Kip' })
      const places = races.map((race, n) => ({ id: `place${n}`, startGroup: `group${n}`, race }))
      return { ...entrant, participant: { ...entrant.participant!, places } }
    }
    const to = { ...links, startGroup: { id: 'wave2', race: 'race' } }
    const plan = (entrant: KnownEntrant, move = false) =>
      planEntrant(row({ lastName: 'Kip' }), entrant, { ...to, move }, ids())
    expect(plan(at('other', 'race'))).toMatchObject([{ action: 'update', id: 'place1' }])
    expect(plan(at('other'))).toMatchObject([{ action: 'create' }])
    expect(plan(at('other'), true)).toMatchObject([{ action: 'update', id: 'place0' }])
    expect(plan(at('other', 'third'), true)).toMatchObject([{ action: 'create' }])
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
