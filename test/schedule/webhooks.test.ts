import { describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../main/engine/schedule/scheduler.ts'
import { settle } from '../support/fake-clock.ts'
import { cutOff, everyMinute, minute, running, second, success, triggers } from './stage.ts'

const never = { ...everyMinute, schedule: { delta: null, reconcile: null } }

describe('webhooks', () => {
  it('lead to one run half a second after the last one', async () => {
    const stage = await running(never)
    for (let n = 0; n < 1_000; n++) {
      stage.scheduler.received('timing')
      await stage.clock.walk(1)
    }
    await stage.clock.walk(minute)
    expect(stage.runs).toMatchObject([{ kind: 'webhook', trigger: 'webhook', at: 1.499 }])
  })

  it('that never pause lead to a run every five seconds', async () => {
    const stage = await running(never)
    for (let passed = 0; passed < 21 * second; passed += 100) {
      stage.scheduler.received('timing')
      await stage.clock.walk(100)
    }
    expect(stage.runs.map(({ at }) => at)).toEqual([5, 10, 15, 20])
  })

  it('of several targets do not wait for each other', async () => {
    const stage = await running(never, { ...never, name: 'support' })
    stage.scheduler.received('timing')
    await stage.clock.walk(400)
    stage.scheduler.received('support')
    await stage.clock.walk(minute)
    expect(stage.runs).toMatchObject([
      { name: 'timing', at: 0.5 },
      { name: 'support', at: 0.9 },
    ])
  })

  it('during a run are followed by one more, beside the change that waits', async () => {
    const stage = await running(never)
    const long = Promise.withResolvers<RunOutcome>()
    stage.run = () => long.promise
    stage.scheduler.received('timing')
    await stage.clock.walk(second)
    for (let n = 0; n < 20; n++) {
      stage.scheduler.received('timing')
      stage.scheduler.changed(['person'])
      await stage.clock.walk(5 * second)
    }
    stage.run = () => success
    long.resolve(success)
    await settle()
    expect(triggers(stage)).toEqual(['webhook', 'change', 'webhook'])
  })

  it('of a target at rest, unknown or silent wait', async () => {
    const stage = await running({ ...never, paused: true })
    stage.scheduler.received('timing')
    stage.scheduler.received('nobody')
    await stage.clock.walk(minute)
    expect(stage.runs).toEqual([])
    const silent = await cutOff()
    silent.scheduler.received('timing')
    await silent.clock.walk(second)
    expect(silent.runs).toEqual([])
  })

  it('leave no timer at the end', async () => {
    const stage = await running(never)
    stage.scheduler.received('timing')
    stage.scheduler.stop()
    expect(stage.clock.waiting).toBe(0)
  })
})
