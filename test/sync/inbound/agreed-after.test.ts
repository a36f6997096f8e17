import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conflictRule, mode } from '../../../main/contract/words.ts'
import { canonicaliser, contentHash, type Fields } from '../../../main/engine/model/record.ts'
import { completeTheirs, merge, recognise } from '../../../main/engine/sync/inbound/decide/merge.ts'
import { agreedAfter, resolve } from '../../../main/engine/sync/inbound/decide/resolve.ts'

const fields = ['firstName', 'lastName', 'email', 'city']
const value = fc.constantFrom(null, '', 'a', 'b', 'c')
const record: fc.Arbitrary<Fields> = fc.record(
  { firstName: value, lastName: value, email: value, city: value },
  { requiredKeys: [] },
)
const canonical = canonicaliser('person', fields)
const hash = (content: Fields) => contentHash(canonical(content))

/** Any record on both sides under any mode and rule, merged and resolved. */
const resolved = fc
  .record({
    base: fc.option(record),
    ours: record,
    theirs: record,
    mode: fc.constantFrom(...mode.options),
    rule: fc.constantFrom(...conflictRule.options),
    theirsModifiedOn: fc.option(fc.integer({ min: 0, max: 200 })),
    clockOffsetMs: fc.option(fc.integer({ min: -1, max: 1 })),
    owners: fc.dictionary(fc.constantFrom(...fields), fc.constantFrom('ours', 'theirs')),
  })
  .map((facts) => {
    const compared = { fields, base: facts.base, ours: facts.ours, theirs: facts.theirs }
    const again = { ...facts, entity: 'person', oursModifiedOn: 100 } as const
    const resolution = resolve({ ...again, merge: merge(compared) })
    return {
      facts: again,
      compared,
      resolution,
      agreed: agreedAfter(compared, resolution),
      /** The record here afterwards. */
      here: { ...facts.ours, ...resolution.apply },
    }
  })

describe('what is agreed after a resolution', () => {
  it('makes the same answer of the target unchanged, unless a person was asked', () => {
    fc.assert(
      fc.property(resolved, ({ compared, resolution, agreed, here }) => {
        fc.pre(resolution.ask.length === 0)
        const recognition = recognise({
          agreedHash: hash(agreed),
          theirsHash: hash(completeTheirs({ fields, base: agreed, theirs: compared.theirs })),
          oursHash: hash(here),
          theirsModifiedOn: 50,
          remoteSyncedOn: 50,
        })
        expect(recognition).toBe('unchanged')
      }),
    )
  })

  it('leaves nothing to take over a second time', () => {
    fc.assert(
      fc.property(resolved, ({ facts, compared, resolution, agreed, here }) => {
        const second = merge({ ...compared, base: agreed, ours: here })
        const again = resolve({ ...facts, merge: second })
        expect(again.apply).toEqual({})
        expect(again.ask.map(({ field }) => field)).toEqual(
          resolution.ask.map(({ field }) => field),
        )
      }),
    )
  })

  it('wants to be sent exactly where both sides still differ and nobody is asked', () => {
    fc.assert(
      fc.property(resolved, ({ compared, resolution, here }) => {
        const there = completeTheirs(compared)
        const asked = new Set(resolution.ask.map(({ field }) => field))
        const differing = fields.filter(
          (field) => !asked.has(field) && (here[field] || null) !== there[field],
        )
        expect(resolution.send).toBe(differing.length > 0)
      }),
    )
  })

  it('invents nothing: every value is one of the two sides’ own', () => {
    fc.assert(
      fc.property(resolved, ({ compared, resolution, agreed, here }) => {
        expect(Object.keys(resolution.apply).filter((field) => !fields.includes(field))).toEqual([])
        expect(Object.keys(agreed).toSorted()).toEqual(fields.toSorted())
        const there = completeTheirs(compared)
        for (const field of fields) {
          const own = [compared.ours[field] || null, there[field]]
          expect(own).toContain(here[field] || null)
          expect([there[field], compared.base?.[field] || null]).toContain(agreed[field])
        }
      }),
    )
  })
})
