import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvCell } from '../../main/engine/export/export-records.ts'
import { guardCell, unguardCell } from '../../main/engine/export/formula-guard.ts'

describe('guarding cells against spreadsheets', () => {
  it.each([
    '=1+1',
    '+49 170',
    '-5',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
    "'=1",
    "''+1",
  ])('guards %j', (text) => {
    expect(guardCell(text)).toBe(`'${text}`)
  })

  it.each(['Ana', '007', "O'Brien", "'quoted'", '', ' =1', '5-3'])('leaves %j alone', (text) => {
    expect(guardCell(text)).toBe(text)
  })

  it('leaves numbers and yes or no alone', () => {
    expect([-5, 0.5, true, null].map(csvCell)).toEqual(['-5', '0.5', 'true', ''])
  })

  it('is undone exactly, and no guarded cell begins dangerously', () => {
    const start = fc.constantFrom('', "'", "''", '=', "'=", '+', '-', '@', '\t', '\r', '＝', '＠')
    fc.assert(
      fc.property(start, fc.string({ unit: 'grapheme' }), (before, rest) => {
        const guarded = guardCell(before + rest)
        expect(unguardCell(guarded)).toBe(before + rest)
        expect(guarded).not.toMatch(/^[=+\-@\t\r＝＋－＠]/)
      }),
    )
  })
})
