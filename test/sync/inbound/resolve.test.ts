import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConflictRule, Mode } from '../../../main/contract/words.ts'
import { conflictRule, mode } from '../../../main/contract/words.ts'
import type { Fields } from '../../../main/engine/model/record.ts'
import { completeTheirs, merge } from '../../../main/engine/sync/inbound/decide/merge.ts'
import {
  agreedAfter,
  resolve,
  type ResolveFacts,
} from '../../../main/engine/sync/inbound/decide/resolve.ts'

const modes = mode.options
const rules = conflictRule.options
const city = (ours: string | null, theirs: string | null, base: string | null = 'Bonn') =>
  merge({ fields: ['city'], base: { city: base }, ours: { city: ours }, theirs: { city: theirs } })

const facts: Omit<ResolveFacts, 'merge'> = {
  entity: 'person',
  mode: 'mirror',
  rule: 'master-wins',
  oursModifiedOn: 1_000_000_000,
  theirsModifiedOn: 2_000_000_000,
  clockOffsetMs: 0,
}

describe('a field changed only at the target', () => {
  it.each<[Mode, ConflictRule, 'theirs' | 'ask']>(
    modes.flatMap((mode) =>
      rules.map((rule): [Mode, ConflictRule, 'theirs' | 'ask'] => [
        mode,
        rule,
        rule === 'review' ? 'ask' : 'theirs',
      ]),
    ),
  )('%s, %s: %s', (mode, rule, choice) => {
    const { decisions, apply } = resolve({ ...facts, mode, rule, merge: city('Bonn', 'Mainz') })
    expect(decisions[0]?.choice).toBe(choice)
    expect(apply).toEqual(choice === 'theirs' ? { city: 'Mainz' } : {})
  })
})

describe('a field changed only here', () => {
  it.each(rules)('stays and is sent by %s', (rule) => {
    const found = resolve({ ...facts, rule, merge: city('Köln', 'Bonn') })
    expect(found).toMatchObject({ apply: {}, ask: [], send: true })
  })
})

describe('a field changed on both sides', () => {
  it.each([
    ['mirror', 'master-wins', 'ours'],
    ['master-leads', 'master-wins', 'ours'],
    ['target-leads', 'master-wins', 'theirs'],
    ['mirror', 'merge-fields', 'ask'],
    ['target-leads', 'merge-fields', 'ask'],
    ['mirror', 'review', 'ask'],
    ['target-leads', 'review', 'ask'],
    ['mirror', 'latest-wins', 'theirs'],
    ['target-leads', 'latest-wins', 'theirs'],
  ] as const)('%s, %s: %s', (mode, rule, choice) => {
    const found = resolve({ ...facts, mode, rule, merge: city('Köln', 'Mainz') })
    expect(found.decisions[0]?.choice).toBe(choice)
    expect(found.apply).toEqual(choice === 'theirs' ? { city: 'Mainz' } : {})
    expect(found.ask).toHaveLength(choice === 'ask' ? 1 : 0)
    expect(found.send).toBe(choice === 'ours')
  })

  it('is asked with both values and the agreed one', () => {
    const found = resolve({ ...facts, rule: 'review', merge: city('Köln', 'Mainz') })
    expect(found.ask).toEqual([{ field: 'city', base: 'Bonn', ours: 'Köln', theirs: 'Mainz' }])
  })

  it.each([
    ['later there', 2_000_000, 0, 'theirs'],
    ['later here', 500_000, 0, 'ours'],
    ['the same moment stays here', 1_000_000, 0, 'ours'],
    ['later there only by a fast remote clock', 1_500_000, 800, 'ours'],
    ['later here only by a slow remote clock', 500_000, -800, 'theirs'],
    ['a remote clock ten years ahead', 1_000_000 + 315_360_000_000_000, 315_360_000_001, 'ours'],
    ['an offset nobody measured counts as none', 2_000_000, null, 'theirs'],
  ] as const)('latest-wins, %s', (_name, theirsModifiedOn, clockOffsetMs, choice) => {
    const found = resolve({
      ...facts,
      rule: 'latest-wins',
      oursModifiedOn: 1_000_000,
      theirsModifiedOn,
      clockOffsetMs,
      merge: city('Köln', 'Mainz'),
    })
    expect(found.decisions[0]?.choice).toBe(choice)
  })

  it('latest-wins asks when the target does not tell its time', () => {
    const found = resolve({
      ...facts,
      rule: 'latest-wins',
      theirsModifiedOn: null,
      merge: city('Köln', 'Mainz'),
    })
    expect(found.decisions[0]?.choice).toBe('ask')
  })

  it.each(['ours', 'theirs'] as const)('goes by its owner, whatever the rule: %s', (owner) => {
    for (const rule of rules) {
      const found = resolve({
        ...facts,
        rule,
        owners: { city: owner },
        merge: city('Köln', 'Mainz'),
      })
      expect(found.decisions[0]?.choice).toBe(owner)
    }
  })

  it('a change there of a field owned here is undone there', () => {
    const found = resolve({ ...facts, owners: { city: 'ours' }, merge: city('Bonn', 'Mainz') })
    expect(found).toMatchObject({ apply: {}, send: true })
  })
})

