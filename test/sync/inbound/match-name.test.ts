import { describe, expect, it } from 'vitest'
import { isSimilarName } from '../../../main/engine/sync/inbound/decide/match-name.ts'

describe('two spellings of a name', () => {
  it.each([
    ['Ana', 'ANA'],
    ['Müller', 'Mueller'],
    ['José', 'Jose'],
    ["O'Brien", 'OBrien'],
    ['Gavin V', 'Gavin'],
    ['Anna Maria', 'Maria'],
    ['Smith', 'Smyth'],
    ['Christopher', 'Christofer'],
  ])('%s and %s may be one', (left, right) => {
    expect(isSimilarName(left, right)).toBe(true)
    expect(isSimilarName(right, left)).toBe(true)
  })

  it.each([
    ['Ana', 'Luis'],
    ['Gomez', 'Silva'],
    ['Tom', 'Tim Robert'],
    ['Anna', ''],
    ['-', '-'],
  ])('%s and %s are two', (left, right) => {
    expect(isSimilarName(left, right)).toBe(false)
    expect(isSimilarName(right, left)).toBe(false)
  })
})
