import { describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../main/engine/schedule/scheduler.ts'
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

describe('the start', () => {
  it('probes each target and runs it when it answers', async () => {
    const stage = stageOf(everyMinute, { ...everyMinute, name: 'registration' })
    expect(stage.scheduler.reachable('timing')).toBeNull()
    await stage.scheduler.start()
    await settle()
    expect(stage.probes).toHaveLength(2)
    expect(stage.runs).toMatchObject([
      { name: 'timing', trigger: 'schedule' },
      { name: 'registration', trigger: 'schedule' },
    ])
    expect(stage.scheduler.reachable('timing')).toBe(true)
  })

  it('does not run a target that does not answer', async () => {
    const stage = stageOf()
    stage.probe = () => 'offline'
    await stage.scheduler.start()
    await settle()
    expect(stage.runs).toEqual([])
    expect(stage.scheduler.reachable('timing')).toBe(false)
  })

  it('asks nothing before', async () => {
    const stage = stageOf()
    stage.scheduler.changed(['person'])
    stage.scheduler.wake('online')
    await stage.clock.walk(hour)
    expect([stage.runs, stage.probes, stage.clock.waiting]).toEqual([[], [], 0])
    expect(stage.scheduler.nextRunOn('timing')).toBeNull()
  })
})

describe('the schedule', () => {
  it('runs every minute by default', async () => {
    const stage = await running()
    expect(stage.scheduler.nextRunOn('timing')).toBe(raceMorning + minute)
    await stage.clock.walk(3 * minute)
    expect(stage.runs.map(({ trigger, at }) => [trigger, at])).toEqual([
      ['schedule', 60],
      ['schedule', 120],
      ['schedule', 180],
    ])
  })

  it('reconciles by its own pattern, beside the delta', async () => {
    const stage = await running({
      ...everyMinute,
      schedule: { delta: '*/3 * * * *', reconcile: '*/5 * * * *' },
    })
    await stage.clock.walk(9 * minute)
    expect(stage.runs.map(({ kind, at }) => [kind ?? 'delta', at])).toEqual([
      ['delta', 180],
      ['reconcile', 300],
      ['delta', 360],
      ['delta', 540],
    ])
  })

  it('does both when both are due at once', async () => {
    const stage = await running({
      ...everyMinute,
      schedule: { delta: '*/5 * * * *', reconcile: '*/5 * * * *' },
    })
    await stage.clock.walk(5 * minute)
    expect(stage.runs.map(({ kind }) => kind)).toEqual(['reconcile', undefined])
  })

  it('makes up for a night of missed moments with one run', async () => {
    const stage = await running()
    stage.clock.jumpTo(raceMorning + 8 * hour)
    await stage.clock.walk(minute)
    expect(stage.runs).toHaveLength(1)
    stage.clear()
    await stage.clock.walk(2 * minute)
    expect(stage.runs).toHaveLength(2)
  })

  it.each([
    ['back ten years', -tenYears],
    ['forward ten years', tenYears],
    ['back an hour', -hour],
  ])('neither storms nor freezes when the clock is set %s', async (_name, ms) => {
    const stage = await running()
    stage.clock.jumpTo(stage.clock.now() + ms + 1)
    await stage.clock.walk(10 * minute)
    expect(stage.runs.length).toBeGreaterThanOrEqual(9)
    expect(stage.runs.length).toBeLessThanOrEqual(11)
    expect(stage.scheduler.nextRunOn('timing')! - stage.clock.now()).toBeLessThanOrEqual(minute)
  })

  it('is followed as it is changed', async () => {
    const stage = await running()
    stage.targets[0] = { ...everyMinute, schedule: { delta: '*/15 * * * *', reconcile: null } }
    await stage.scheduler.reload()
    await stage.clock.walk(14 * minute)
    expect(stage.runs).toEqual([])
    await stage.clock.walk(minute)
    expect(triggers(stage)).toEqual(['schedule'])
  })

  it('does not pile up behind a long run', async () => {
    const stage = await running()
    const long = Promise.withResolvers<RunOutcome>()
    stage.run = () => long.promise
    await stage.clock.walk(10 * minute)
    expect(stage.runs).toHaveLength(1)
    stage.run = () => success
    long.resolve(success)
    await settle()
    expect(stage.runs).toHaveLength(1)
  })

  it('never means never', async () => {
    const stage = await running({ ...everyMinute, schedule: { delta: null, reconcile: null } })
    await stage.clock.walk(48 * hour)
    expect(stage.runs).toEqual([])
    expect(stage.scheduler.nextRunOn('timing')).toBeNull()
  })
})

describe('a change here', () => {
  it('is sent 2 s after the last one', async () => {
    const stage = await running()
    stage.scheduler.changed(['person'])
    await stage.clock.walk(second)
    stage.scheduler.changed(['person'])
    await stage.clock.walk(2 * second - 1)
    expect(stage.runs).toEqual([])
    await stage.clock.walk(1)
    expect(stage.runs).toMatchObject([{ trigger: 'change', at: 3 }])
  })

  it('does not wait longer than 10 s for a desk that never pauses', async () => {
    const stage = await running()
    for (let at = 0; at < 15; at++) {
      stage.scheduler.changed(['person'])
      await stage.clock.walk(second)
    }
    expect(stage.runs.map(({ at }) => at)).toEqual([10])
  })

  it('that a target told of concerns the others: it knows already', async () => {
    const stage = await running(everyMinute, { ...everyMinute, name: 'registration' })
    stage.scheduler.changed(['person'], 'timing')
    await stage.clock.walk(3 * second)
    expect(stage.runs.map(({ name }) => name)).toEqual(['registration'])
    stage.clear()
    stage.scheduler.changed(['person'], 'timing')
    stage.scheduler.changed(['person'], 'registration')
    await stage.clock.walk(3 * second)
    expect(stage.runs.map(({ name }) => name).sort()).toEqual(['registration', 'timing'])
    stage.clear()
    stage.scheduler.changed(['person'])
    stage.scheduler.changed(['person'], 'timing')
    await stage.clock.walk(3 * second)
    expect(stage.runs.map(({ name }) => name).sort()).toEqual(['registration', 'timing'])
  })

  it('concerns only targets whose scope has the entity', async () => {
    const stage = await running()
    stage.scheduler.changed(['conversation'])
    await stage.clock.walk(5 * second)
    expect(stage.runs).toEqual([])
  })

  it('during a run is followed by one more run, however many there are', async () => {
    const stage = await running()
    const long = Promise.withResolvers<RunOutcome>()
    stage.run = () => long.promise
    for (let at = 0; at < 4; at++) {
      stage.scheduler.changed(['person'])
      await stage.clock.walk(3 * second)
    }
    expect(stage.runs).toHaveLength(1)
    stage.run = () => success
    long.resolve(success)
    await settle()
    expect(triggers(stage)).toEqual(['change', 'change'])
  })
})

describe('a pause', () => {
  it('asks nothing, whatever happens', async () => {
    const stage = await running()
    stage.targets[0] = { ...everyMinute, paused: true }
    await stage.scheduler.reload()
    stage.scheduler.changed(['person'])
    stage.scheduler.wake('online')
    await stage.clock.walk(hour)
    expect([stage.runs, stage.probes]).toEqual([[], []])
    expect(stage.scheduler.nextRunOn('timing')).toBeNull()
  })

  it('that ends probes the target and runs it', async () => {
    const stage = await running()
    stage.targets[0] = { ...everyMinute, paused: true }
    await stage.scheduler.reload()
    await stage.clock.walk(hour)
    stage.targets[0] = everyMinute
    await stage.scheduler.reload()
    await settle()
    expect(stage.probes).toHaveLength(1)
    expect(triggers(stage)).toEqual(['schedule'])
  })

  it('during a run drops what waited behind it', async () => {
    const stage = await running()
    const long = Promise.withResolvers<RunOutcome>()
    stage.run = () => long.promise
    stage.scheduler.changed(['person'])
    await stage.clock.walk(2 * second)
    stage.scheduler.changed(['person'])
    await stage.clock.walk(2 * second)
    stage.targets[0] = { ...everyMinute, paused: true }
    await stage.scheduler.reload()
    long.resolve(success)
    await stage.clock.walk(minute)
    expect(stage.runs).toHaveLength(1)
  })
})

describe('targets that come and go', () => {
  it('a new one is probed and run', async () => {
    const stage = await running()
    stage.targets.push({ ...everyMinute, name: 'registration' })
    await stage.scheduler.reload()
    await settle()
    expect(stage.runs).toMatchObject([{ name: 'registration', trigger: 'schedule' }])
  })

  it('a removed one is forgotten, also when its run ends later', async () => {
    const stage = await running()
    const long = Promise.withResolvers<RunOutcome>()
    stage.run = () => long.promise
    await stage.clock.walk(minute)
    stage.targets.length = 0
    await stage.scheduler.reload()
    long.resolve(success)
    await stage.clock.walk(hour)
    expect(stage.runs).toHaveLength(1)
    expect(stage.scheduler.reachable('timing')).toBeNull()
  })

  it('a silent one is probed at once after its settings were changed', async () => {
    const stage = await cutOff()
    await stage.clock.walk(10 * minute)
    stage.clear()
    await stage.scheduler.reload()
    await settle()
    expect(stage.probes).toHaveLength(1)
  })
})

describe('records that wait for a retry', () => {
  const never = { ...everyMinute, schedule: { delta: null, reconcile: null } }

  it('go when their time has come', async () => {
    const stage = await running(never)
    stage.retryOn = stage.clock.now() + 40 * second
    await stage.scheduler.manual('timing')
    await settle()
    stage.clear()
    expect(stage.scheduler.nextRunOn('timing')).toBe(stage.retryOn)
    await stage.clock.walk(40 * second - 1)
    expect(stage.runs).toEqual([])
    stage.retryOn = null
    await stage.clock.walk(1)
    expect(triggers(stage)).toEqual(['schedule'])
    await stage.clock.walk(hour)
    expect(stage.runs).toHaveLength(1)
  })

  it('lead to a run a second at most while they stay due, and to one in 30 s while runs fail', async () => {
    const stage = await running(never)
    stage.retryOn = stage.clock.now()
    await stage.scheduler.manual('timing')
    await stage.clock.walk(10 * second)
    expect(stage.runs.length).toBeLessThanOrEqual(11)
    stage.run = () => ({ result: 'error', error: { code: 'bug', retryAfterMs: null } })
    await stage.clock.walk(second)
    stage.clear()
    await stage.clock.walk(5 * minute)
    expect(stage.runs).toHaveLength(10)
  })

  it('do not wait ten years because the clock was set back', async () => {
    const stage = await running(never)
    stage.retryOn = stage.clock.now() + 40 * second
    await stage.scheduler.manual('timing')
    await settle()
    stage.clear()
    stage.clock.jumpTo(stage.clock.now() - tenYears)
    await stage.clock.walk(hour + 2 * minute)
    expect(stage.runs.length).toBeGreaterThanOrEqual(1)
    expect(stage.runs.length).toBeLessThanOrEqual(2)
  })
})

describe('a run that breaks', () => {
  it('is logged, and the schedule goes on', async () => {
    const stage = await running()
    stage.run = () => Promise.reject(new Error('broken'))
    await stage.clock.walk(3 * minute)
    expect(stage.runs).toHaveLength(3)
    expect(stage.complaints).toContain('A run could not be made')
    expect(stage.scheduler.reachable('timing')).toBe(true)
  })
})

describe('the end', () => {
  it('leaves no timer and asks nothing more', async () => {
    const stage = await running()
    stage.scheduler.changed(['person'])
    stage.scheduler.stop()
    expect(stage.clock.waiting).toBe(0)
    stage.scheduler.wake('online')
    await stage.scheduler.reload()
    await stage.clock.walk(hour)
    expect([stage.runs, stage.probes]).toEqual([[], []])
  })

  it('ignores what becomes of a run that was going on', async () => {
    const stage = await running()
    const long = Promise.withResolvers<RunOutcome>()
    stage.run = () => long.promise
    await stage.clock.walk(minute)
    stage.scheduler.stop()
    stage.stateChanges.length = 0
    long.resolve(offline)
    await settle()
    expect([stage.stateChanges, stage.clock.waiting]).toEqual([[], 0])
  })
})
