import { describe, expect, it } from 'vitest'
import { createBreaker } from '../../main/engine/sync/breaker.ts'
import { fakeClock } from '../support/fake-clock.ts'

function opened() {
  const clock = fakeClock()
  const breaker = createBreaker(clock)
  for (let failure = 0; failure < 5; failure++) {
    expect(breaker.admit()).toBe(true)
    breaker.failed()
  }
  return { clock, breaker }
}

describe('the breaker of a server that does not answer', () => {
  it('lets nothing through for half a minute after five failures in a row', () => {
    const { clock, breaker } = opened()
    clock.advance(29_999)
    expect(breaker.admit()).toBe(false)
    expect(breaker.retryAt).toBe(clock.now() + 1)
  })

  it('then lets one request through, and no other before that one has its answer', () => {
    const { clock, breaker } = opened()
    clock.advance(30_000)
    expect([breaker.admit(), breaker.admit(), breaker.admit()]).toEqual([true, false, false])
    breaker.failed()
    expect(breaker.admit()).toBe(false)
    clock.advance(30_000)
    expect(breaker.admit()).toBe(true)
    breaker.succeeded()
    expect([breaker.admit(), breaker.admit(), breaker.open]).toEqual([true, true, false])
  })

  it('lets the next one through when the one on trial was given up by us', () => {
    const { clock, breaker } = opened()
    clock.advance(30_000)
    expect(breaker.admit()).toBe(true)
    breaker.withdrawn()
    expect(breaker.admit()).toBe(true)
  })

  it('does not wait ten years because the clock was set back', () => {
    const { clock, breaker } = opened()
    clock.jumpTo(clock.now() - 10 * 365 * 24 * 3_600_000)
    expect(breaker.admit()).toBe(true)
  })
})
