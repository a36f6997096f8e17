import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { bibMark, entryCode, readEntryCode } from '../../main/contract/entry-code.ts'

const id = '0198c0de-1234-7abc-8def-0123456789ab'

describe('the code of a label', () => {
  it('leads back to the entry and tells the bib it was printed with, for any of them', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.option(fc.string({ unit: 'grapheme' })), (entry, bib) => {
        expect(readEntryCode(entryCode(entry, bib)!)).toEqual({ id: entry, bibMark: bibMark(bib) })
      }),
    )
  })

  it('is digits alone: every keyboard of every language types them, and they tell nothing of a person', () => {
    expect(entryCode(id, 'A12')).toMatch(/^\d{45}$/)
  })

  it('is no code any more with one digit wrong or two exchanged', () => {
    const code = entryCode(id, '12')!
    for (let at = 0; at < code.length; at += 1) {
      const other = String((Number(code[at]) + 1) % 10)
      expect(readEntryCode(code.slice(0, at) + other + code.slice(at + 1))).toBeNull()
      if (at === 0 || code[at] === code[at - 1]) continue
      const swapped = code.slice(0, at - 1) + code[at]! + code[at - 1]! + code.slice(at + 1)
      expect(readEntryCode(swapped)).toBeNull()
    }
  })

  it.each(['', '12', '007', 'E2801160600002081234ABCD', '9'.repeat(45), '1'.repeat(44)])(
    'is not %j',
    (text) => expect(readEntryCode(text)).toBeNull(),
  )

  it('tells bibs apart that are easily taken for each other', () => {
    const bib = '10245'
    for (let at = 0; at < bib.length; at += 1) {
      const others = [...'0123456789'].map((digit) => bib.slice(0, at) + digit + bib.slice(at + 1))
      expect(new Set(others.map(bibMark)).size).toBe(10)
    }
    expect(new Set(['10245', '01245', '12045', '10425', '10254'].map(bibMark)).size).toBe(5)
    expect(new Set([null, '7', '07', '007', 'A7'].map(bibMark)).size).toBe(5)
  })

  it('is not made of an id nothing can find again', () => {
    expect(entryCode('entry-1', '12')).toBeNull()
  })
})
