import { describe, expect, it } from 'vitest'
import { compareFields } from '../../renderer/pages/attention/matches/compared-fields.ts'
import { markDifference } from '../../renderer/pages/attention/difference-marks.ts'

describe('Two values side by side', () => {
  it.each([
    ['Bergen', 'Berlin', ['Ber', 'ge', 'n']],
    ['Müller', 'Möller', ['M', 'ü', 'ller']],
    ['Porto', 'Graz', ['', 'Porto', '']],
    ['Ana', 'Ana', ['Ana', '', '']],
    ['+49 40 1111', '+49 40 1112', ['+49 40 111', '1', '']],
  ])('mark only what differs: %s beside %s', (text, other, parts) => {
    expect(markDifference(text, other)).toEqual(parts)
  })

  it('differ only where both say something', () => {
    const rows = compareFields(
      ['firstName', 'city', 'phone', 'notes'],
      { firstName: 'Ana', city: 'Porto', phone: null },
      [{ firstName: 'Ana', city: 'Graz', phone: '1' }],
    )
    expect(rows.map(({ field, candidates }) => [field, candidates[0]!.differs])).toEqual([
      ['firstName', false],
      ['city', true],
      ['phone', false],
    ])
  })
})
