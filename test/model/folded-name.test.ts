import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldName, foldedFullName } from '../../main/engine/model/folded-name.ts'

describe('a folded name', () => {
  it.each([
    ['José García', 'Jose Garcia', 'JOSE\u0301  GARCÍA', 'jose  garcia'],
    ['Müller', 'Mueller', 'Muller', 'MÜLLER', 'Mu\u0308ller', 'MUELLER'],
    ['Schön', 'Schoen', 'Schon'],
    ['Jäger', 'Jaeger', 'Jager'],
    ['Weiß', 'Weiss', 'WEISS', 'WEIẞ'],
    ["O'Brien", 'OBrien', 'O’Brien', 'O`Brien', 'O´Brien', 'O‘Brien', 'Oʼbrien', 'O＇Brien'],
    ['Smith-Jones', 'Smith Jones', 'Smith  Jones', 'Smith–Jones', 'smith‐jones', ' Smith - Jones '],
    ['Åkesson', 'Aakesson', 'Akesson'],
    ['Søren', 'Soeren', 'Soren', 'Sören'],
    ['Kjær', 'Kjaer', 'Kjar'],
    ['Łukasz', 'Lukasz', 'ŁUKASZ'],
    ['Đorđe', 'Dorde', 'Ðorđe'],
    ['Yıldız', 'Yildiz', 'YILDIZ', 'Yıldİz'],
    ['Þór', 'Thor'],
    ['Strauß-Œuvre', 'Strauss Oeuvre', 'STRAUSS–OUVRE'],
    ['Saint-Exupéry', 'Saint Exupery'],
    ['ﬁona', 'Fiona'],
    ['Ñandú', 'Nandu'],
    ['Zoë', 'Zoe'],
    ['D.J. Miles', 'D J Miles'],
    ['Ёлкин', 'Елкин'],
    ['Ελένη', 'ελενη'],
  ])('is the same for %j and its other spellings', (...spellings) => {
    expect(new Set(spellings.map(foldName)).size, spellings.map(foldName).join(' | ')).toBe(1)
  })

  it.each([
    ['Müller', 'Miller'],
    ['Jones', 'Smith-Jones'],
    ['Ana', 'Anna'],
    ['王伟', '王芳'],
    ['がく', 'かく'],
    ['किरण', 'करण'],
    ['???', '!!!'],
  ])('tells %s from %s', (one, other) => {
    expect(foldName(one)).not.toBe(foldName(other))
  })

  it('keeps letters of other scripts', () => {
    expect(['王伟', '김민수', 'محمد', 'がく'].map(foldName)).toEqual([
      '王伟',
      '김민수',
      'محمد',
      'がく',
    ])
  })

  it('is its own folded form, in one case, without a space at either end', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.stringMatching(/^[aeoußåæœøÄÖÜ'’ -]{0,12}$/u),
    )
    fc.assert(
      fc.property(name, (text) => {
        const once = foldName(text.toWellFormed())
        expect(foldName(once)).toBe(once)
        expect(once.trim()).toBe(once)
      }),
      { numRuns: 300 },
    )
  })
})

it('the whole name of a person is one text, last name first', () => {
  expect(foldedFullName({ firstName: 'José', lastName: "O'Brien-Müller" })).toBe(
    'obrien muller, jose',
  )
  expect(foldedFullName({ firstName: null, lastName: 'Kip' })).toBe('kip, ')
})
