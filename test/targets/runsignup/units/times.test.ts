import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clearedBirthDate } from '../../../../main/engine/targets/runsignup/api.ts'
import {
  isZone,
  momentOf,
  wallTimeOf,
} from '../../../../main/engine/targets/runsignup/site-time.ts'

const eastern = 'America/New_York'
const iso = (text: string, zone = eastern) => {
  const moment = momentOf(text, zone)
  return moment === null ? null : new Date(moment).toISOString()
}

describe('a wall time', () => {
  it.each([
    ['9/7/2021 15:15', '2021-09-07T19:15:00.000Z'],
    ['09/07/2021 15:15', '2021-09-07T19:15:00.000Z'],
    ['2021-09-23 09:54:37', '2021-09-23T13:54:37.000Z'],
    ['2021-12-23 09:54:37', '2021-12-23T14:54:37.000Z'],
    ['12/31/2025', '2026-01-01T05:00:00.000Z'.replace('2026-01-01', '2025-12-31')],
    ['2026-7-4', '2026-07-04T04:00:00.000Z'],
  ])('%s Eastern is %s', (text, expected) => {
    expect(iso(text)).toBe(expected)
  })

  it('agrees with the timestamp RunSignup gives beside it', () => {
    expect(momentOf('2021-09-23 09:54:37', eastern)).toBe(1_632_405_277_000)
  })

  it.each([
    // Clocks go forward on 8 March 2026 at 2:00 Eastern.
    ['2026-03-08 01:59:59', '2026-03-08T06:59:59.000Z'],
    ['2026-03-08 02:00:00', '2026-03-08T07:00:00.000Z'],
    ['2026-03-08 02:30:00', '2026-03-08T07:30:00.000Z'],
    ['2026-03-08 03:00:00', '2026-03-08T07:00:00.000Z'],
    ['2026-03-08 03:30:00', '2026-03-08T07:30:00.000Z'],
    // Clocks go back on 1 November 2026 at 2:00 Eastern: from 1:00 to 2:00 happens twice, the first is meant.
    ['2026-11-01 00:59:59', '2026-11-01T04:59:59.000Z'],
    ['2026-11-01 01:00:00', '2026-11-01T05:00:00.000Z'],
    ['2026-11-01 01:30:00', '2026-11-01T05:30:00.000Z'],
    ['2026-11-01 02:00:00', '2026-11-01T07:00:00.000Z'],
  ])('%s on the day the clocks change is %s', (text, expected) => {
    expect(iso(text)).toBe(expected)
  })

  it.each([
    ['5/3/2026 08:00', 'America/Denver', '2026-05-03T14:00:00.000Z'],
    ['5/3/2026 08:00', 'America/Phoenix', '2026-05-03T15:00:00.000Z'],
    ['5/3/2026 08:00', 'Pacific/Honolulu', '2026-05-03T18:00:00.000Z'],
    ['5/3/2026 08:00', 'Australia/Lord_Howe', '2026-05-02T21:30:00.000Z'],
    ['5/3/2026 08:00', 'UTC', '2026-05-03T08:00:00.000Z'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(iso(text, zone)).toBe(expected)
  })

  it.each([
    '',
    'soon',
    '13/40/2026 08:00',
    '2/29/2026',
    '5/3/2026 24:00',
    '5/3/2026 08:60',
    '0000-00-00',
    clearedBirthDate,
    '5/3/26',
    null,
    undefined,
    1_632_405_277,
  ])('%j is none', (text) => {
    expect(momentOf(text, eastern)).toBeNull()
  })

  it('goes there and back at every moment but the hour that happens twice', () => {
    const zones = fc.constantFrom(eastern, 'America/Denver', 'Europe/Lisbon', 'Asia/Kathmandu')
    const moments = fc.integer({ min: 0, max: 2_000_000_000 })
    fc.assert(
      fc.property(zones, moments, (zone, seconds) => {
        const text = wallTimeOf(seconds * 1000, zone)
        const back = momentOf(text, zone)
        expect(wallTimeOf(back ?? 0, zone)).toBe(text)
        expect([seconds * 1000, (seconds - 3_600) * 1000]).toContain(back)
      }),
      { numRuns: 500 },
    )
  })

  it('needs a zone somebody knows', () => {
    expect(['America/Denver', 'UTC'].every(isZone)).toBe(true)
    expect(['', ' ', 'Eastern Standard', 'America/Nowhere', null, 5].some(isZone)).toBe(false)
  })
})
