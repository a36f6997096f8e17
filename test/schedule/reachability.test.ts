import { describe, expect, it } from 'vitest'
import type { ProbeAnswer } from '../../main/engine/schedule/scheduler.ts'
import { raceMorning, settle } from '../support/fake-clock.ts'
import {
  cutOff,
  everyMinute,
  hour,
  minute,
  offline,
  running,
  second,
  stageOf,
  success,
  tenYears,
  triggers,
} from './stage.ts'

describe('a target that does not answer', () => {
  it('is not asked by schedule or changes', async () => {
    const stage = await cutOff()
    stage.scheduler.changed(['person'])
    await stage.clock.walk(10 * minute)
    expect(stage.runs).toEqual([])
    expect(stage.scheduler.reachable('timing')).toBe(false)
  })

  it('is probed after 5 s, doubling to 5 min', async () => {
    const stage = await cutOff()
    await stage.clock.walk(20 * minute)
    expect(stage.probes.map((at) => at - 60)).toEqual([5, 15, 35, 75, 155, 315, 615, 915])
  })

  it('shows when it is tried again', async () => {
    const stage = await cutOff()
    expect(stage.scheduler.retryOn('timing')).toBe(raceMorning + minute + 5 * second)
    expect(stage.scheduler.nextRunOn('timing')).toBe(raceMorning + minute + 5 * second)
  })

  it('is left alone as long as it asked for', async () => {
    const stage = await running()
    stage.run = () => ({
      result: 'error',
      error: { code: 'rate-limited', retryAfterMs: 90 * second },
    })
    await stage.clock.walk(minute)
    stage.clear()
    await stage.clock.walk(90 * second - 1)
    expect([stage.runs, stage.probes]).toEqual([[], []])
    await stage.clock.walk(1)
    expect(stage.probes).toHaveLength(1)
  })

  it('gets a run at once when it is back', async () => {
    const stage = await cutOff()
    stage.run = () => success
    stage.probe = () => 'online'
    await stage.clock.walk(5 * second)
    expect(stage.runs).toMatchObject([{ trigger: 'reconnect', at: 65 }])
    expect(stage.scheduler.reachable('timing')).toBe(true)
    expect(stage.scheduler.retryOn('timing')).toBeNull()
  })

  it('gets the nightly run it missed, once, when it is back', async () => {
    const nightly = { delta: null, reconcile: '0 * * * *' }
    const stage = stageOf({ ...everyMinute, schedule: nightly })
    stage.probe = () => 'offline'
    await stage.scheduler.start()
    await stage.clock.walk(5 * hour + minute)
    stage.probe = () => 'online'
    await stage.clock.walk(5 * minute)
    expect(stage.runs.map(({ kind, trigger }) => [kind ?? 'delta', trigger])).toEqual([
      ['delta', 'reconnect'],
      ['reconcile', 'schedule'],
    ])
  })

  it.each(['online', 'resume'] as const)('is probed at once on %s', async (reason) => {
    const stage = await cutOff()
    await stage.clock.walk(10 * minute)
    stage.clear()
    stage.run = () => success
    stage.probe = () => 'online'
    stage.scheduler.wake(reason)
    await settle()
    expect(stage.probes).toHaveLength(1)
    expect(triggers(stage)).toEqual(['reconnect'])
  })

  it('is probed by one probe at a time', async () => {
    const stage = await cutOff()
    const slow = Promise.withResolvers<ProbeAnswer>()
    stage.probe = () => slow.promise
    await stage.clock.walk(10 * minute)
    stage.scheduler.wake('online')
    await stage.clock.walk(10 * minute)
    expect(stage.probes).toHaveLength(1)
  })

  it('keeps its countdown when the clock is set back ten years', async () => {
    const stage = await cutOff()
    stage.clock.jumpTo(stage.clock.now() - tenYears)
    await stage.clock.walk(10 * minute)
    expect(stage.probes.length).toBeGreaterThanOrEqual(6)
    expect(stage.probes.length).toBeLessThanOrEqual(8)
  })

  it('counts a probe that breaks as no answer, and says so in the log', async () => {
    const stage = await cutOff()
    stage.probe = () => Promise.reject(new Error('broken'))
    await stage.clock.walk(6 * second)
    expect(stage.scheduler.reachable('timing')).toBe(false)
    expect(stage.complaints).toEqual(['A probe failed unexpectedly'])
  })

  it('that answers but refuses the sign-in gets the run that says so, and rests while paused', async () => {
    const stage = await cutOff()
    stage.probe = () => 'auth'
    stage.run = () => {
      stage.targets[0] = { ...everyMinute, paused: true }
      return { result: 'error', error: { code: 'auth', retryAfterMs: null } }
    }
    await stage.clock.walk(5 * second)
    expect(triggers(stage)).toEqual(['reconnect'])
    stage.clear()
    await stage.clock.walk(hour)
    expect([stage.runs, stage.probes]).toEqual([[], []])
  })
})

describe('waking up with the network there', () => {
  it('runs every target at once, and the missed moment does not run it again', async () => {
    const stage = await running()
    stage.clock.jumpTo(raceMorning + 8 * hour + 10 * second)
    stage.scheduler.wake('resume')
    await settle()
    expect(triggers(stage)).toEqual(['reconnect'])
    await stage.clock.walk(49 * second)
    expect(stage.runs).toHaveLength(1)
  })
})

describe('Sync now', () => {
  it('skips the countdown', async () => {
    const stage = await cutOff()
    await stage.clock.walk(10 * minute)
    stage.clear()
    stage.run = () => success
    expect(await stage.scheduler.manual('timing')).toEqual(success)
    expect(triggers(stage)).toEqual(['manual'])
    await settle()
    expect(stage.scheduler.reachable('timing')).toBe(true)
  })

  it('that finds nobody begins the countdown again', async () => {
    const stage = await cutOff()
    await stage.clock.walk(10 * minute)
    await stage.scheduler.manual('timing')
    await settle()
    expect(stage.scheduler.retryOn('timing')! - stage.clock.now()).toBe(5 * second)
  })

  it('asked for elsewhere tells whether the target answers', async () => {
    const stage = await cutOff()
    stage.scheduler.noteOutcome('timing', success)
    expect(stage.scheduler.reachable('timing')).toBe(true)
    stage.scheduler.noteOutcome('timing', offline)
    expect(stage.scheduler.reachable('timing')).toBe(false)
  })

  it('asked for by a command that has no schedule tells it too, and asks nothing more', async () => {
    const stage = stageOf()
    stage.scheduler.noteOutcome('timing', offline)
    await stage.clock.walk(hour)
    expect(stage.scheduler.reachable('timing')).toBe(false)
    expect(stage.scheduler.retryOn('timing')).toBeNull()
    expect([stage.runs, stage.probes]).toEqual([[], []])
  })
})
