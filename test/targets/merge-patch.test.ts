import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedMembers, mergePatch } from '../../main/engine/targets/kit/merge-patch.ts'

type Json = Readonly<Record<string, unknown>>

/** RFC 7396, as a server applies it. */
function apply(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const result: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else result[name] = apply(result[name], value)
  }
  return result
}

const withoutNulls = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value).flatMap(([name, one]) =>
          one === null ? [] : [[name, withoutNulls(one)]],
        ),
      )

const name = fc.constantFrom('a', 'b', 'c')
const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer()),
)
const body = fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf))) as fc.Arbitrary<Json>

describe('the patch from one body to another', () => {
  it('makes one out of the other, where null and absent are the same', () => {
    fc.assert(
      fc.property(body, body, (before, after) => {
        const patched = apply(before, mergePatch(before, after))
        expect(withoutNulls(patched)).toEqual(withoutNulls(after))
      }),
    )
  })

  it('is empty for equal bodies, and names nothing that is equal', () => {
    fc.assert(
      fc.property(body, body, (before, after) => {
        expect(mergePatch(after, after)).toEqual({})
        const unchanged = { ...after, same: 1 }
        expect(mergePatch({ ...before, same: 1 }, unchanged)).not.toHaveProperty('same')
      }),
    )
  })

  it('chooses whole members of the body, all of them where nothing is known', () => {
    const whole = { tag: { id: 5 }, number: '12', category: { name: 'Open' } }
    expect(changedMembers({ patch: { tag: { id: 5 } } }, whole)).toEqual({ tag: { id: 5 } })
    expect(changedMembers({ patch: null }, whole)).toEqual(whole)
  })
})
