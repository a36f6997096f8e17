import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../../../main/engine/model/record.ts'
import { completeTheirs, merge, recognise } from '../../../main/engine/sync/inbound/decide/merge.ts'

const fields = ['firstName', 'lastName', 'email', 'city']
const value = fc.constantFrom(null, '', 'a', 'b', 'c')
const record: fc.Arbitrary<Fields> = fc.record(
  { firstName: value, lastName: value, email: value, city: value },
  { requiredKeys: [] },
)
const whole = (record: Fields): Fields =>
  Object.fromEntries(fields.map((field) => [field, record[field] || null]))
const names = (list: readonly { readonly field: string }[]) => list.map(({ field }) => field)

describe('recognising an incoming record', () => {
  const facts = {
    agreedHash: 'A',
    theirsHash: 'T',
    oursHash: 'O',
    theirsModifiedOn: 200,
    remoteSyncedOn: 100,
  }
  it.each([
    ['our own change coming back is unchanged', { theirsHash: 'A' }, 'unchanged'],
    [
      'our own change coming back late is unchanged',
      { theirsHash: 'A', theirsModifiedOn: 50 },
      'unchanged',
    ],
    ['the content we have already is the same', { theirsHash: 'O' }, 'same'],
    [
      'the content we have already, never agreed, is the same',
      { agreedHash: null, theirsHash: 'O' },
      'same',
    ],
    ['an older version than the one taken over is stale', { theirsModifiedOn: 99 }, 'stale'],
    ['one of the same moment is not: clocks are coarse', { theirsModifiedOn: 100 }, 'changed'],
    ['one without a time is not', { theirsModifiedOn: null }, 'changed'],
    ['one never agreed is not', { agreedHash: null, theirsModifiedOn: 99 }, 'changed'],
    ['everything else has changed', {}, 'changed'],
  ] as const)('%s', (_rule, difference, recognition) => {
    expect(recognise({ ...facts, ...difference })).toBe(recognition)
  })
})

describe('merging a record', () => {
  it.each([
    ['nothing changed', ['a', 'a', 'a'], null],
    ['they changed', ['a', 'a', 'b'], 'theirs'],
    ['they emptied', ['a', 'a', null], 'theirs'],
    ['they say nothing', ['a', 'a', undefined], null],
    ['we changed', ['a', 'b', 'a'], 'ours'],
    ['we changed, they say nothing', ['a', 'b', undefined], 'ours'],
    ['both changed to the same', ['a', 'b', 'b'], null],
    ['both changed', ['a', 'b', 'c'], 'both'],
    ['we emptied, they changed', ['a', null, 'c'], 'both'],
    ['empty text is null', [null, '', null], null],
    ['they filled what was empty', [null, null, 'b'], 'theirs'],
  ] as const)('%s', (_rule, [base, ours, theirs], list) => {
    const found = merge({
      fields: ['city'],
      base: { city: base },
      ours: { city: ours },
      theirs: theirs === undefined ? {} : { city: theirs },
    })
    const expected = { theirs: [], ours: [], both: [] }
    const difference = { field: 'city', base, ours, theirs: theirs === undefined ? base : theirs }
    expect(found).toEqual(list === null ? expected : { ...expected, [list]: [difference] })
  })

  it('takes what is filled on one side only, before anything was agreed', () => {
    const found = merge({
      fields,
      base: null,
      ours: { firstName: 'Ana', email: 'a@x' },
      theirs: { firstName: 'Anna', city: 'Bonn' },
    })
    expect([names(found.theirs), names(found.ours), names(found.both)]).toEqual([
      ['city'],
      ['email'],
      ['firstName'],
    ])
  })

  it('does not take the form a target keeps of our value for a change of ours', () => {
    const found = merge({
      fields: ['city'],
      base: { city: 'Frank' },
      ours: { city: 'Frankfurt' },
      theirs: { city: 'Mainz' },
      project: (record) => ({ city: String(record['city']).slice(0, 5) }),
    })
    expect(found.theirs).toEqual([
      { field: 'city', base: 'Frank', ours: 'Frankfurt', theirs: 'Mainz' },
    ])
    expect(found.both).toEqual([])
  })

  it('of equal sides is empty, whatever was agreed', () => {
    fc.assert(
      fc.property(fc.option(record), record, (base, same) => {
        expect(merge({ fields, base, ours: same, theirs: whole(same) })).toEqual({
          theirs: [],
          ours: [],
          both: [],
        })
      }),
    )
  })

  it('with the agreed content coming back finds only what we changed', () => {
    fc.assert(
      fc.property(record, record, (base, ours) => {
        const found = merge({ fields, base, ours, theirs: whole(base) })
        expect([found.theirs, found.both]).toEqual([[], []])
      }),
    )
  })

  it('with nothing changed here takes all of theirs', () => {
    fc.assert(
      fc.property(record, record, (base, theirs) => {
        const found = merge({ fields, base, ours: base, theirs })
        expect([found.ours, found.both]).toEqual([[], []])
        const after = {
          ...base,
          ...Object.fromEntries(found.theirs.map((d) => [d.field, d.theirs])),
        }
        expect(whole(after)).toEqual(completeTheirs({ fields, base, theirs }))
      }),
    )
  })

  it('loses no difference and lists none twice', () => {
    fc.assert(
      fc.property(fc.option(record), record, record, (base, ours, theirs) => {
        const found = merge({ fields, base, ours, theirs })
        const there = completeTheirs({ fields, base, theirs })
        const differing = fields.filter((field) => whole(ours)[field] !== there[field])
        const listed = names([...found.theirs, ...found.ours, ...found.both])
        expect(listed.toSorted()).toEqual(differing.toSorted())
        for (const difference of [...found.theirs, ...found.ours, ...found.both]) {
          expect(difference.ours).toBe(whole(ours)[difference.field])
          expect(difference.theirs).toBe(there[difference.field])
        }
      }),
    )
  })

  it('is the same seen from the other side', () => {
    fc.assert(
      fc.property(fc.option(record), record, record, (base, one, other) => {
        const here = merge({ fields, base, ours: whole(one), theirs: whole(other) })
        const there = merge({ fields, base, ours: whole(other), theirs: whole(one) })
        expect(names(here.theirs)).toEqual(names(there.ours))
        expect(names(here.ours)).toEqual(names(there.theirs))
        expect(names(here.both)).toEqual(names(there.both))
      }),
    )
  })

  it('does not depend on the order of the fields', () => {
    fc.assert(
      fc.property(
        record,
        record,
        record,
        fc.shuffledSubarray(fields, { minLength: 4 }),
        (base, ours, theirs, order) => {
          const sorted = (list: readonly { readonly field: string }[]) => names(list).toSorted()
          const one = merge({ fields, base, ours, theirs })
          const other = merge({ fields: order, base, ours, theirs })
          expect([sorted(other.theirs), sorted(other.ours), sorted(other.both)]).toEqual([
            sorted(one.theirs),
            sorted(one.ours),
            sorted(one.both),
          ])
        },
      ),
    )
  })
})
