import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOneSlip, slipsOf } from '../../main/engine/model/one-slip.ts'

describe('one slip of the fingers', () => {
  it.each([
    ['smih', 'smith', true],
    ['smiith', 'smith', true],
    ['smoth', 'smith', true],
    ['simth', 'smith', true],
    ['smith', 'smith', false],
    ['simht', 'smith', false],
    ['smi', 'smith', false],
    ['ithsm', 'smith', false],
    ['łuzcak', 'łuczak', true],
    ['𐐷ab', 'ab', true],
  ])('between %s and %s: %s', (one, other, expected) => {
    expect(isOneSlip(one, other)).toBe(expected)
    expect(isOneSlip(other, one)).toBe(expected)
  })

  it('is between two words only if they have in common what is left without one letter', () => {
    const word = fc.stringMatching(/^[abc]{1,6}$/)
    fc.assert(
      fc.property(word, word, (one, other) => {
        const left = new Set(slipsOf(one))
        if (isOneSlip(one, other)) expect(slipsOf(other).some((slip) => left.has(slip))).toBe(true)
      }),
    )
  })
})
