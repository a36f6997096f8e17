/** How far a desk knows what the hub has is told by what it was answered, not by what it asked last. */
import { describe, expect, it } from 'vitest'
import { entityNames, type EntityName } from '../../main/contract/words.ts'
import { createDeskTraffic } from '../../main/hosts/edge/hub/desk-traffic.ts'
import {
  nothingRead,
  placeOf,
  withAnswer,
  type Reading,
} from '../../main/hosts/edge/hub/desk-places.ts'

const read = (reading: Reading, next: string, entity?: EntityName, more = false) =>
  withAnswer(reading, { limit: 1000, ...(entity ? { entity } : {}) }, { next, more })
const filled = entityNames.reduce((all, entity) => read(all, 'a.40', entity), nothingRead)

describe('the place a desk knows everything of', () => {
  it('is none while it only waited for news', () => {
    const waited = withAnswer(nothingRead, { limit: 0 }, { next: 'a.40', more: false })
    expect(placeOf(waited)).toBeNull()
  })

  it('is the beginning while a first fill has kinds to come, and then the oldest of all kinds', () => {
    const [first, ...others] = entityNames
    const begun = read(nothingRead, 'a.20', first, true)
    expect(placeOf(begun)).toBe('-.0')
    expect(placeOf(others.reduce((all, entity) => read(all, 'a.40', entity), begun))).toBe('a.20')
    expect(placeOf(filled)).toBe('a.40')
  })

  it('goes on with all news at once, but not with a part of them', () => {
    expect(placeOf(read(filled, 'a.50'))).toBe('a.50')
    expect(placeOf(read(filled, 'a.50', undefined, true))).toBe('a.40')
  })

  it('is the beginning where the history is another one for some of it', () => {
    expect(placeOf(read(filled, 'b.50', entityNames[0]))).toBe('-.0')
  })
})

it('a desk is here while it waits for news and a moment after, and its arrival is told once', () => {
  let now = 1_000_000
  let arrivals = 0
  const traffic = createDeskTraffic(
    () => now,
    () => arrivals++,
  )
  expect(traffic.of('one')).toEqual({ here: false, place: null, clockOffsetMs: null })
  const answered = traffic.began('one', 1_002_500)
  now += 25_000
  expect(traffic.of('one')).toMatchObject({ here: true, clockOffsetMs: 2_500 })
  answered()
  now += 1_000
  traffic.began('one', null)()
  expect([traffic.of('one').here, arrivals]).toEqual([true, 1])
  now += 6_000
  expect(traffic.of('one')).toMatchObject({ here: false, clockOffsetMs: 2_500 })
  traffic.began('one', null)
  expect(arrivals).toBe(2)
})
