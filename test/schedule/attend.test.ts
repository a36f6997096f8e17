/** The turn of one target: what it wants at a moment, from where it stands. */
import { describe, expect, it } from 'vitest'
import {
  adopt,
  attend,
  firstStanding,
  nextAsked,
  nextMoment,
  retryMoment,
  type Standing,
} from '../../main/engine/schedule/attend.ts'
import type { Contact } from '../../main/engine/schedule/connectivity.ts'
import { hour, minute, second } from './stage.ts'

const noon = Date.UTC(2026, 5, 6, 12)
const target = {
  name: 'timing',
  schedule: { delta: '*/5 * * * *', reconcile: '30 12 * * *' },
  paused: false,
}
const reachable: Contact = { kind: 'reachable', lastWaitMs: 0 }
const silentUntil = (retryOn: number): Contact => ({
  ...{ kind: 'unreachable', lastWaitMs: 5 * second },
  ...{ countdownMs: hour, retryOn },
})
const standing = (over: Partial<Standing> = {}): Standing => ({
  ...firstStanding(target, noon),
  contact: reachable,
  ...over,
})

describe('a turn', () => {
  it('wants nothing before its moment, and one run at it however late it is looked at', () => {
    expect(attend(standing(), false, noon + minute)).toMatchObject({ runs: [], probe: false })
    const late = attend(standing(), false, noon + 23 * minute)
    expect(late.runs).toEqual([{ trigger: 'schedule' }])
    expect(attend(late.standing, true, noon + 23 * minute + 1).runs).toEqual([])
  })

  it('of a target not heard of yet, or whose countdown ended, is a probe, once at a time', () => {
    const unknown = standing({ contact: { kind: 'unknown' } })
    expect(attend(unknown, false, noon)).toMatchObject({ runs: [], probe: true })
    expect(attend(unknown, true, noon).probe).toBe(false)
    const silent = standing({ contact: silentUntil(noon + minute) })
    expect(attend(silent, false, noon + minute - 1).probe).toBe(false)
    expect(attend(silent, false, noon + minute).probe).toBe(true)
  })

  it('owes the nightly run that fell into silence, and pays it once when the target is back', () => {
    const silent = standing({ contact: silentUntil(noon + 2 * hour) })
    const missed = attend(silent, false, noon + 31 * minute)
    expect(missed.runs).toEqual([])
    const back = attend({ ...missed.standing, contact: reachable }, false, noon + 32 * minute)
    expect(back.runs).toEqual([{ kind: 'reconcile', trigger: 'schedule' }])
    expect(attend(back.standing, false, noon + 33 * minute).runs).toEqual([])
  })

  it('comes early for a record that waits, but never later than an hour after the clock was set back', () => {
    const waiting = standing({
      schedule: { delta: null, reconcile: null },
      recordsOn: noon + 9 * hour,
    })
    const looked = attend(waiting, false, noon)
    expect(looked).toMatchObject({ runs: [], standing: { recordsOn: noon + hour } })
    expect(attend(looked.standing, false, noon + hour).runs).toEqual([{ trigger: 'schedule' }])
  })
})

describe('the next moment', () => {
  it('is none for a paused target, whatever waits', () => {
    expect(nextMoment(standing({ paused: true, recordsOn: noon }), false)).toBeNull()
  })

  it('is the end of the countdown of a silent target, unless it is being asked', () => {
    const silent = standing({ contact: silentUntil(noon + minute) })
    expect(nextMoment(silent, false)).toBe(noon + minute)
    expect(nextMoment(silent, true)).toBe(noon + 5 * minute)
    expect(nextAsked(silent)).toBe(noon + minute)
  })

  it('of a record that waits keeps its distance from the run, and ends after an hour', () => {
    expect(retryMoment(noon - 1, noon, second)).toBe(noon + second)
    expect(retryMoment(noon + 5 * hour, noon, second)).toBe(noon + hour)
    expect(retryMoment(null, noon, second)).toBeNull()
  })
})

describe('settings read again', () => {
  it('leave a moment that is waited for where it is, unless its pattern changed', () => {
    const before = standing()
    const later = noon + 4 * minute
    expect(adopt(before, target, later).delta).toEqual(before.delta)
    const hourly = { ...target, schedule: { ...target.schedule, delta: '0 * * * *' } }
    expect(adopt(before, hourly, later).delta.dueOn).toBe(noon + hour)
  })

  it('forget what was heard before a pause, and end a countdown', () => {
    expect(adopt(standing({ paused: true }), target, noon).contact).toEqual({ kind: 'unknown' })
    const silent = standing({ contact: silentUntil(noon + hour) })
    expect(adopt(silent, target, noon).contact).toMatchObject({ retryOn: noon })
  })
})