describe('consent', () => {
  const fields = ['status', 'source', 'changedOn']
  const agreed = { status: 'optedIn', source: 'form', changedOn: '2026-01-01T00:00:00Z' }
  const out = { status: 'optedOut', source: 'phone', changedOn: '2026-02-01T00:00:00Z' }
  const again = { status: 'optedIn', source: 'web', changedOn: '2026-03-01T00:00:00Z' }
  const all = modes.flatMap((mode) => rules.map((rule) => [mode, rule] as const))
  const preference = (
    ours: Fields,
    theirs: Fields,
    base: Fields | null,
    more: Partial<ResolveFacts>,
  ) =>
    resolve({
      ...facts,
      entity: 'contactPreference',
      ...more,
      merge: merge({ fields, base, ours, theirs }),
    })

  it.each(all)('withdrawn there wins over a new consent here: %s, %s', (mode, rule) => {
    const found = preference(again, out, agreed, { mode, rule, owners: { status: 'ours' } })
    expect(found).toMatchObject({ apply: out, ask: [], send: false })
  })

  it.each(all)('withdrawn there is taken over: %s, %s', (mode, rule) => {
    const found = preference(agreed, out, agreed, { mode, rule })
    expect(found).toMatchObject({ apply: out, ask: [] })
  })

  it.each(all)('withdrawn here stays, with when and where: %s, %s', (mode, rule) => {
    const found = preference(out, again, agreed, { mode, rule })
    expect(found).toMatchObject({ apply: {}, ask: [], send: true })
  })

  it.each(all)('a withdrawal on either side wins when nothing was agreed: %s, %s', (mode, rule) => {
    expect(preference(out, again, null, { mode, rule }).apply).toEqual({})
    expect(preference(again, out, null, { mode, rule }).apply).toEqual(out)
  })

  it('given again at the target after an agreed withdrawal is an ordinary change', () => {
    expect(preference(out, again, out, {}).apply).toEqual(again)
  })

  it('is about contact preferences only', () => {
    const unsure = { ...again, status: 'unknown' }
    const merged = merge({ fields, base: agreed, ours: unsure, theirs: out })
    expect(resolve({ ...facts, merge: merged }).apply).toEqual({})
    expect(resolve({ ...facts, entity: 'contactPreference', merge: merged }).apply).toEqual(out)
  })
})

describe('every resolution', () => {
  const fields = ['status', 'source', 'topic', 'changedOn']
  const value = fc.constantFrom(null, 'a', 'b', 'c', 'optedOut', 'optedIn')
  const record: fc.Arbitrary<Fields> = fc.record(
    { status: value, source: value, topic: value, changedOn: value },
    { requiredKeys: [] },
  )
  const situation = fc.record({
    base: fc.option(record),
    ours: record,
    theirs: record,
    mode: fc.constantFrom(...modes),
    rule: fc.constantFrom(...rules),
    entity: fc.constantFrom('person' as const, 'contactPreference' as const),
    theirsModifiedOn: fc.option(fc.integer({ min: 0, max: 2_000_000 })),
  })
  const settle = (it: typeof situation extends fc.Arbitrary<infer S> ? S : never) => {
    const merged = merge({ fields, base: it.base, ours: it.ours, theirs: it.theirs })
    const resolution = resolve({ ...facts, ...it, oursModifiedOn: 1_000_000, merge: merged })
    return { merged, resolution }
  }

  it('loses nothing: each difference is applied, kept to be sent, or asked, with a reason', () => {
    fc.assert(
      fc.property(situation, (it) => {
        const { merged, resolution } = settle(it)
        expect(resolution.send).toBe(resolution.decisions.some(({ choice }) => choice === 'ours'))
        const differences = [...merged.theirs, ...merged.both, ...merged.ours]
        expect(resolution.decisions.map(({ difference }) => difference)).toEqual(differences)
        for (const { choice, difference, reason } of resolution.decisions) {
          expect(reason).not.toBe('')
          expect(difference.field in resolution.apply).toBe(choice === 'theirs')
          expect(resolution.ask.includes(difference)).toBe(choice === 'ask')
        }
      }),
    )
  })

  it('of what the target says again changes nothing and asks the same', () => {
    fc.assert(
      fc.property(situation, (it) => {
        const { resolution } = settle(it)
        const base = agreedAfter({ fields, base: it.base, theirs: it.theirs }, resolution)
        const ours = { ...it.ours, ...resolution.apply }
        const again = settle({ ...it, base, ours })
        const kept = resolution.decisions.filter(({ choice }) => choice === 'ours')
        expect(again.resolution.apply).toEqual({})
        expect(again.resolution.ask.map(({ field }) => field).toSorted()).toEqual(
          resolution.ask.map(({ field }) => field).toSorted(),
        )
        expect(again.merged.ours.map(({ field }) => field).toSorted()).toEqual(
          kept.map(({ difference }) => difference.field).toSorted(),
        )
      }),
    )
  })

  it('makes both sides equal once what is ours was sent and nothing is asked', () => {
    fc.assert(
      fc.property(situation, (it) => {
        const { resolution } = settle(it)
        const there = completeTheirs({ fields, base: it.base, theirs: it.theirs })
        const ours: Fields = { ...it.ours, ...resolution.apply }
        const asked = new Set(resolution.ask.map(({ field }) => field))
        const differing = fields.filter(
          (field) => !asked.has(field) && (ours[field] ?? null) !== there[field],
        )
        expect(differing.length > 0).toBe(resolution.send)
      }),
    )
  })

  it('never overwrites a withdrawal given on either side since the sides agreed', () => {
    fc.assert(
      fc.property(situation, (it) => {
        const { resolution } = settle({ ...it, entity: 'contactPreference' })
        const was = it.base?.['status'] ?? null
        const theirs = it.theirs['status'] === undefined ? was : it.theirs['status']
        const here = it.ours['status'] ?? null
        const withdrawn = (value: unknown) => value === 'optedOut' && was !== 'optedOut'
        fc.pre(withdrawn(here) || withdrawn(theirs))
        expect({ ...it.ours, ...resolution.apply }['status']).toBe('optedOut')
      }),
    )
  })
})
