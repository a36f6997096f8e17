import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPattern, firstTick, moveTick, nextDue } from '../../main/engine/schedule/due.ts'
import { raceMorning } from '../support/fake-clock.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const tenYears = 3_652 * day
const at = (iso: string) => Date.parse(iso)

describe('a cron pattern', () => {
  it.each(['* * * * *', '0 3 * * *', '*/10 * * * * *', '@daily', '0 9 * * MON-FRI', ' 0 3 * * * '])(
    'can be used: %s',
    (pattern) => expect(checkPattern(pattern)).toBeNull(),
  )

  it.each([
    ['', /five parts/],
    ['every minute', /five parts/],
    ['* * * *', /five parts/],
    ['* * * * * * 2026', /five parts/],
    ['2026-12-01T00:00:00Z', /five parts/],
    ['61 * * * *', /minute: 61.*like/],
    ['* * * * XYZ', /like/],
    ['@sometimes', /like/],
    ['0 0 30 2 *', /never comes/],
  ])('is refused with words: "%s"', (pattern, words) => {
    expect(checkPattern(pattern)).toMatch(words)
  })

  it('is refused or read, and never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 4e12 }), (pattern, now) => {
        const next = nextDue(pattern, now)
        expect(next === null || next > now).toBe(true)
      }),
    )
  })
})

describe('the next moment of a pattern', () => {
  it.each([
    ['* * * * *', '2026-04-18T06:00:00Z', '2026-04-18T06:01:00Z'],
    ['* * * * *', '2026-04-18T06:00:59.999Z', '2026-04-18T06:01:00Z'],
    ['0 3 * * *', '2026-04-18T01:00:00Z', '2026-04-19T01:00:00Z'],
    ['0 3 * * *', '2026-04-18T00:59:59Z', '2026-04-18T01:00:00Z'],
  ])('%s after %s is %s, in Berlin', (pattern, after, next) => {
    expect(nextDue(pattern, at(after), 'Europe/Berlin')).toBe(at(next))
  })

  it('comes on the day the clocks are put forward over it', () => {
    const next = nextDue('30 2 * * *', at('2026-03-28T12:00:00Z'), 'Europe/Berlin')
    expect(next).toBeGreaterThan(at('2026-03-29T00:00:00Z'))
    expect(next).toBeLessThan(at('2026-03-29T02:00:00Z'))
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15])(
    'is none beyond the calendar: %s',
    (now) => {
      expect(nextDue('* * * * *', now)).toBeNull()
    },
  )
})

describe('a schedule', () => {
  const first = firstTick('* * * * *', raceMorning + 1)

  it('is not due before its moment', () => {
    const moved = moveTick('* * * * *', first, raceMorning + minute - 1)
    expect(moved).toEqual({ due: false, tick: { dueOn: raceMorning + minute, served: null } })
  })

  it('is due at its moment, once', () => {
    const now = raceMorning + minute
    const moved = moveTick('* * * * *', first, now)
    expect(moved).toEqual({ due: true, tick: { dueOn: now + minute, served: now } })
    expect(moveTick('* * * * *', moved.tick, now).due).toBe(false)
  })

  it('makes up for everything missed in a sleep once', () => {
    const now = raceMorning + 8 * hour + 5
    const moved = moveTick('* * * * *', first, now)
    expect(moved.due).toBe(true)
    expect(moved.tick.dueOn).toBe(raceMorning + 8 * hour + minute)
  })

  it('waits a minute, not ten years, after the clock was set back ten years', () => {
    const now = raceMorning - tenYears
    const moved = moveTick('* * * * *', first, now)
    expect(moved.due).toBe(false)
    expect(moved.tick.dueOn! - now).toBeLessThanOrEqual(minute)
  })

  it('comes once when the clock is set back by a moment just after it', () => {
    const nightly = '0 3 * * *'
    const tick = firstTick(nightly, raceMorning)
    const served = moveTick(nightly, tick, tick.dueOn!)
    const back = moveTick(nightly, served.tick, tick.dueOn! - 20)
    expect(back.due).toBe(false)
    expect(back.tick.dueOn! - tick.dueOn!).toBeGreaterThan(22 * hour)
    expect(moveTick(nightly, back.tick, tick.dueOn!).due).toBe(false)
  })

  it('never is never due', () => {
    expect(moveTick(null, firstTick(null, raceMorning), raceMorning + tenYears)).toEqual({
      due: false,
      tick: { dueOn: null, served: null },
    })
  })

  it('neither storms nor freezes, however the clock jumps', () => {
    const jump = fc.integer({ min: -tenYears, max: tenYears })
    const step = fc.oneof(jump, fc.integer({ min: -minute, max: 2 * minute }))
    fc.assert(
      fc.property(
        fc.constantFrom('* * * * *', '*/5 * * * *', '0 3 * * *'),
        fc.array(step, { maxLength: 20 }),
        (pattern, steps) => {
          const longest = pattern === '0 3 * * *' ? 2 * day + 3 * hour : 10 * minute
          let now = raceMorning
          let tick = firstTick(pattern, now)
          for (const ms of steps) {
            now += ms
            tick = moveTick(pattern, tick, now).tick
            // Looking again at the same time finds nothing due, and what is waited for is near.
            expect(moveTick(pattern, tick, now)).toEqual({ due: false, tick })
            expect(tick.dueOn!).toBeGreaterThan(now)
            expect(tick.dueOn! - now).toBeLessThanOrEqual(longest)
          }
        },
      ),
    )
  })
})
