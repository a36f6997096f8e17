import fc from 'fast-check'
import { expect, it } from 'vitest'
import { changeTime } from '../../../main/engine/sync/outbound/decide/change-time.ts'

/** A moment, ms since 1970. */
const noon = Date.UTC(2026, 3, 18, 12)
const year = 365 * 86_400_000
const micros = (ms: number) => ms * 1_000

it.each([
  ['is its stamp where the clocks agree', noon - 5_000, 1_500, noon - 5_000],
  ['is its stamp while nobody knows the other clock', noon - 5_000, null, noon - 5_000],
  ['is told by the other clock where ours is behind', noon - 5_000, year, noon - 5_000 + year],
  ['is told by the other clock where ours is ahead', noon - 5_000, -year, noon - 5_000 - year],
  ['is never in the future there', noon + year, null, noon],
])('the time of a change %s', (_rule, changedOn, clockOffsetMs, expected) => {
  const facts = { stamp: micros(changedOn) + 7, remoteNewestOn: 0, now: noon, clockOffsetMs }
  expect(changeTime(facts)).toBe(micros(expected))
})

it('the time of a change is later than what it replaces, in whole milliseconds, whatever the clocks show', () => {
  const micro = fc.integer({ min: 0, max: micros(noon + 20 * year) })
  const offset = fc.option(fc.integer({ min: -10 * year, max: 10 * year }))
  fc.assert(
    fc.property(micro, micro, offset, (stamp, remoteNewestOn, clockOffsetMs) => {
      const time = changeTime({ stamp, remoteNewestOn, now: noon, clockOffsetMs })
      expect(time).toBeGreaterThan(remoteNewestOn)
      expect(time % 1_000).toBe(0)
    }),
  )
})
