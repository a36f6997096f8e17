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
    ' =1',
    '"=1"',
    ' \'"@x',
  ])('guards %j', (text) => {
    expect(guardCell(text)).toBe(`'${text}`)
  })

  it.each(['Ana', '007', "O'Brien", "'quoted'", '', '5-3', 'a; b', 'a|b', '3;4', 'x\ny'])(
    'leaves %j alone',
    (text) => {
      expect(guardCell(text)).toBe(text)
    },
  )

  it('leaves numbers and yes or no alone', () => {
    expect([-5, 0.5, true, null].map(csvCell)).toEqual(['-5', '0.5', 'true', ''])
  })

  it.each([
    [';=1', ";'=1"],
    ['|=2', "|'=2"],
    ['a; @x|-1', "a;' @x|'-1"],
    ['a;"=1"', 'a;\'"=1"'],
    ["a;'=1", "a;''=1"],
    ['a\n+1\t=2', "a\n'+1\t'=2"],
    ['=1;=1', "'=1;'=1"],
    ['\t=1', "'\t'=1"],
  ])('guards what other separators would make a cell of its own: %j', (text, guarded) => {
    expect(guardCell(text)).toBe(guarded)
    expect(unguardCell(guarded)).toBe(text)
  })

  it('is undone exactly also inside, and no separator is followed by a formula', () => {
    const pieces = fc.constantFrom(
      ';',
      '|',
      '\t',
      '\n',
      '\r',
      "'",
      '"',
      ' ',
      '=',
      '-',
      '＝',
      'a',
      '1',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const guarded = guardCell(text)
        expect(unguardCell(guarded)).toBe(text)
        expect(guarded).not.toMatch(/(^|[;|\t\r\n])[ "]*[=+\-@＝＋－＠]/)
      }),
    )
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
