import { describe, expect, it } from 'vitest'
import { RequestGate } from '../../main/engine/targets/kit/request-gate.ts'
import { fakeClock } from '../support/fake-clock.ts'

const never = new AbortController().signal
const settle = () => new Promise((resolve) => setImmediate(resolve))

/** Asks `count` times; tells how many are in. */
function crowd(gate: RequestGate, count: number, signal = never) {
  const state = { inside: 0, refused: 0 }
  for (let n = 0; n < count; n++) {
    const turn = gate.enter(signal)
    if (turn === null) state.inside++
    else
      turn.then(
        () => void state.inside++,
        () => void state.refused++,
      )
  }
  return state
}

describe('the gate before a target', () => {
  it('lets no more in than may be in flight, in order', async () => {
    const gate = new RequestGate(fakeClock(), { concurrency: 2 })
    const state = crowd(gate, 5)
    expect(state.inside).toBe(2)
    gate.leave()
    await settle()
    expect(state.inside).toBe(3)
    gate.leave()
    gate.leave()
    await settle()
    expect(state.inside).toBe(5)
  })

  it('starts no more a second than allowed, also when the clock is set back', async () => {
    const clock = fakeClock()
    const gate = new RequestGate(clock, { concurrency: 100, perSecond: 4 })
    const state = crowd(gate, 20)
    expect(state.inside).toBe(4)
    clock.advance(1_000)
    await settle()
    expect(state.inside).toBe(8)
    clock.jumpTo(0)
    clock.advance(100)
    await settle()
    expect(state.inside).toBeLessThanOrEqual(9)
  })

  it('pauses while the server’s window is used up', async () => {
    const clock = fakeClock()
    const gate = new RequestGate(clock, { concurrency: 4 })
    gate.pause(30_000)
    const state = crowd(gate, 3)
    clock.advance(29_999)
    await settle()
    expect(state.inside).toBe(0)
    clock.advance(1)
    await settle()
    expect(state.inside).toBe(3)
  })

  it('lets go of those who give up, and of all when it closes', async () => {
    const clock = fakeClock()
    const gate = new RequestGate(clock, { concurrency: 1, perSecond: 1 })
    const stop = new AbortController()
    crowd(gate, 1)
    const impatient = crowd(gate, 2, stop.signal)
    const waiting = crowd(gate, 2)
    stop.abort()
    await settle()
    expect(impatient.refused).toBe(2)
    gate.close()
    await settle()
    expect(waiting.refused).toBe(2)
    expect(crowd(gate, 1).inside).toBe(0)
    expect(clock.waiting).toBe(0)
    await settle()
  })
})
